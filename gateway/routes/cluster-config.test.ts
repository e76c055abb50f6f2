import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MemorySettings } from '../testing/memory-settings.ts';
import { startTestGateway } from '../testing/test-gateway.ts';
import type { LoggedInUser, TestGateway } from '../testing/test-gateway.ts';

let gateway: TestGateway;
let admin: LoggedInUser;
let quant: LoggedInUser;
beforeAll(async () => {
  gateway = await startTestGateway({ parts: { config: new MemorySettings() } });
  admin = await gateway.userWith('admin');
  quant = await gateway.userWith('quant', 'quentin');
});
afterAll(async () => await gateway.stop());

const set = async (name: string, body: object, { headers } = admin) =>
  await gateway.call('PUT', `/system/config/${name}`, { headers, body });

describe('an administrator', () => {
  test('sets and unsets a setting of the cluster, and sees who did', async () => {
    const first = await set('colour', { value: 'green', revision: 0 });
    expect(first.statusCode, first.body).toBe(200);
    expect(first.json()).toMatchObject({ name: 'colour', value: 'green', isSet: true, revision: 1, author: admin.id });
    const all = await gateway.call('GET', '/system/config', { headers: admin.headers });
    expect(all.json()).toMatchObject({ store: 'memory', data: [{ name: 'registration' }, { value: 'green' }] });
    const unset = await gateway.call('DELETE', '/system/config/colour?revision=1', { headers: admin.headers });
    expect(unset.json()).toMatchObject({ value: null, isSet: false, revision: 2 });
    const history = await gateway.call('GET', '/system/config/colour/history', { headers: admin.headers });
    expect(history.json()).toMatchObject({
      data: [
        { revision: 1, value: 'green', author: admin.id, at: '1970-01-01T00:00:00.000Z' },
        { revision: 2, value: null },
      ],
    });
    const audit = await gateway.call('GET', '/system/audit?action=setting-set', { headers: admin.headers });
    expect(audit.json()).toMatchObject({
      data: [{ action: 'setting-set', by: admin.id, setting: 'colour', value: 'green', before: null }],
    });
  });

  test('is told of a value that can not be, a setting that there is not, and of others who were faster', async () => {
    expect((await set('colour', { value: 'blue' })).json()).toMatchObject({
      status: 400,
      code: 'cluster-setting-refused',
      detail: 'colour=blue is not one of red, green.',
      errors: [{ pointer: '/value', remedy: 'Set for example colour=red.' }],
    });
    expect((await set('shape', { value: 'round' })).json()).toMatchObject({ code: 'cluster-setting-unknown' });
    const unknown = await gateway.call('GET', '/system/config/shape/history', { headers: admin.headers });
    expect(unknown.json()).toMatchObject({ status: 404, code: 'cluster-setting-unknown' });
    expect((await set('colour', { value: 'red', revision: 77 })).json()).toMatchObject({
      status: 409,
      code: 'cluster-setting-overtaken',
    });
  });

  test('closes registration for everybody at once', async () => {
    const register = async () =>
      await gateway.app.inject({
        method: 'POST',
        url: '/api/v1/auth/register',
        payload: { email: 'late@example.org', password: 'correct horse battery', displayName: 'Late' },
      });
    await set('registration', { value: 'closed' });
    expect((await register()).json()).toMatchObject({ code: 'registration-closed' });
    expect((await gateway.app.inject('/api/v1/system/info')).json()).toMatchObject({ registration: 'closed' });
    await gateway.call('DELETE', '/system/config/registration', { headers: admin.headers });
    expect((await register()).statusCode).toBe(201);
  });
});

test('nobody else sees or changes the settings of the cluster', async () => {
  expect((await set('colour', { value: 'red' }, quant)).json()).toMatchObject({ code: 'forbidden' });
  const all = await gateway.call('GET', '/system/config', { headers: quant.headers });
  expect(all.json()).toMatchObject({ code: 'forbidden' });
});
