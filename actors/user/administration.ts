/**
 * What administrators do to users.
 *
 * Somebody must stay able to administer. A user knows nothing of the others, so the rule is one that
 * needs no such knowledge: nobody takes away their own role or disables themselves. Whoever loses it
 * loses it to another administrator, so one is left. (Two who demote each other in the same instant
 * would leave none; the command line on the machine itself can then make one.)
 */

import { closing } from './sessions.ts';
import { lockedUntil, ofUser, viewAfter, warning } from './registered.ts';
import type { UserDecision } from './registered.ts';
import type { UserEvent } from './user-state.ts';
import type { ChangeRole, DisableUser, EnableUser, UnlockUser, UserRefusal } from './user-messages.ts';

const byThemselves = (message: string): { readonly refusal: UserRefusal } => ({
  refusal: { code: 'last-admin', message, remedy: 'Have another administrator do it.' },
});

export const changeRole = ofUser<ChangeRole>(({ role, by }, user, context): UserDecision<ChangeRole> => {
  if (role === user.role) return { reply: viewAfter(user, [], context) };
  if (user.role === 'admin' && by === context.id) return byThemselves('Administrators can not give up their own role.');
  const events: readonly UserEvent[] = [{ type: 'RoleChanged', from: user.role, role, by, at: context.now }];
  return {
    events,
    reply: viewAfter(user, events, context),
    send: [warning(context.id, 'Your role was changed', `An administrator made you ${role}; you were ${user.role}.`)],
  };
});

export const disableUser = ofUser<DisableUser>(({ by }, user, context): UserDecision<DisableUser> => {
  if (user.status === 'disabled') return { reply: viewAfter(user, [], context) };
  if (by === context.id) return byThemselves('Administrators can not disable themselves.');
  const events: readonly UserEvent[] = [
    { type: 'UserDisabled', by, at: context.now },
    ...closing(user.sessions, 'disabled', context.now),
  ];
  return { events, reply: viewAfter(user, events, context) };
});

export const enableUser = ofUser<EnableUser>(({ by }, user, context) => {
  if (user.status === 'active') return { reply: viewAfter(user, [], context) };
  const events: readonly UserEvent[] = [{ type: 'UserEnabled', by, at: context.now }];
  return {
    events,
    reply: viewAfter(user, events, context),
    send: [warning(context.id, 'Your account was enabled', 'An administrator enabled it again.')],
  };
});

export const unlockUser = ofUser<UnlockUser>(({ by }, user, context) => {
  if (user.failures === 0 && lockedUntil(user, context.now) === null) return { reply: viewAfter(user, [], context) };
  const events: readonly UserEvent[] = [{ type: 'UserUnlocked', by, at: context.now }];
  return { events, reply: viewAfter(user, events, context) };
});
