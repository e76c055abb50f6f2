/** What the deciders of a user share: that there is a user, how it is shown, and how it is warned. */

import { message } from '#kernel';
import type { Command, DecideContext, Decision, Message, ReplyTo } from '#kernel';
import { inboxKind } from '../inbox/inbox.ts';
import { evolveUser } from './user-state.ts';
import type { RegisteredUser, UserEvent, UserState } from './user-state.ts';
import type { UserRefusal, UserView } from './user-messages.ts';

export type UserDecision<C> = Decision<UserEvent, ReplyTo<C>, UserRefusal>;

/** A decider that needs a registered user; without one it is refused. */
export const ofUser =
  <C extends Command>(decide: (command: C, user: RegisteredUser, context: DecideContext) => UserDecision<C>) =>
  (command: C, state: UserState, context: DecideContext): UserDecision<C> =>
    state.status === 'absent'
      ? { refusal: { code: 'user-unknown', message: `There is no user ${context.id}.` } }
      : decide(command, state, context);

/** The same for what a disabled user may not do: refused for both reasons. */
export const ofActiveUser = <C extends Command>(
  decide: (command: C, user: RegisteredUser, context: DecideContext) => UserDecision<C>,
): ((command: C, state: UserState, context: DecideContext) => UserDecision<C>) =>
  ofUser<C>((command, user, context) =>
    user.status === 'disabled'
      ? {
          refusal: {
            code: 'user-disabled',
            message: 'An administrator has disabled this user.',
            remedy: 'Ask an administrator to enable it.',
          },
        }
      : decide(command, user, context),
  );

export const lockedUntil = (user: RegisteredUser, now: number): number | null =>
  user.lockedUntil !== null && user.lockedUntil > now ? user.lockedUntil : null;

export const viewOf = (user: RegisteredUser, { id, now }: { readonly id: string; readonly now: number }): UserView => ({
  id,
  email: user.email,
  displayName: user.displayName,
  role: user.role,
  status: user.status,
  lockedUntil: lockedUntil(user, now),
  locale: user.locale,
  timeZone: user.timeZone,
  createdAt: user.createdAt,
  version: user.profileVersion,
});

/** How the user is shown after events of the decision at hand. */
export const viewAfter = (
  user: RegisteredUser,
  events: readonly UserEvent[],
  context: { readonly id: string; readonly now: number },
): UserView => {
  const state = events.reduce<UserState>(evolveUser, user);
  return viewOf(state.status === 'absent' ? user : state, context); // a user that is there stays there
};

/** A note in the user's inbox about something that touches the safety of the account; it must arrive. */
export const warning = (userId: string, title: string, text: string): Message =>
  message(inboxKind, userId, { type: 'Notify', kind: 'account.security', title, text, about: { userId } });
