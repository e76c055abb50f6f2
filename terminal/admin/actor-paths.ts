/** Where the pages of actors are. */

export interface ActorPath {
  readonly kind: string;
  readonly id: string;
}

export const actorsPath = '/admin/actors';

export const kindPath = (kind: string): string => `${actorsPath}/${encodeURIComponent(kind)}`;

/** `event`: with the state after it; null: as it is now. */
export const actorPath = ({ kind, id }: ActorPath, event: number | null = null): string =>
  `${kindPath(kind)}/${encodeURIComponent(id)}${event === null ? '' : `?event=${event}`}`;
