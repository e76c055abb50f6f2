/** A user's registration and what people see of it. */

import type { DecideContext } from '#kernel';
import { ofActiveUser, ofUser, viewAfter, viewOf } from './registered.ts';
import type { UserDecision } from './registered.ts';
import { evolveUser } from './user-state.ts';
import type { UserEvent, UserState } from './user-state.ts';
import type { GetUser, RegisterUser, UpdateProfile } from './user-messages.ts';

/** How addresses are compared: people write theirs with and without capitals, and copy blanks along. */
export const emailKey = (email: string): string => email.trim().toLowerCase();

export const registerUser = (
  { email, displayName, passwordHash, role }: RegisterUser,
  state: UserState,
  context: DecideContext,
): UserDecision<RegisterUser> => {
  if (state.status !== 'absent')
    return { refusal: { code: 'user-exists', message: 'This user is registered already.', remedy: 'Log in.' } };
  const registered: UserEvent = {
    type: 'UserRegistered',
    email: email.trim(),
    displayName,
    passwordHash,
    role,
    at: context.now,
  };
  const user = evolveUser(state, registered);
  if (user.status === 'absent') throw new Error('A registration makes a user.');
  return {
    events: [registered],
    claims: [
      {
        scope: 'email',
        value: emailKey(email),
        refusal: {
          code: 'email-taken',
          message: `${email.trim()} is registered already.`,
          remedy: 'Log in, or reset the password.',
          field: '/email',
        },
      },
    ],
    reply: viewOf(user, context),
  };
};

export const getUser = ofUser<GetUser>((_, user, context) => ({ reply: viewOf(user, context) }));

export const updateProfile = ofActiveUser<UpdateProfile>((command, user, context) => {
  const { expectedVersion, displayName, locale, timeZone } = command;
  if (expectedVersion !== user.profileVersion)
    return {
      refusal: {
        code: 'version-conflict',
        message: `The profile is at version ${user.profileVersion}, the change was made on ${expectedVersion}.`,
        remedy: 'Read it again, and make the change on that.',
      },
    };
  const part = {
    ...(displayName === undefined || displayName === user.displayName ? {} : { displayName }),
    ...(locale === undefined || locale === user.locale ? {} : { locale }),
    ...(timeZone === undefined || timeZone === user.timeZone ? {} : { timeZone }),
  };
  const events: readonly UserEvent[] = Object.keys(part).length === 0 ? [] : [{ type: 'ProfileUpdated', ...part }];
  return { events, reply: viewAfter(user, events, context) };
});
