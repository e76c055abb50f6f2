import { describe, expect, test } from 'vitest';
import { message } from '#kernel';
import type { DecideContext } from '#kernel';
import { given } from '#kernel/testing';
import { inboxKind } from '../inbox/inbox.ts';
import { lockMs } from './lock-out.ts';
import { sessionsMax } from './sessions.ts';
import { userKind } from './user.ts';
import type { UserEvent } from './user-state.ts';
import type { RotateRefresh, UserView } from './user-messages.ts';

const start = Date.UTC(2026, 0, 1);
const minute = 60_000;
const id = 'u1';

const registered: UserEvent = {
  type: 'UserRegistered',
  email: 'Ann@Example.org',
  displayName: 'Ann',
  passwordHash: 'hash-0',
  role: 'quant',
  at: start,
};
const ann: UserView = {
  id,
  email: 'Ann@Example.org',
  displayName: 'Ann',
  role: 'quant',
  status: 'active',
  lockedUntil: null,
  locale: 'en',
  timeZone: 'UTC',
  createdAt: start,
  version: 1,
};
const opened = (sessionId: string, at = start, expiresAt = start + 1_000 * minute): UserEvent => ({
  type: 'SessionOpened',
  session: { id: sessionId, openedAt: at, lastSeenAt: at, expiresAt, userAgent: 'browser', ip: '192.0.2.1' },
  refreshHash: `${sessionId}-0`,
});
const user = (...events: readonly UserEvent[]) => given(userKind, [registered, ...events], { id, now: start });
const warned = (title: string) =>
  expect.objectContaining({
    to: { kind: 'inbox', id },
    command: expect.objectContaining({ type: 'Notify', kind: 'account.security', title }),
  });

describe('a registration', () => {
  const register = {
    type: 'RegisterUser',
    email: ' Ann@Example.org ',
    displayName: 'Ann',
    passwordHash: 'hash-0',
    role: 'quant',
  } as const;

  test('claims the address without capitals and blanks', () => {
    const { decision } = given(userKind, [], { id, now: start }).when(register);
    expect(decision).toMatchObject({
      events: [registered],
      reply: ann,
      claims: [{ scope: 'email', value: 'ann@example.org', refusal: { code: 'email-taken' } }],
    });
  });

  test('happens once', () => {
    user()
      .when({ ...register, email: 'other@example.org' })
      .then({ refusal: { code: 'user-exists' } });
  });

  test('comes before everything else', () => {
    given(userKind, [])
      .when({ type: 'GetUser' })
      .then({ refusal: { code: 'user-unknown' } });
    given(userKind, [])
      .when({ type: 'CloseSession', sessionId: 's' })
      .then({ refusal: { code: 'user-unknown' } });
  });
});

describe('wrong passwords', () => {
  const fail = { type: 'RecordFailedLogIn', ip: '192.0.2.9' } as const;

  test('lock from the fifth on, for times that double up to an hour', () => {
    expect([4, 5, 6, 7, 10, 11, 12, 1_000].map(lockMs)).toEqual(
      [0, 1, 2, 4, 32, 60, 60, 60].map((minutes) => minutes * minute),
    );
  });

  test('are counted, and the lock is told to the owner', () => {
    const events: UserEvent[] = [];
    for (let failures = 1; failures <= 5; failures++) {
      const lockedUntil = failures < 5 ? null : start + minute;
      const { decision } = user(...events)
        .when(fail)
        .then({
          events: [{ type: 'LogInFailed', ip: fail.ip, failures, lockedUntil, at: start }],
          reply: { lockedUntil },
          send: failures < 5 ? [] : [warned('Log-ins are locked for a while')],
        });
      events.push(...(decision.events ?? []));
    }
    user(...events)
      .when({ type: 'GetCredentials' })
      .then({
        reply: { user: { ...ann, lockedUntil: start + minute }, passwordHash: 'hash-0', retryAt: start + minute },
      });
  });

  const locked: UserEvent = { type: 'LogInFailed', ip: fail.ip, failures: 5, lockedUntil: start + minute, at: start };

  test('during a lock change nothing, so that nobody can fill the journal', () => {
    user(locked)
      .when(fail, { now: start + minute - 1 })
      .then({ events: [], reply: { lockedUntil: start + minute } });
  });

  test('keep out the right password while the lock holds', () => {
    user(locked)
      .when({
        type: 'OpenSession',
        sessionId: 's1',
        refreshHash: 'h',
        expiresAt: start + minute,
        userAgent: '',
        ip: '',
      })
      .then({ refusal: { code: 'login-locked' } });
  });

  test('lock for longer when the guessing goes on', () => {
    user(locked)
      .when(fail, { now: start + minute })
      .then({
        events: [
          { type: 'LogInFailed', ip: fail.ip, failures: 6, lockedUntil: start + 3 * minute, at: start + minute },
        ],
        reply: { lockedUntil: start + 3 * minute },
      });
  });

  test('are forgotten after a day, after a log-in and when unlocked', () => {
    const now = start + 25 * 60 * minute;
    const first: UserEvent = { type: 'LogInFailed', ip: fail.ip, failures: 1, lockedUntil: null, at: now };
    user(locked)
      .when(fail, { now })
      .then({ events: [first], reply: { lockedUntil: null } });
    for (const proof of [opened('s1'), { type: 'UserUnlocked', by: 'admin', at: start } as const]) {
      user(locked, proof)
        .when(fail)
        .then({ events: [{ ...first, at: start }], reply: { lockedUntil: null } });
    }
  });
});

