/**
 * A password that was forgotten: a token is made and mailed, and sets a new one. Only the token's hash
 * is kept, so a mail that could not be sent is made anew, with another token; the durable timer that
 * sees to it stays set until a mail server has taken one.
 */

import type { Effect, Task, TimerChange } from '#kernel';
import type { RetriedMail } from '#ports';
import { ofActiveUser, warning } from './registered.ts';
import { resetMail } from './reset-mail.ts';
import type { ResetMail } from './reset-mail.ts';
import { newResetToken, resetTokenHash, resetTokenMs } from './reset-token.ts';
import { closing } from './sessions.ts';
import type { RegisteredUser } from './user-state.ts';
import type {
  RequestPasswordReset,
  ResetMailSent,
  ResetPassword,
  ResetTokenMade,
  SendResetAgain,
  UserCommand,
} from './user-messages.ts';

/** Asked for again before, the mail that is on its way is the answer: nobody's mailbox is to be filled. */
const askedAgainMs = 60_000;
/** Waits for a mail server, doubling; longer than one attempt may take. */
const firstWaitMs = 60_000;
const waitMsMax = 600_000;
/** Over half an hour: whoever waits for it has asked again or given up. */
const attemptsMax = 7;

const timerName = 'reset-mail';

const begin = (attempt: number, now: number): { readonly timers: TimerChange[]; readonly effects: Effect[] } => {
  const command: SendResetAgain = { type: 'SendResetAgain', after: attempt };
  const at = now + Math.min(waitMsMax, firstWaitMs * 2 ** (attempt - 1));
  return {
    timers: [{ type: 'set', name: timerName, at, command }],
    effects: [{ type: 'task', task: 'newResetToken', input: null }],
  };
};

const done: readonly TimerChange[] = [{ type: 'clear', name: timerName }];

const isUnderWay = ({ resetMail: mail }: RegisteredUser): boolean => mail?.isUnderWay === true;

export const requestPasswordReset = ofActiveUser<RequestPasswordReset>((_, user, { id, now }) =>
  user.resetMail != null && now - user.resetMail.askedAt < askedAgainMs
    ? { reply: null }
    : {
        events: [{ type: 'ResetMailBegun', attempt: 1, at: now }],
        reply: null,
        send: [
          warning(
            id,
            'A reset of your password was asked for',
            'Nothing has changed yet. If it was not you, there is nothing that you need to do.',
          ),
        ],
        ...begin(1, now),
      },
);

/** The token itself is in nothing that is stored. */
export const resetTokenMade = ofActiveUser<ResetTokenMade>(({ token }, user, { now }) => {
  if (!isUnderWay(user)) return { reply: null };
  const input: ResetMail = { to: user.email, locale: user.locale, token };
  return {
    events: [
      { type: 'PasswordResetRequested', tokenHash: resetTokenHash(token), expiresAt: now + resetTokenMs, at: now },
    ],
    reply: null,
    effects: [{ type: 'task', task: 'mailResetToken', input }],
  };
});

export const resetMailSent = ofActiveUser<ResetMailSent>(({ tokenHash }, user, { now }) =>
  isUnderWay(user) && user.reset?.tokenHash === tokenHash
    ? { events: [{ type: 'ResetMailSent', at: now }], reply: null, timers: done }
    : { reply: null },
);

export const sendResetAgain = ofActiveUser<SendResetAgain>(({ after }, user, { now }) => {
  if (!isUnderWay(user) || user.resetMail?.attempt !== after) return { reply: null };
  if (after >= attemptsMax) {
    const events = [{ type: 'ResetMailGivenUp', attempts: after, at: now }] as const;
    return { events, reply: null, effects: [{ type: 'task', task: 'countGivenUp', input: null }] };
  }
  const attempt = after + 1;
  return { events: [{ type: 'ResetMailBegun', attempt, at: now }], reply: null, ...begin(attempt, now) };
});

export const resetPassword = ofActiveUser<ResetPassword>(({ tokenHash, passwordHash }, user, { id, now }) =>
  user.reset === null || user.reset.tokenHash !== tokenHash || user.reset.expiresAt <= now
    ? {
        refusal: {
          code: 'reset-invalid',
          message: 'This token for a new password is not the latest, was used, or has expired.',
          remedy: 'Ask for a new one.',
        },
      }
    : {
        events: [{ type: 'PasswordWasReset', passwordHash, at: now }, ...closing(user.sessions, 'password', now)],
        reply: null,
        send: [warning(id, 'Your password was reset', 'All sessions were closed. Log in with the new password.')],
        timers: done,
      },
);

/** What is done at the edge. A mail that can't be sent now is told by whoever sends it, and the timer comes back for it. */
export const resetTasks = (mail: RetriedMail): Readonly<Record<string, Task<UserCommand>>> => ({
  newResetToken: (_: null, { id }): Promise<ResetTokenMade> =>
    Promise.resolve({ type: 'ResetTokenMade', token: newResetToken(id) }),
  mailResetToken: (given: ResetMail): Promise<ResetMailSent | null> =>
    mail.send(resetMail(given)).then(
      () => ({ type: 'ResetMailSent', tokenHash: resetTokenHash(given.token) }),
      () => null,
    ),
  countGivenUp: (): Promise<null> => {
    mail.gaveUp();
    return Promise.resolve(null);
  },
});
