/**
 * Sessions of a user: refresh families with rotation.
 *
 * Each use of a refresh token ends it and begins the next generation. A token of an older generation
 * means that two hold the family, one of them a thief: the family is closed. Within ten seconds of a
 * rotation the generation just before is still taken, for answers get lost and two tabs refresh at
 * once; what is made from it is a sibling of the current token, and whichever is used first ends both.
 */

import { secondMs } from '#domain';
import type { Command } from '#kernel';
import { logInLocked } from './lock-out.ts';
import { lockedUntil, ofActiveUser, ofUser, viewAfter, viewOf, warning } from './registered.ts';
import type { UserDecision } from './registered.ts';
import type { RegisteredUser, Session, SessionEnd, UserEvent } from './user-state.ts';
import type {
  CheckSession,
  CloseSession,
  ListSessions,
  OpenSession,
  RevokeSessions,
  RotateRefresh,
  SessionView,
} from './user-messages.ts';

/** Devices of a person, with room for browsers that were never logged out. */
export const sessionsMax = 20;

/** Longer than a retry after a lost answer, shorter than it takes to make use of a stolen token unseen. */
const graceMs = 10 * secondMs;

export const openSession = ofActiveUser<OpenSession>((command, user, context) => {
  const { now } = context;
  const locked = lockedUntil(user, now);
  if (locked !== null) return { refusal: logInLocked(locked) };
  const session: SessionView = {
    id: command.sessionId,
    openedAt: now,
    lastSeenAt: now,
    expiresAt: command.expiresAt,
    userAgent: command.userAgent,
    ip: command.ip,
  };
  const events: readonly UserEvent[] = [
    ...closing(displaced(user, now), 'replaced', now),
    ...(command.rehashed === undefined ? [] : [{ type: 'PasswordRehashed', passwordHash: command.rehashed } as const]),
    { type: 'SessionOpened', session, refreshHash: command.refreshHash },
  ];
  return { events, reply: { user: viewAfter(user, events, context), session } };
});

/** Sessions that make room for a new one: the expired, and of the others those unseen for longest. */
const displaced = ({ sessions }: RegisteredUser, now: number): readonly Session[] => {
  const live = sessions.filter(({ expiresAt }) => expiresAt > now).sort((a, b) => b.lastSeenAt - a.lastSeenAt);
  const kept = new Set(live.slice(0, sessionsMax - 1));
  return sessions.filter((session) => !kept.has(session));
};

export const rotateRefresh = ofActiveUser<RotateRefresh>((command, user, context) => {
  const { sessionId, presentedHash, nextHash, expiresAt, ip } = command;
  const { now } = context;
  const session = user.sessions.find(({ id }) => id === sessionId);
  if (session === undefined || session.expiresAt <= now) return sessionUnknown();
  const inGrace = !session.current.includes(presentedHash);
  if (inGrace && !(session.previous.includes(presentedHash) && now - session.rotatedAt <= graceMs))
    return reused(session, ip, context);
  const { openedAt, userAgent } = session;
  return {
    events: [{ type: 'RefreshRotated', sessionId, nextHash, inGrace, expiresAt, ip, at: now }],
    reply: {
      user: viewOf(user, context),
      session: { id: sessionId, openedAt, lastSeenAt: now, expiresAt, userAgent, ip },
    },
  };
});

const reused = (
  session: Session,
  ip: string,
  { id, now }: { readonly id: string; readonly now: number },
): UserDecision<RotateRefresh> => ({
  events: [{ type: 'RefreshReused', sessionId: session.id, ip, at: now }, ...closing([session], 'refresh-reused', now)],
  refusal: {
    code: 'refresh-reused',
    message: 'This refresh token has been used before, so the session is closed.',
    remedy: 'Log in again; change the password if somebody else may have used it.',
  },
  send: [
    warning(
      id,
      'A session was closed: its token was used twice',
      `A refresh token of the session "${session.userAgent}" was used a second time, from ${ip}. If that was not you, change your password.`,
    ),
  ],
});

export const closeSession = ofUser<CloseSession>(({ sessionId }, user, { now }) => {
  const session = user.sessions.find(({ id }) => id === sessionId);
  return session === undefined ? sessionUnknown() : { events: closing([session], 'logged-out', now), reply: null };
});

export const revokeSessions = ofUser<RevokeSessions>(({ except }, user, { now }) => {
  const sessions = user.sessions.filter(({ id }) => id !== except);
  return { events: closing(sessions, 'revoked', now), reply: { revoked: sessions.length } };
});

export const checkSession = ofUser<CheckSession>(({ sessionId }, user, { now }) => ({
  reply: {
    isOpen: user.sessions.some(({ id, expiresAt }) => id === sessionId && expiresAt > now),
    role: user.role,
  },
}));

export const listSessions = ofUser<ListSessions>((_, user, { now }) => ({
  reply: user.sessions
    .filter(({ expiresAt }) => expiresAt > now)
    .map(({ id, openedAt, lastSeenAt, expiresAt, userAgent, ip }) => ({
      id,
      openedAt,
      lastSeenAt,
      expiresAt,
      userAgent,
      ip,
    })),
}));

/** The event that ends sessions; none when there are none. */
export const closing = (sessions: readonly Session[], reason: SessionEnd, at: number): readonly UserEvent[] =>
  sessions.length === 0 ? [] : [{ type: 'SessionsClosed', sessionIds: sessions.map(({ id }) => id), reason, at }];

const sessionUnknown = <C extends Command>(): UserDecision<C> => ({
  refusal: { code: 'session-unknown', message: 'The session has ended or was closed.', remedy: 'Log in again.' },
});