describe('sessions', () => {
  const open = {
    type: 'OpenSession',
    sessionId: 'new',
    refreshHash: 'new-0',
    expiresAt: start + 100 * minute,
    userAgent: 'browser',
    ip: '192.0.2.1',
  } as const;

  test('keep a password hash made anew with today’s parameters', () => {
    const { state } = user()
      .when({ ...open, rehashed: 'hash-1' })
      .then({
        events: [{ type: 'PasswordRehashed', passwordHash: 'hash-1' }, { ...opened('new', start, open.expiresAt) }],
      });
    expect(state).toMatchObject({ passwordHash: 'hash-1' });
  });

  test('are not opened for a disabled user', () => {
    user({ type: 'UserDisabled', by: 'admin', at: start })
      .when(open)
      .then({ refusal: { code: 'user-disabled' } });
  });

  test('are bounded: the expired and the longest unseen make room', () => {
    const many = Array.from({ length: sessionsMax }, (_, k) => opened(`s${k}`, start + k));
    const used: UserEvent = {
      type: 'RefreshRotated',
      sessionId: 's0',
      nextHash: 's0-1',
      inGrace: false,
      expiresAt: start + 1_000 * minute,
      ip: '192.0.2.1',
      at: start + minute,
    };
    const now = start + 2 * minute;
    user(...many, used)
      .when(open, { now })
      .then({
        events: [
          { type: 'SessionsClosed', sessionIds: ['s1'], reason: 'replaced', at: now },
          { ...opened('new', now, open.expiresAt) },
        ],
      });
    user(opened('old', start, start + minute))
      .when(open, { now })
      .then({
        events: [
          { type: 'SessionsClosed', sessionIds: ['old'], reason: 'replaced', at: now },
          { ...opened('new', now, open.expiresAt) },
        ],
      });
  });

  test('are closed one by one, all, or all but one', () => {
    const two = user(opened('a'), opened('b'));
    const closed = (...sessionIds: string[]) => ({ type: 'SessionsClosed', sessionIds, at: start }) as const;
    two.when({ type: 'CloseSession', sessionId: 'a' }).then({
      events: [{ ...closed('a'), reason: 'logged-out' }],
      reply: null,
    });
    two.when({ type: 'CloseSession', sessionId: 'c' }).then({ refusal: { code: 'session-unknown' } });
    two.when({ type: 'RevokeSessions', except: 'b' }).then({
      events: [{ ...closed('a'), reason: 'revoked' }],
      reply: { revoked: 1 },
    });
    two.when({ type: 'RevokeSessions' }).then({
      events: [{ ...closed('a', 'b'), reason: 'revoked' }],
      reply: { revoked: 2 },
    });
    user()
      .when({ type: 'RevokeSessions' })
      .then({ events: [], reply: { revoked: 0 } });
  });

  test('are listed without hashes while they last', () => {
    const outcome = user(opened('a'), opened('old', start, start)).when({ type: 'ListSessions' });
    expect(outcome.decision.reply).toEqual([
      {
        id: 'a',
        openedAt: start,
        lastSeenAt: start,
        expiresAt: start + 1_000 * minute,
        userAgent: 'browser',
        ip: '192.0.2.1',
      },
    ]);
  });

  test('tell the gateways when they close', () => {
    expect(
      userKind.publish?.({ type: 'SessionsClosed', sessionIds: ['a'], reason: 'refresh-reused', at: start }, id),
    ).toEqual([{ channel: 'user:u1', data: { type: 'sessions-closed', sessionIds: ['a'], reason: 'refresh-reused' } }]);
  });
});

