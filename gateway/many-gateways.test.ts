/** Two gateways of one cluster: what one has given out, heard or counted holds at the other. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { userKind } from '#actors';
import type { GatewayApp } from './gateway.ts';
import { buildGateway } from './server.ts';
import type { BuiltGateway } from './server.ts';
import { LossyBus } from './testing/lossy-bus.ts';
import { password, startTestParts } from './testing/test-gateway.ts';

const email = 'ada@example.org';

let bus: LossyBus;
let parts: ReturnType<typeof startTestParts>;
let one: BuiltGateway;
let two: BuiltGateway;
let userId: string;

const logIn = async ({ app }: BuiltGateway): Promise<string> => {
  const answer = await app.inject({ method: 'POST', url: '/api/v1/auth/login', body: { email, password } });
  return answer.json<{ readonly accessToken: string }>().accessToken;
};

const get = async (app: GatewayApp, path: string, token: string, headers: Readonly<Record<string, string>> = {}) =>
  await app.inject({ url: `/api/v1${path}`, headers: { authorization: `Bearer ${token}`, ...headers } });

const mayRead = async ({ app }: BuiltGateway, token: string): Promise<number> =>
  (await get(app, '/users/permissions', token)).statusCode;

/** Gateways hear of what actors publish over a bus that may be cut. */
beforeEach(async () => {
  bus = new LossyBus();
  parts = startTestParts({ parts: { publications: bus } });
  bus.follow(parts.running.bus, ['user']);
  [one, two] = await Promise.all([buildGateway(parts.parts), buildGateway(parts.parts)]);
  const body = { email, password, displayName: 'Ada' };
  const answer = await one.app.inject({ method: 'POST', url: '/api/v1/auth/register', body });
  userId = answer.json<{ readonly user: { readonly id: string } }>().user.id;
});
afterEach(async () => {
  await Promise.all([one.close(), two.close()]);
  await parts.running.system.stop();
});

const revoke = () => parts.running.system.ask(userKind, userId, { type: 'RevokeSessions' });

describe('a token', () => {
  test('of one is taken by the other', async () => {
    expect(await mayRead(two, await logIn(one))).toBe(200);
  });

  test('that was revoked is not taken by one that starts later', async () => {
    const token = await logIn(one);
    await revoke();
    const late = await buildGateway(parts.parts);
    expect(await mayRead(late, token)).toBe(401);
    await late.close();
  });

  test('that was revoked while the bus was cut is not taken when it is whole again', async () => {
    const token = await logIn(one);
    expect(await mayRead(two, token)).toBe(200);
    bus.isCut = true;
    await revoke();
    bus.mend();
    expect(await mayRead(two, token)).toBe(401);
  });

  test('that was revoked is not taken for longer than a minute, though nobody says so', async () => {
    const token = await logIn(one);
    expect(await mayRead(two, token)).toBe(200);
    bus.isCut = true;
    await revoke();
    parts.running.clock.advance(60_000);
    expect(await mayRead(two, token)).toBe(401);
  });

  test('of a role that its user has no more is not taken', async () => {
    const token = await logIn(one);
    bus.isCut = true;
    await parts.running.system.ask(userKind, userId, { type: 'ChangeRole', role: 'viewer', by: 'root' });
    expect(await mayRead(two, token)).toBe(401);
  });
});

describe('a ticket', () => {
  const ticketOf = async (token: string): Promise<string> => {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await one.app.inject({ method: 'POST', url: '/api/v1/auth/ticket', headers });
    return answer.json<{ readonly ticket: string }>().ticket;
  };

  test('of one is taken by the other, and then by nobody', async () => {
    const ticket = await ticketOf(await logIn(one));
    const redeemed = await Promise.all([one, two, one].map(({ gateway }) => gateway.tickets.redeem(ticket)));
    expect(redeemed.filter((principal) => principal !== null)).toMatchObject([{ userId, role: 'quant' }]);
    expect(await two.gateway.tickets.redeem(ticket)).toBeNull();
  });

  test('that was changed is taken by nobody', async () => {
    const [text = '', signature = ''] = (await ticketOf(await logIn(one))).split('.');
    const said = JSON.parse(Buffer.from(text, 'base64url').toString()) as object; // as tickets are written
    const forged = Buffer.from(JSON.stringify({ ...said, role: 'admin' })).toString('base64url');
    for (const ticket of [`${forged}.${signature}`, `${text}.`, text, '', 'x'.repeat(5_000)])
      expect(await two.gateway.tickets.redeem(ticket)).toBeNull();
  });

  test('of a session that has ended is taken by nobody', async () => {
    const ticket = await ticketOf(await logIn(one));
    bus.isCut = true;
    await revoke();
    expect(await two.gateway.tickets.redeem(ticket)).toBeNull();
  });
});

describe('what a user has written at one', () => {
  test('is waited for in lists of the other, when the client says where it stands', async () => {
    const token = await logIn(one);
    const body = { name: 'Paper', initialCash: '1000' };
    const headers = { authorization: `Bearer ${token}` };
    const written = await one.app.inject({ method: 'POST', url: '/api/v1/trading/accounts', headers, body });
    expect(written.statusCode, written.body).toBe(201);
    const readAfter = written.headers['read-after'];
    expect(readAfter).toMatch(/^[\w-]{8} \d+ \d+\.\d+/);
    expect(two.gateway.writes.of(userId)).toEqual([]);
    await get(two.app, '/trading/accounts', token, { 'read-after': String(readAfter) });
    const places = two.gateway.writes.of(userId).map(({ shard, shardSeq }) => ({ shard, shardSeq }));
    expect(places).toEqual(one.gateway.writes.of(userId).map(({ shard, shardSeq }) => ({ shard, shardSeq })));
  });

  test('is forgotten in time, and nothing where it is another journal’s or no such text', async () => {
    const { clock } = parts.running;
    const { writes } = one.gateway;
    writes.note('u', { shard: 3, shardSeq: 7, seq: 1 });
    const text = writes.textOf('u') ?? '';
    const other = two.gateway.writes;
    for (const wrong of [
      '',
      'x',
      text.replace(/^./, '~'),
      `abcdefgh${text.slice(8)}`,
      text.replace('3.7', '3'),
      `${text}9e9`,
    ])
      other.learn('u', wrong);
    expect(other.of('u')).toEqual([]);
    clock.advance(20_000);
    other.learn('u', text);
    expect(other.of('u')).toEqual([{ shard: 3, shardSeq: 7, seq: 0 }]);
    clock.advance(10_001);
    other.learn('u', text);
    expect(other.of('u')).toEqual([]);
  });
});

test('guesses at an address that nobody has are counted together', async () => {
  const guess = async ({ app }: BuiltGateway): Promise<number> =>
    (
      await app.inject({
        method: 'POST',
        url: '/api/v1/auth/login',
        body: { email: 'nobody@example.org', password: 'wrong password' },
      })
    ).statusCode;
  const statuses: number[] = [];
  for (const node of [one, two, one, two, one, two]) statuses.push(await guess(node));
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
});
