/** The door of the actors: their kinds, what they are told and answer, and the lists made from their events. */

import type { ListProjection } from '#ports';
import { notificationsList } from './inbox/inbox-lists.ts';
import { auditList, usersList } from './user/user-lists.ts';

export * from './user/user-messages.ts';
export { userKind } from './user/user.ts';
export { emailKey } from './user/profile.ts';
export * from './inbox/inbox-messages.ts';
export { inboxKind } from './inbox/inbox.ts';

/** Of each projection only its own kind's events are given to it, so that their types may be forgotten here. */
// oxlint-disable-next-line typescript/no-explicit-any -- a projection is contravariant in its events: there is no other common type
export const listProjections: readonly ListProjection<any>[] = [usersList, auditList, notificationsList];
