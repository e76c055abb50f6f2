import { describe, expect, test, vi } from 'vitest';
import type { TimerChange } from '#kernel';
import { given, startTestSystem } from '#kernel/testing';
import type { MailMessage } from '#ports';
import { inboxKind } from '../inbox/inbox.ts';
import { newResetToken, readResetToken, resetTokenHash } from './reset-token.ts';
import { userKind, userKindWith } from './user.ts';
import type { UserEvent } from './user-state.ts';

const start = Date.UTC(2026, 0, 1);
const minute = 60_000;
const id = 'u1';

const registered = {
  type: 'UserRegistered',
  email: 'ann@example.org',
  displayName: 'Ann',
  passwordHash: 'hash-0',
  role: 'quant',
  at: start,
} as const satisfies UserEvent;
const begun = (attempt: number, at = start): UserEvent => ({ type: 'ResetMailBegun', attempt, at });
const sent: UserEvent = { type: 'ResetMailSent', at: start };
const token = newResetToken(id);
const requested: UserEvent = {
  type: 'PasswordResetRequested',
  tokenHash: resetTokenHash(token),
  expiresAt: start + 60 * minute,
  at: start,
};
const user = (...events: readonly UserEvent[]) => given(userKind, [registered, ...events], { id, now: start });
const again = (after: number) => ({ type: 'SendResetAgain', after }) as const;
const timer = (attempt: number, at: number): TimerChange => ({
  type: 'set',
  name: 'reset-mail',
  at,
  command: again(attempt),
});
const makesToken = { type: 'task', task: 'newResetToken', input: null } as const;
const warned = (title: string) =>
  expect.objectContaining({
    to: { kind: 'inbox', id },
    command: expect.objectContaining({ type: 'Notify', kind: 'account.security', title }),
  });
const request = { type: 'RequestPasswordReset' } as const;
const made = { type: 'ResetTokenMade', token } as const;
const reset = { type: 'ResetPassword', tokenHash: resetTokenHash(token), passwordHash: 'hash-2' } as const;

describe('a token', () => {
  test('says whose it is, and is another one each time', () => {
    expect(readResetToken(token)).toEqual({ userId: id });
    expect(newResetToken(id)).not.toBe(token);
    for (const wrong of ['', 'u1', `${token}x`, `u 1.${token.slice(3)}`]) expect(readResetToken(wrong)).toBe(null);
  });
});

describe('a password that was forgotten', () => {
  test('has a token made, and a timer that looks after its mail', () => {
    user()
      .when(request)
      .then({
        events: [begun(1)],
        reply: null,
        timers: [timer(1, start + minute)],
        effects: [makesToken],
        send: [warned('A reset of your password was asked for')],
      });
  });

  test('has a token mailed of which only the hash is kept', () => {
    const { decision } = user(begun(1)).when(made);
    expect(decision).toMatchObject({
      events: [requested],
      effects: [{ type: 'task', task: 'mailResetToken', input: { to: 'ann@example.org', locale: 'en', token } }],
    });
    expect(JSON.stringify(decision.events)).not.toContain(token);
  });

  test('is done with when a mail server has the mail', () => {
    user(begun(1), requested)
      .when({ type: 'ResetMailSent', tokenHash: resetTokenHash(token) })
      .then({ events: [sent], reply: null, timers: [{ type: 'clear', name: 'reset-mail' }] });
    user(begun(1), requested, sent).when(again(1)).then({ events: [], reply: null });
    // A token that is made too late for it is not mailed, and does not end the one that is.
    user(begun(1), requested, sent).when(made).then({ events: [], reply: null, effects: [] });
  });

  test('is mailed again with another token, at growing distances, and given up after half an hour', () => {
    user(begun(1), requested)
      .when(again(1), { now: start + minute })
      .then({
        events: [begun(2, start + minute)],
        reply: null,
        timers: [timer(2, start + 3 * minute)],
        effects: [makesToken],
      });
    user(begun(1), begun(6))
      .when(again(6))
      .then({ timers: [timer(7, start + 10 * minute)], events: [begun(7)] });
    user(begun(1), begun(7))
      .when(again(7))
      .then({
        events: [{ type: 'ResetMailGivenUp', attempts: 7, at: start }],
        reply: null,
        effects: [{ type: 'task', task: 'countGivenUp', input: null }],
      });
    // Of an attempt before: it was moved meanwhile.
    user(begun(1), begun(2)).when(again(1)).then({ events: [], reply: null });
  });

  test('asked for twice in a minute is one mail', () => {
    user(begun(1), requested, sent)
      .when(request, { now: start + minute - 1 })
      .then({ events: [], reply: null });
    user(begun(1), requested, sent)
      .when(request, { now: start + minute })
      .then({ events: [begun(1, start + minute)], reply: null });
  });

  test('is reset by the latest token, once, and all sessions close', () => {
    const opened: UserEvent = {
      type: 'SessionOpened',
      session: { id: 'a', openedAt: start, lastSeenAt: start, expiresAt: start + minute, userAgent: 'b', ip: '::1' },
      refreshHash: 'a-0',
    };
    const { state } = user(opened, begun(1), requested)
      .when(reset)
      .then({
        events: [
          { type: 'PasswordWasReset', passwordHash: 'hash-2', at: start },
          { type: 'SessionsClosed', sessionIds: ['a'], reason: 'password', at: start },
        ],
        reply: null,
        send: [warned('Your password was reset')],
      });
    expect(state).toMatchObject({ passwordHash: 'hash-2', sessions: [], reset: null, resetMail: null });
    user(requested, { type: 'PasswordWasReset', passwordHash: 'hash-2', at: start })
      .when(reset)
      .then({ refusal: { code: 'reset-invalid' } });
  });

  test('is not reset by another token or too late', () => {
    user(requested)
      .when({ ...reset, tokenHash: 'guess' })
      .then({ refusal: { code: 'reset-invalid' } });
    user(requested)
      .when(reset, { now: start + 60 * minute })
      .then({ refusal: { code: 'reset-invalid' } });
    user()
      .when(reset)
      .then({ refusal: { code: 'reset-invalid' } });
  });
});

