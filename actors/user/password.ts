/** Changes of a user's password. Hashes come in ready made: to compare and to hash is slow, and the gateway's part. */

import { closing } from './sessions.ts';
import { ofActiveUser, warning } from './registered.ts';
import type { ChangePassword, RequestPasswordReset, ResetPassword } from './user-messages.ts';

export const changePassword = ofActiveUser<ChangePassword>(({ passwordHash, sessionId }, user, { id, now }) => ({
  events: [
    { type: 'PasswordChanged', passwordHash, at: now },
    ...closing(
      user.sessions.filter((session) => session.id !== sessionId),
      'password',
      now,
    ),
  ],
  reply: null,
  send: [
    warning(id, 'Your password was changed', 'All other sessions were closed. If it was not you, reset your password.'),
  ],
}));

export const requestPasswordReset = ofActiveUser<RequestPasswordReset>(
  ({ tokenHash, expiresAt }, _user, { id, now }) => ({
    events: [{ type: 'PasswordResetRequested', tokenHash, expiresAt, at: now }],
    reply: null,
    send: [
      warning(
        id,
        'A reset of your password was asked for',
        'Nothing has changed yet. If it was not you, there is nothing that you need to do.',
      ),
    ],
  }),
);

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
      },
);