describe('a refresh token', () => {
  const refresh = (presentedHash: string, nextHash: string): RotateRefresh => ({
    type: 'RotateRefresh',
    sessionId: 's',
    presentedHash,
    nextHash,
    expiresAt: start + 2_000 * minute,
    ip: '192.0.2.2',
  });
  /** The events after refreshes, each [presented, next, seconds after the start]. */
  const after = (...steps: readonly (readonly [string, string, number])[]): UserEvent[] => {
    const events: UserEvent[] = [opened('s')];
    for (const [presented, next, seconds] of steps) {
      const { decision } = user(...events).when(refresh(presented, next), { now: start + seconds * 1_000 });
      expect(decision.refusal).toBeUndefined();
      events.push(...(decision.events ?? []));
    }
    return events;
  };
  const at = (seconds: number): Partial<DecideContext> => ({ now: start + seconds * 1_000 });

  test('is taken once and followed by the next', () => {
    user(opened('s'))
      .when(refresh('s-0', 's-1'), at(300))
      .then({
        events: [
          {
            type: 'RefreshRotated',
            sessionId: 's',
            nextHash: 's-1',
            inGrace: false,
            expiresAt: start + 2_000 * minute,
            ip: '192.0.2.2',
            at: start + 300_000,
          },
        ],
        reply: {
          user: ann,
          session: {
            id: 's',
            openedAt: start,
            lastSeenAt: start + 300_000,
            expiresAt: start + 2_000 * minute,
            userAgent: 'browser',
            ip: '192.0.2.2',
          },
        },
      });
    after(['s-0', 's-1', 300], ['s-1', 's-2', 600], ['s-2', 's-3', 900]);
  });

  test('used again after the grace closes the family and warns the owner', () => {
    user(...after(['s-0', 's-1', 300]))
      .when(refresh('s-0', 'x'), at(311))
      .then({
        events: [
          { type: 'RefreshReused', sessionId: 's', ip: '192.0.2.2', at: start + 311_000 },
          { type: 'SessionsClosed', sessionIds: ['s'], reason: 'refresh-reused', at: start + 311_000 },
        ],
        refusal: { code: 'refresh-reused' },
        send: [warned('A session was closed: its token was used twice')],
      });
  });

  test('of two generations ago has no grace', () => {
    user(...after(['s-0', 's-1', 300], ['s-1', 's-2', 301]))
      .when(refresh('s-0', 'x'), at(302))
      .then({
        refusal: { code: 'refresh-reused' },
        events: [
          { type: 'RefreshReused', sessionId: 's', ip: '192.0.2.2', at: start + 302_000 },
          { type: 'SessionsClosed', sessionIds: ['s'], reason: 'refresh-reused', at: start + 302_000 },
        ],
      });
  });

  test('just replaced is good for ten seconds, for an answer that was lost', () => {
    const events = after(['s-0', 's-1', 300], ['s-0', 's-1b', 310], ['s-1b', 's-2', 600]);
    // The sibling that was never used has ended with the one that was.
    user(...events)
      .when(refresh('s-1', 'x'), at(900))
      .then({
        refusal: { code: 'refresh-reused' },
        events: [
          { type: 'RefreshReused', sessionId: 's', ip: '192.0.2.2', at: start + 900_000 },
          { type: 'SessionsClosed', sessionIds: ['s'], reason: 'refresh-reused', at: start + 900_000 },
        ],
      });
  });

  test('serves two tabs that refresh at once, now and the next time', () => {
    after(['s-0', 's-1', 300], ['s-0', 's-1b', 301], ['s-1', 's-2', 600], ['s-1b', 's-2b', 601]);
  });

  test('of a session that has ended is refused and changes nothing', () => {
    user()
      .when(refresh('s-0', 's-1'))
      .then({ refusal: { code: 'session-unknown' } });
    user(opened('s', start, start + 1))
      .when(refresh('s-0', 's-1'), at(1))
      .then({ refusal: { code: 'session-unknown' } });
  });
});

