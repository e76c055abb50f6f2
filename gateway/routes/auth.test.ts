import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { jwtVerify, createLocalJWKSet, SignJWT, decodeProtectedHeader, decodeJwt } from 'jose';
import { userKind } from '#actors';
import { accessTokenMs } from '../auth/access-tokens.ts';
import { ticketMs } from '../auth/tickets.ts';
import { password, startTestGateway } from '../testing/test-gateway.ts';
import type { LoggedInUser, TestGateway } from '../testing/test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(async () => await gateway.stop());

let counter = 0;
let user: LoggedInUser;
beforeEach(async () => {
  counter++;
  user = await gateway.userWith('quant', `user${counter}`);
});

const post = async (path: string, body?: object, headers: Record<string, string> = {}) =>
  await gateway.call('POST', `/auth/${path}`, { headers, ...(body === undefined ? {} : { body }) });

const mayRead = async ({ headers }: Pick<LoggedInUser, 'headers'>): Promise<number> =>
  (await gateway.call('GET', '/users/permissions', { headers })).statusCode;

const refreshed = async (refreshToken: string) => {
  const answer = await post('refresh', { refreshToken });
  const {
    accessToken,
    refreshToken: next,
    code,
  } = answer.json<{ accessToken: string; refreshToken: string; code?: string }>();
  return { status: answer.statusCode, code, refreshToken: next, headers: { authorization: `Bearer ${accessToken}` } };
};

describe('registration', () => {
  const register = async (body: object) => await post('register', body);

  test('makes a user with the role of new users and shows no secret', async () => {
    const answer = await register({ email: 'Grace@Example.org', password, displayName: 'Grace' });
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toMatchObject({ user: { email: 'Grace@Example.org', role: 'quant', status: 'active' } });
    expect(answer.body).not.toContain('argon2');
  });

  test('of an address that somebody has, in whatever case, is refused', async () => {
    const answer = await register({ email: user.email.toUpperCase(), password, displayName: 'X' });
    expect(answer.json()).toMatchObject({ status: 409, code: 'email-taken', errors: [{ pointer: '/email' }] });
  });

  test.each([
    ['short', 'fewer than 10'],
    ['aaaaaaaabbbb', 'repeats'],
    ['weak.person1 is me', 'contains the e-mail'],
    ['Qwerty12345', 'on every list'],
  ])('with the password "%s" is refused: %s', async (weak, reason) => {
    const answer = await register({ email: 'weak.person1@example.org', password: weak, displayName: 'W' });
    expect(answer.json()).toMatchObject({ status: 400, code: 'password-weak', errors: [{ pointer: '/password' }] });
    expect(answer.json<{ detail: string }>().detail).toContain(reason);
  });

  test('without an e-mail address, or with an unknown property, is refused', async () => {
    expect((await register({ email: 'nobody', password, displayName: 'N' })).json()).toMatchObject({
      errors: [{ pointer: '/email' }],
    });
    expect(
      (await register({ email: 'n@example.org', password, displayName: 'N', role: 'admin' })).json(),
    ).toMatchObject({ errors: [{ pointer: '/role' }] });
  });

  test('can be closed', async () => {
    const closed = await startTestGateway({ settings: { registration: 'closed' } });
    const answer = await closed.call('POST', '/auth/register', {
      body: { email: 'late@example.org', password, displayName: 'Late' },
    });
    expect(answer.json()).toMatchObject({ status: 403, code: 'registration-closed' });
    await closed.stop();
  });
});

describe('logging in', () => {
  test('answers with tokens, the user and what the role may', async () => {
    const answer = await post('login', { email: user.email, password });
    expect(answer.json()).toMatchObject({ expiresIn: 600, user: { id: user.id, lockedUntil: null } });
    expect(answer.json<{ permissions: string[] }>().permissions).toContain('strategies:write');
  });

  test('with a wrong password and with an unknown address is answered alike', async () => {
    const strip = ({ json }: { json: () => unknown }): unknown => {
      const { traceId: _, ...rest } = json() as Record<string, unknown>;
      return rest;
    };
    const wrong = await post('login', { email: user.email, password: 'another password' });
    const unknown = await post('login', { email: 'nobody@example.org', password });
    expect(wrong.statusCode).toBe(401);
    expect(strip(unknown)).toEqual(strip(wrong));
    expect(wrong.json()).toMatchObject({ code: 'login-failed' });
  });

  test('is locked alike for an address that nobody has', async () => {
    const guess = async (email: string): Promise<unknown> => {
      const answer = await post('login', { email, password: 'another password' });
      return [answer.statusCode, answer.headers['retry-after']];
    };
    for (let time = 0; time < 7; time++) {
      expect(await guess(`nobody${counter}@example.org`)).toEqual(await guess(user.email));
    }
    expect(await guess(user.email)).toEqual([429, '60']);
  });

  test('is locked for a while after wrong passwords, also with the right one', async () => {
    for (let time = 0; time < 5; time++) await post('login', { email: user.email, password: 'another password' });
    const locked = await post('login', { email: user.email, password });
    expect(locked.json()).toMatchObject({ status: 429, code: 'login-locked' });
    const seconds = Number(locked.headers['retry-after']);
    expect(seconds).toBeGreaterThan(0);
    gateway.clock.advance(seconds * 1_000);
    expect((await post('login', { email: user.email, password })).statusCode).toBe(200);
  });
});