test('a mail that no server takes, and whose process ends, is sent when one is back, in the language of its reader', async () => {
  const mails: MailMessage[] = [];
  let tries = 0;
  let isAway = true;
  const kinds = [
    userKindWith({
      send: (mail) => {
        tries++;
        if (isAway) return Promise.reject(new Error('away'));
        mails.push(mail);
        return Promise.resolve();
      },
      gaveUp: () => {},
    }),
    inboxKind,
  ];
  const first = startTestSystem({ kinds });
  const { email, displayName, passwordHash, role } = registered;
  await first.system.ask(userKind, id, { type: 'RegisterUser', email, displayName, passwordHash, role });
  await first.system.ask(userKind, id, { type: 'UpdateProfile', expectedVersion: 1, locale: 'zh' });
  await first.system.ask(userKind, id, request);
  await vi.waitUntil(() => tries === 1);
  await first.system.stop();

  const { system, clock, journal } = startTestSystem({ ...first, kinds });
  isAway = false;
  await clock.armed(minute);
  clock.advance(minute);
  const mail = await vi.waitUntil(() => mails[0]);
  expect(mail).toMatchObject({ to: 'ann@example.org', subject: '重置您的密码' });
  const mailed = mail.text.split('\n').find((line) => line.startsWith(`${id}.`)) ?? '';
  await journal.until(() => journal.outboxSize === 0);
  expect(
    await system.ask(userKind, id, { type: 'ResetPassword', tokenHash: resetTokenHash(mailed), passwordHash: 'new' }),
  ).toMatchObject({ type: 'replied' });
  await system.stop();
});

test('a mail that is given up is counted', async () => {
  let tries = 0;
  const counted = Promise.withResolvers<void>();
  const mail = { send: () => (tries++, Promise.reject(new Error('away'))), gaveUp: counted.resolve };
  const { system, clock } = startTestSystem({ kinds: [userKindWith(mail), inboxKind] });
  const { email, displayName, passwordHash, role } = registered;
  await system.ask(userKind, id, { type: 'RegisterUser', email, displayName, passwordHash, role });
  await system.ask(userKind, id, request);
  for (const [attempt, wait] of [1, 2, 4, 8, 10, 10, 10].entries()) {
    await vi.waitUntil(() => tries === attempt + 1);
    await clock.armed(wait * minute);
    clock.advance(wait * minute);
  }
  await counted.promise;
  expect(tries).toBe(7);
  await system.stop();
});