describe('a password', () => {
  test('changed closes the other sessions', () => {
    user(opened('here'), opened('there'))
      .when({ type: 'ChangePassword', passwordHash: 'hash-1', sessionId: 'here' })
      .then({
        events: [
          { type: 'PasswordChanged', passwordHash: 'hash-1', at: start },
          { type: 'SessionsClosed', sessionIds: ['there'], reason: 'password', at: start },
        ],
        reply: null,
        send: [warned('Your password was changed')],
      });
  });
});

describe('a profile', () => {
  const update = { type: 'UpdateProfile', expectedVersion: 1, displayName: 'Anna', locale: 'en' } as const;

  test('changes where it differs', () => {
    user()
      .when(update)
      .then({
        events: [{ type: 'ProfileUpdated', displayName: 'Anna' }],
        reply: { ...ann, displayName: 'Anna', version: 2 },
      });
    user()
      .when({ ...update, displayName: 'Ann' })
      .then({ events: [], reply: ann });
  });

  test('is not changed on an old version, but log-ins do not make it old', () => {
    user({ type: 'ProfileUpdated', timeZone: 'Asia/Shanghai' })
      .when(update)
      .then({ refusal: { code: 'version-conflict' } });
    user(opened('a'))
      .when(update)
      .then({
        events: [{ type: 'ProfileUpdated', displayName: 'Anna' }],
        reply: { ...ann, displayName: 'Anna', version: 2 },
      });
  });
});

describe('an administrator', () => {
  const promoted: UserEvent = { type: 'RoleChanged', from: 'quant', role: 'admin', by: 'root', at: start };

  test('changes a role, of which the user hears', () => {
    user()
      .when({ type: 'ChangeRole', role: 'admin', by: 'root' })
      .then({
        events: [promoted],
        reply: { ...ann, role: 'admin', version: 2 },
        send: [warned('Your role was changed')],
      });
  });

  test('disables a user with all sessions, and enables again', () => {
    user(opened('a'))
      .when({ type: 'DisableUser', by: 'root' })
      .then({
        events: [
          { type: 'UserDisabled', by: 'root', at: start },
          { type: 'SessionsClosed', sessionIds: ['a'], reason: 'disabled', at: start },
        ],
        reply: { ...ann, status: 'disabled', version: 2 },
      });
    user({ type: 'UserDisabled', by: 'root', at: start })
      .when({ type: 'EnableUser', by: 'root' })
      .then({ events: [{ type: 'UserEnabled', by: 'root', at: start }], reply: { ...ann, version: 3 } });
  });

  test('can not take away their own role or disable themselves, so that one is left', () => {
    user(promoted)
      .when({ type: 'ChangeRole', role: 'viewer', by: id })
      .then({ refusal: { code: 'last-admin' } });
    user(promoted)
      .when({ type: 'DisableUser', by: id })
      .then({ refusal: { code: 'last-admin' } });
  });

  test('does nothing twice', () => {
    user().when({ type: 'UnlockUser', by: 'root' }).then({ events: [], reply: ann });
    user().when({ type: 'EnableUser', by: 'root' }).then({ events: [], reply: ann });
    user().when({ type: 'ChangeRole', role: 'quant', by: 'root' }).then({ events: [], reply: ann });
  });
});

test('a warning goes to the inbox of the same user', () => {
  const [sent] = user().when({ type: 'ChangeRole', role: 'viewer', by: 'root' }).decision.send ?? [];
  expect(sent).toEqual(
    message(inboxKind, id, {
      type: 'Notify',
      kind: 'account.security',
      title: 'Your role was changed',
      text: 'An administrator made you viewer; you were quant.',
      about: { userId: id },
    }),
  );
});
