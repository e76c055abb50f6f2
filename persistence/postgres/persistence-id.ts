/** How the journal names an actor: its kind and its id, `account/USER.LOCAL`. */

import type { ActorAddress } from '#kernel';

export const persistenceIdOf = ({ kind, id }: ActorAddress): string => `${kind}/${id}`;

/** Kinds have no slash in their names. */
export const addressOf = (persistenceId: string): ActorAddress => {
  const slash = persistenceId.indexOf('/');
  return { kind: persistenceId.slice(0, slash), id: persistenceId.slice(slash + 1) };
};
