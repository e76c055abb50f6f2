/** Against guessing: after a few wrong passwords in a row log-ins are refused for a time that grows. */

import { formatTime, hourMs, minuteMs } from '#domain';
import type { RegisteredUser } from './user-state.ts';
import type { GetCredentials, RecordFailedLogIn, UserRefusal } from './user-messages.ts';
import { lockedUntil, ofUser, viewOf, warning } from './registered.ts';

/** People mistype a few times; more is guessing. */
const failuresAllowed = 5;
const firstLockMs = minuteMs;
/** At one guess an hour a password of any length holds; its owner can still wait it out, or be unlocked. */
const lockMsMax = hourMs;
/** Wrong passwords that lie further apart are no attack. */
const failuresForgottenMs = 24 * hourMs;

/** Milliseconds of a lock after so many failures in a row; 0 for none. */
export const lockMs = (failures: number): number =>
  failures < failuresAllowed ? 0 : Math.min(lockMsMax, firstLockMs * 2 ** Math.min(failures - failuresAllowed, 20));

export const logInLocked = (until: number): UserRefusal => ({
  code: 'login-locked',
  message: `After several wrong passwords, log-ins are refused until ${formatTime(until)}.`,
  remedy: 'Wait until then, or ask an administrator to unlock the account.',
});

export const getCredentials = ofUser<GetCredentials>((_, user, context) => ({
  reply: {
    user: viewOf(user, context),
    passwordHash: user.passwordHash,
    retryAt: lockedUntil(user, context.now),
  },
}));

export const recordFailedLogIn = ofUser<RecordFailedLogIn>(({ ip }, user, { id, now }) => {
  // Guesses that were under way when the lock fell: they were not compared in vain, but need no record.
  const locked = lockedUntil(user, now);
  if (locked !== null) return { reply: { lockedUntil: locked } };
  const failures = failuresBefore(user, now) + 1;
  const lock = lockMs(failures);
  const until = lock === 0 ? null : now + lock;
  return {
    events: [{ type: 'LogInFailed', ip, failures, lockedUntil: until, at: now }],
    reply: { lockedUntil: until },
    ...(until === null
      ? {}
      : {
          send: [
            warning(
              id,
              'Log-ins are locked for a while',
              `${failures} wrong passwords in a row, the last from ${ip}. Log-ins are refused until ${formatTime(until)}.`,
            ),
          ],
        }),
  };
});

const failuresBefore = ({ failures, lastFailureAt }: RegisteredUser, now: number): number =>
  now - lastFailureAt > failuresForgottenMs ? 0 : failures;
