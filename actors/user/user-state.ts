/** What is recorded of a user, and the state that the records make. */

import type { Role, SessionView } from './user-messages.ts';

/** Hashes are no passwords and no tokens, but what those can be guessed against; `actors/secrets.test.ts` asks for new ones. */
export const userSecrets = [
  'passwordHash',
  'rehashed',
  'refreshHash',
  'presentedHash',
  'nextHash',
  'text', // of the mail that brings the token
  'token',
  'tokenHash',
  'current',
  'previous',
] as const;

/** A refresh family. Each rotation begins a new generation of tokens; a generation has one token, or a few made within the grace. */
export interface Session extends SessionView {
  /** Hashes of the tokens that may be used next. */
  readonly current: readonly string[];
  /** Those of the generation before. */
  readonly previous: readonly string[];
  readonly rotatedAt: number;
}

export interface RegisteredUser {
  readonly status: 'active' | 'disabled';
  readonly email: string;
  readonly displayName: string;
  readonly role: Role;
  readonly passwordHash: string;
  readonly locale: 'en' | 'zh';
  readonly timeZone: string;
  readonly createdAt: number;
  readonly profileVersion: number;
  /** Wrong passwords in a row. */
  readonly failures: number;
  readonly lastFailureAt: number;
  readonly lockedUntil: number | null;
  readonly sessions: readonly Session[];
  readonly reset: { readonly tokenHash: string; readonly expiresAt: number } | null;
  /** The mail with a token that was asked for last; absent in snapshots from before there were any. */
  readonly resetMail?: { readonly askedAt: number; readonly attempt: number; readonly isUnderWay: boolean } | null;
}

export type UserState = { readonly status: 'absent' } | RegisteredUser;

export type SessionEnd = 'logged-out' | 'revoked' | 'refresh-reused' | 'password' | 'disabled' | 'replaced';

export type UserEvent =
  | {
      readonly type: 'UserRegistered';
      readonly email: string;
      readonly displayName: string;
      readonly passwordHash: string;
      readonly role: Role;
      readonly at: number;
    }
  | {
      readonly type: 'LogInFailed';
      readonly ip: string;
      readonly failures: number;
      readonly lockedUntil: number | null;
      readonly at: number;
    }
  | { readonly type: 'SessionOpened'; readonly session: SessionView; readonly refreshHash: string }
  | { readonly type: 'PasswordRehashed'; readonly passwordHash: string }
  | {
      readonly type: 'RefreshRotated';
      readonly sessionId: string;
      readonly nextHash: string;
      /** Made from the token just before: a sibling of the current one, not its successor. */
      readonly inGrace: boolean;
      readonly expiresAt: number;
      readonly ip: string;
      readonly at: number;
    }
  | { readonly type: 'RefreshReused'; readonly sessionId: string; readonly ip: string; readonly at: number }
  | {
      readonly type: 'SessionsClosed';
      readonly sessionIds: readonly string[];
      readonly reason: SessionEnd;
      readonly at: number;
    }
  | { readonly type: 'PasswordChanged'; readonly passwordHash: string; readonly at: number }
  | {
      readonly type: 'PasswordResetRequested';
      readonly tokenHash: string;
      readonly expiresAt: number;
      readonly at: number;
    }
  | { readonly type: 'ResetMailBegun'; readonly attempt: number; readonly at: number }
  | { readonly type: 'ResetMailSent'; readonly at: number }
  | { readonly type: 'ResetMailGivenUp'; readonly attempts: number; readonly at: number }
  | { readonly type: 'PasswordWasReset'; readonly passwordHash: string; readonly at: number }
  | {
      readonly type: 'ProfileUpdated';
      readonly displayName?: string;
      readonly locale?: 'en' | 'zh';
      readonly timeZone?: string;
    }
  | { readonly type: 'RoleChanged'; readonly from: Role; readonly role: Role; readonly by: string; readonly at: number }
  | { readonly type: 'UserDisabled'; readonly by: string; readonly at: number }
  | { readonly type: 'UserEnabled'; readonly by: string; readonly at: number }
  | { readonly type: 'UserUnlocked'; readonly by: string; readonly at: number };