describe('an access token', () => {
  test('is signed by a published key and says who, for whom and until when', async () => {
    const { keys } = (await gateway.app.inject('/.well-known/jwks.json')).json();
    const { payload, protectedHeader } = await jwtVerify(user.accessToken, createLocalJWKSet({ keys }), {
      issuer: 'xtrading',
      audience: 'xtrading-api',
      currentDate: new Date(gateway.clock.now()),
    });
    expect(protectedHeader).toMatchObject({ alg: 'EdDSA', typ: 'at+jwt' });
    expect(payload).toMatchObject({ sub: user.id, role: 'quant' });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(600);
  });

  test('is taken until it expires', async () => {
    expect(await mayRead(user)).toBe(200);
    gateway.clock.advance(accessTokenMs - 1);
    expect(await mayRead(user)).toBe(200);
    gateway.clock.advance(1);
    expect(await mayRead(user)).toBe(401);
  });

  test('that somebody else has made is refused: unsigned, by another key, with another algorithm', async () => {
    const claims = decodeJwt(user.accessToken);
    const { kid } = decodeProtectedHeader(user.accessToken);
    const body = user.accessToken.split('.')[1] ?? '';
    const none = `${Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt', kid })).toString('base64url')}.${body}.`;
    const { keys } = (await gateway.app.inject('/.well-known/jwks.json')).json<{ keys: { x: string }[] }>();
    // The public key taken as a shared secret: the classic confusion of algorithms.
    const confused = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: String(kid) })
      .sign(Buffer.from(keys[0]?.x ?? '', 'base64url'));
    const stranger = await startTestGateway();
    const foreign = await stranger.userWith('admin', 'foreign');
    await stranger.stop();
    for (const token of [none, confused, foreign.accessToken, `${user.accessToken}x`, 'x'.repeat(5_000)]) {
      expect(await mayRead({ headers: { authorization: `Bearer ${token}` } })).toBe(401);
    }
  });

  test('still verifies after the keys have turned over, and not when they did so twice', async () => {
    const turning = await startTestGateway();
    const { signingKeys, tokens } = turning.gateway;
    const ada = await turning.userWith('quant', 'turning');
    const kidOf = (token: string): string => String(decodeProtectedHeader(token).kid);
    const published = async (): Promise<readonly string[]> =>
      (await signingKeys.jwks()).keys.map(({ kid }) => String(kid));
    const before = await published();
    const turnOver = async (): Promise<void> => {
      turning.clock.advance(30 * 24 * 3_600_000);
      await signingKeys.check();
    };
    await turnOver();
    const next = await turning.logInAs(ada.email);
    expect(kidOf(next.accessToken)).toBe(before[1]);
    expect(await published()).toEqual([...before, expect.any(String)]);
    // Checked again soon after, they stay.
    turning.clock.advance(3_600_000);
    await signingKeys.check();
    expect(await published()).toHaveLength(3);
    expect(await tokens.verify((await turning.logInAs(ada.email)).accessToken)).toMatchObject({ userId: ada.id });
    await turnOver();
    expect(await published()).not.toContain(kidOf(ada.accessToken));
    await turning.stop();
  });
});

describe('a refresh token', () => {
  test('is taken for the next one', async () => {
    gateway.clock.advance(accessTokenMs);
    const next = await refreshed(user.refreshToken);
    expect(next.status).toBe(200);
    expect(next.refreshToken).not.toBe(user.refreshToken);
    expect(await mayRead(next)).toBe(200);
  });

  test('used again later ends the session, whoever holds its newest token', async () => {
    const next = await refreshed(user.refreshToken);
    gateway.clock.advance(11_000);
    expect(await refreshed(user.refreshToken)).toMatchObject({ status: 401, code: 'refresh-reused' });
    expect(await refreshed(next.refreshToken)).toMatchObject({ status: 401, code: 'token-invalid' });
    expect(await mayRead(next)).toBe(401);
  });

  test('that was never one is refused', async () => {
    for (const token of ['x', `${user.id}.s.${'a'.repeat(43)}`, `nobody.s.${'a'.repeat(43)}`]) {
      expect(await refreshed(token)).toMatchObject({ status: 401, code: 'token-invalid' });
    }
  });
});

