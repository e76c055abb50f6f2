/** Users on a running system. */

import { expect, test } from 'vitest';
import { startTestSystem } from '#kernel/testing';
import { inboxKind } from '../inbox/inbox.ts';
import { userKind } from './user.ts';

const register = {
  type: 'RegisterUser',
  email: 'ann@example.org',
  displayName: 'Ann',
  passwordHash: 'hash',
  role: 'quant',
} as const;

test('an address belongs to one user, in whatever letters', async () => {
  const { system } = startTestSystem({ kinds: [userKind, inboxKind] });
  await system.ask(userKind, 'u1', register);
  expect(await system.ask(userKind, 'u2', { ...register, email: 'ANN@example.org ' })).toMatchObject({
    refusal: { code: 'email-taken', field: '/email' },
  });
  expect(await system.ask(userKind, 'u2', { type: 'GetUser' })).toMatchObject({ refusal: { code: 'user-unknown' } });
  await system.stop();
});

test('a lock after wrong passwords is told to the inbox, and holds over a restart', async () => {
  const first = startTestSystem({ kinds: [userKind, inboxKind] });
  await first.system.ask(userKind, 'u1', register);
  for (let failure = 0; failure < 5; failure++)
    await first.system.ask(userKind, 'u1', { type: 'RecordFailedLogIn', ip: '192.0.2.1' });
  await first.journal.until(() => first.journal.outboxSize === 0);
  await first.system.stop();

  const { system, clock } = startTestSystem({ ...first, kinds: [userKind, inboxKind] });
  expect(await system.ask(inboxKind, 'u1', { type: 'GetInbox' })).toMatchObject({
    reply: { unread: 1, latest: [{ kind: 'account.security' }] },
  });
  const retryAt = clock.now() + 60_000;
  expect(await system.ask(userKind, 'u1', { type: 'GetCredentials' })).toMatchObject({ reply: { retryAt } });
  clock.advance(60_000);
  expect(await system.ask(userKind, 'u1', { type: 'GetCredentials' })).toMatchObject({ reply: { retryAt: null } });
  await system.stop();
});

test('a refused refresh still closes the family', async () => {
  const { system } = startTestSystem({ kinds: [userKind, inboxKind] });
  await system.ask(userKind, 'u1', register);
  await system.ask(userKind, 'u1', {
    type: 'OpenSession',
    sessionId: 's',
    refreshHash: 'h0',
    expiresAt: Date.UTC(2030, 0, 1),
    userAgent: 'browser',
    ip: '192.0.2.1',
  });
  const refresh = {
    type: 'RotateRefresh',
    sessionId: 's',
    presentedHash: 'stolen',
    nextHash: 'h1',
    expiresAt: Date.UTC(2030, 0, 1),
    ip: '192.0.2.9',
  } as const;
  expect(await system.ask(userKind, 'u1', refresh)).toMatchObject({ refusal: { code: 'refresh-reused' } });
  expect(await system.ask(userKind, 'u1', { type: 'ListSessions' })).toMatchObject({ reply: [] });
  await system.stop();
});