export const evolveUser = (state: UserState, event: UserEvent): UserState => {
  if (event.type === 'UserRegistered') {
    const { email, displayName, passwordHash, role, at } = event;
    return {
      status: 'active',
      email,
      displayName,
      role,
      passwordHash,
      locale: 'en',
      timeZone: 'UTC',
      createdAt: at,
      profileVersion: 1,
      failures: 0,
      lastFailureAt: 0,
      lockedUntil: null,
      sessions: [],
      reset: null,
    };
  }
  // Nothing is recorded of a user before the registration.
  return state.status === 'absent' ? state : evolveRegistered(state, event);
};

/** After a proof that it is the owner: wrong passwords before it no longer count. */
const trusted = { failures: 0, lockedUntil: null } as const;

const evolveRegistered = (
  user: RegisteredUser,
  event: Exclude<UserEvent, { readonly type: 'UserRegistered' }>,
): RegisteredUser => {
  const changed = (part: Partial<RegisteredUser>): RegisteredUser => ({
    ...user,
    ...part,
    profileVersion: user.profileVersion + 1,
  });
  switch (event.type) {
    case 'LogInFailed':
      return { ...user, failures: event.failures, lastFailureAt: event.at, lockedUntil: event.lockedUntil };
    case 'SessionOpened': {
      const { session, refreshHash } = event;
      const opened = { ...session, current: [refreshHash], previous: [], rotatedAt: session.openedAt };
      return { ...user, ...trusted, sessions: [...without(user.sessions, [session.id]), opened] };
    }
    case 'PasswordRehashed':
      return { ...user, passwordHash: event.passwordHash };
    case 'RefreshRotated':
      return {
        ...user,
        sessions: user.sessions.map((session) => (session.id === event.sessionId ? rotated(session, event) : session)),
      };
    case 'RefreshReused':
      return user;
    case 'SessionsClosed':
      return { ...user, sessions: without(user.sessions, event.sessionIds) };
    case 'PasswordChanged':
    case 'PasswordWasReset':
      return { ...user, ...trusted, passwordHash: event.passwordHash, reset: null, resetMail: null };
    case 'ResetMailBegun': {
      const { attempt, at } = event;
      const askedAt = attempt === 1 ? at : (user.resetMail?.askedAt ?? at);
      return { ...user, resetMail: { askedAt, attempt, isUnderWay: true } };
    }
    case 'ResetMailSent':
    case 'ResetMailGivenUp':
      return user.resetMail == null ? user : { ...user, resetMail: { ...user.resetMail, isUnderWay: false } };
    case 'PasswordResetRequested':
      return { ...user, reset: { tokenHash: event.tokenHash, expiresAt: event.expiresAt } };
    case 'ProfileUpdated': {
      const { type: _, ...part } = event;
      return changed(part);
    }
    case 'RoleChanged':
      return changed({ role: event.role });
    case 'UserDisabled':
      return changed({ status: 'disabled' });
    case 'UserEnabled':
      return changed({ status: 'active' });
    case 'UserUnlocked':
      return changed(trusted);
  }
};

/** Tokens of one generation; more refreshes within the grace push out the oldest of them. */
const siblingsMax = 4;

const rotated = (session: Session, event: Extract<UserEvent, { readonly type: 'RefreshRotated' }>): Session => {
  const { nextHash, expiresAt, ip, at } = event;
  const seen = { ...session, expiresAt, ip, lastSeenAt: at };
  return event.inGrace
    ? { ...seen, current: [...session.current, nextHash].slice(-siblingsMax) }
    : { ...seen, current: [nextHash], previous: session.current, rotatedAt: at };
};

const without = (sessions: readonly Session[], ids: readonly string[]): readonly Session[] =>
  sessions.filter(({ id }) => !ids.includes(id));
