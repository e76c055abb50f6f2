import { nodesOf } from '#actors';
import type { SystemView } from '#actors';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engineVersion } from '#domain';
import { password, startTestGateway } from '../testing/test-gateway.ts';
import type { LoggedInUser, TestGateway } from '../testing/test-gateway.ts';

let gateway: TestGateway;
let ada: LoggedInUser;
let admin: LoggedInUser;
beforeAll(async () => {
  gateway = await startTestGateway();
  ada = await gateway.userWith('quant', 'ada');
  admin = await gateway.userWith('admin', 'root');
});
afterAll(async () => await gateway.stop());

describe('the profile', () => {
  test('tells what the user has done', async () => {
    await gateway.call('POST', '/strategies', { headers: ada.headers, body: { name: 's', source: 'x' } });
    const answer = await gateway.call('GET', '/users/profile', { headers: ada.headers });
    expect(answer.json()).toMatchObject({ email: ada.email, statistics: { strategies: { draft: 1 }, fills: 0 } });
    expect(answer.headers['etag']).toBe('"v1"');
  });

  test('is changed on the version that was read', async () => {
    const put = async (body: object, headers: Record<string, string> = {}) =>
      await gateway.call('PUT', '/users/profile', { headers: { ...ada.headers, ...headers }, body });
    expect((await put({ locale: 'zh' })).json()).toMatchObject({ status: 428 });
    const changed = await put({ locale: 'zh', timeZone: 'Asia/Shanghai' }, { 'if-match': '"v1"' });
    expect(changed.json()).toMatchObject({ locale: 'zh', timeZone: 'Asia/Shanghai', displayName: 'ada' });
    expect(changed.headers['etag']).toBe('"v2"');
    expect((await put({ locale: 'en' }, { 'if-match': '"v1"' })).json()).toMatchObject({ status: 412 });
    const zone = await put({ timeZone: 'Mars/Olympus' }, { 'if-match': '"v2"' });
    expect(zone.json()).toMatchObject({ status: 400, errors: [{ pointer: '/timeZone' }] });
    const locale = await put({ locale: 'xx' }, { 'if-match': '"v2"' });
    expect(locale.json()).toMatchObject({ status: 400, errors: [{ pointer: '/locale' }] });
  });
});

describe('sessions', () => {
  test('are listed, ended one by one, or all but this one', async () => {
    const second = await gateway.logInAs(ada.email);
    const third = await gateway.logInAs(ada.email);
    const list = async () =>
      (await gateway.call('GET', '/users/sessions', { headers: ada.headers })).json<{
        data: { id: string; current: boolean }[];
      }>().data;
    const sessions = await list();
    expect(sessions).toHaveLength(3);
    expect(sessions.filter(({ current }) => current)).toHaveLength(1);
    const other = sessions.find(({ current }) => !current)?.id ?? '';
    const ended = await gateway.call('DELETE', `/users/sessions/${other}`, { headers: ada.headers });
    expect(ended.statusCode).toBe(204);
    const again = await gateway.call('DELETE', `/users/sessions/${other}`, { headers: ada.headers });
    expect(again.json()).toMatchObject({ status: 404, code: 'session-unknown' });
    const all = await gateway.call('DELETE', '/users/sessions', { headers: ada.headers });
    expect(all.json()).toEqual({ revoked: 1 });
    expect(await list()).toHaveLength(1);
    for (const { headers } of [second, third]) {
      expect((await gateway.call('GET', '/users/permissions', { headers })).statusCode).toBe(401);
    }
  });

  test("of somebody else can't be ended", async () => {
    const { data } = (await gateway.call('GET', '/users/sessions', { headers: admin.headers })).json<{
      data: { id: string }[];
    }>();
    const answer = await gateway.call('DELETE', `/users/sessions/${data[0]?.id}`, { headers: ada.headers });
    expect(answer.json()).toMatchObject({ status: 404, code: 'session-unknown' });
    expect((await gateway.call('GET', '/users/permissions', { headers: admin.headers })).statusCode).toBe(200);
  });
});

describe('an administrator', () => {
  test('lists users and sees one', async () => {
    const list = await gateway.call('GET', '/users?limit=1', { headers: admin.headers });
    expect(list.json<{ data: object[]; nextCursor: string }>().data).toHaveLength(1);
    const one = await gateway.call('GET', `/users/${ada.id}`, { headers: admin.headers });
    expect(one.json()).toMatchObject({ id: ada.id, role: 'quant' });
    const nobody = await gateway.call('GET', '/users/nobody', { headers: admin.headers });
    expect(nobody.json()).toMatchObject({ status: 404, code: 'user-unknown' });
  });

  test('changes roles, which ends the tokens of the old one', async () => {
    const bob = await gateway.userWith('quant', 'bob');
    const answer = await gateway.call('POST', `/users/${bob.id}/role`, {
      headers: admin.headers,
      body: { role: 'viewer' },
    });
    expect(answer.json()).toMatchObject({ role: 'viewer' });
    expect((await gateway.call('GET', '/users/permissions', { headers: bob.headers })).statusCode).toBe(401);
    const odd = await gateway.call('POST', `/users/${bob.id}/role`, { headers: admin.headers, body: { role: 'king' } });
    expect(odd.json()).toMatchObject({ status: 400, errors: [{ pointer: '/role' }] });
    const own = await gateway.call('POST', `/users/${admin.id}/role`, {
      headers: admin.headers,
      body: { role: 'viewer' },
    });
    expect(own.json()).toMatchObject({ status: 409, code: 'last-admin' });
  });

  test('shuts users out, lets them in again, unlocks them', async () => {
    const eve = await gateway.userWith('quant', 'eve');
    const act = async (action: string) =>
      await gateway.call('POST', `/users/${eve.id}/${action}`, { headers: admin.headers });
    expect((await act('disable')).json()).toMatchObject({ status: 'disabled' });
    expect((await gateway.call('GET', '/users/permissions', { headers: eve.headers })).statusCode).toBe(401);
    const shut = await gateway.call('POST', '/auth/login', { body: { email: eve.email, password } });
    expect(shut.json()).toMatchObject({ status: 403, code: 'user-disabled' });
    expect((await act('enable')).json()).toMatchObject({ status: 'active' });
    for (let time = 0; time < 5; time++) {
      await gateway.call('POST', '/auth/login', { body: { email: eve.email, password: 'guessing along' } });
    }
    expect((await act('unlock')).json()).toMatchObject({ lockedUntil: null });
    expect((await gateway.logInAs(eve.email)).id).toBe(eve.id);
  });

  test('ends all sessions of a user', async () => {
    const carl = await gateway.userWith('quant', 'carl');
    const answer = await gateway.call('DELETE', `/users/${carl.id}/sessions`, { headers: admin.headers });
    expect(answer.json()).toEqual({ revoked: 1 });
    expect((await gateway.call('GET', '/users/permissions', { headers: carl.headers })).statusCode).toBe(401);
  });

  test('sees the tree of actors', async () => {
    const answer = await gateway.call('GET', '/system/actors', { headers: admin.headers });
    const tree = answer.json<SystemView>();
    expect(nodesOf(tree)).toContainEqual(expect.objectContaining({ type: 'kind', name: 'user', status: 'running' }));
    expect(nodesOf(tree)).toContainEqual(
      expect.objectContaining({ type: 'supervisor', name: 'actors', strategy: 'one-for-all', lastFailure: null }),
    );
    expect((await gateway.call('GET', '/system/info')).json()).toMatchObject({ engineVersion });
  });
});