describe('logging out', () => {
  test('ends the session and its tokens', async () => {
    const other = await gateway.logInAs(user.email);
    expect((await post('logout', undefined, user.headers)).statusCode).toBe(204);
    expect(await mayRead(user)).toBe(401);
    expect(await refreshed(user.refreshToken)).toMatchObject({ status: 401 });
    expect(await mayRead(other)).toBe(200);
  });

  test('ends the session of a refresh token, but of nobody else', async () => {
    const other = await gateway.logInAs(user.email);
    expect((await post('logout', { refreshToken: other.refreshToken }, user.headers)).statusCode).toBe(204);
    expect(await mayRead(other)).toBe(401);
    const stranger = await gateway.userWith('quant', `stranger${counter}`);
    expect((await post('logout', { refreshToken: stranger.refreshToken }, user.headers)).statusCode).toBe(401);
    expect(await mayRead(stranger)).toBe(200);
  });
});

describe('a ticket', () => {
  test('is good once, and for half a minute', async () => {
    const issue = async (): Promise<string> =>
      (await post('ticket', undefined, user.headers)).json<{ ticket: string }>().ticket;
    const first = await issue();
    expect((await gateway.gateway.tickets.redeem(first))?.userId).toBe(user.id);
    expect(await gateway.gateway.tickets.redeem(first)).toBeNull();
    const second = await issue();
    gateway.clock.advance(ticketMs);
    expect(await gateway.gateway.tickets.redeem(second)).toBeNull();
  });
});

describe('changing the password', () => {
  const newPassword = 'staple correct battery';

  test('keeps this session and ends the others', async () => {
    const other = await gateway.logInAs(user.email);
    const answer = await post('password/change', { currentPassword: password, newPassword }, user.headers);
    expect(answer.statusCode).toBe(204);
    expect(await mayRead(user)).toBe(200);
    expect(await mayRead(other)).toBe(401);
    expect((await post('login', { email: user.email, password })).statusCode).toBe(401);
    expect((await post('login', { email: user.email, password: newPassword })).statusCode).toBe(200);
  });

  test('needs the current one, and a good new one', async () => {
    const wrong = await post('password/change', { currentPassword: 'no such thing', newPassword }, user.headers);
    expect(wrong.json()).toMatchObject({ status: 401, code: 'login-failed' });
    const weak = await post('password/change', { currentPassword: password, newPassword: 'short' }, user.headers);
    expect(weak.json()).toMatchObject({ code: 'password-weak', errors: [{ pointer: '/newPassword' }] });
  });
});

describe('a forgotten password', () => {
  const newPassword = 'a wholly new password';
  const tokenMailedTo = async (email: string): Promise<string> => {
    expect((await post('password/forgot', { email })).statusCode).toBe(202);
    const mail = await vi.waitUntil(() => gateway.mails.findLast(({ to }) => to === email));
    return mail.text.split('\n').find((line) => line.startsWith(user.id)) ?? '';
  };

  test('is set anew with the token of a mail, once, and ends all sessions', async () => {
    const token = await tokenMailedTo(user.email);
    expect((await post('password/reset', { token, newPassword })).statusCode).toBe(204);
    expect(await mayRead(user)).toBe(401);
    expect((await post('login', { email: user.email, password: newPassword })).statusCode).toBe(200);
    expect((await post('password/reset', { token, newPassword })).json()).toMatchObject({ code: 'reset-invalid' });
  });

  test('of nobody is answered alike and mails nothing', async () => {
    const mails = gateway.mails.length;
    expect((await post('password/forgot', { email: 'nobody@example.org' })).statusCode).toBe(202);
    await gateway.gateway.background.ended();
    expect(gateway.mails).toHaveLength(mails);
  });

  test('needs a token in time', async () => {
    const token = await tokenMailedTo(user.email);
    gateway.clock.advance(3_600_000);
    expect((await post('password/reset', { token, newPassword })).json()).toMatchObject({ code: 'reset-invalid' });
    expect((await post('password/reset', { token: 'x', newPassword })).json()).toMatchObject({ code: 'reset-invalid' });
  });
});

test('a session that another node has closed, and a role that it has changed, count here too', async () => {
  const { system } = gateway;
  await system.ask(userKind, user.id, { type: 'ChangeRole', role: 'viewer', by: 'another node' });
  expect(await mayRead(user)).toBe(401);
  const next = await refreshed(user.refreshToken);
  expect(await mayRead(next)).toBe(200);
  await system.ask(userKind, user.id, { type: 'RevokeSessions' });
  expect(await mayRead(next)).toBe(401);
});
