/** A change of a user's password. Hashes come in ready made: to compare and to hash is slow, and the gateway's part. */

import { closing } from './sessions.ts';
import { ofActiveUser, warning } from './registered.ts';
import type { ChangePassword } from './user-messages.ts';

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
