/** A build of a list: the rows that a list's projections have made of the journal, from the first event on. */

import type { ListName, ListProjection } from '#ports';

// oxlint-disable-next-line typescript/no-explicit-any -- a projection is contravariant in its events: there is no other common type
export type AnyProjection = ListProjection<any>;

/** A list as this program makes it. */
export interface ListDefinition {
  readonly list: ListName;
  /** Of all its projections: a list with another one is built anew. */
  readonly version: string;
  /** One for each kind of actor that it reads. */
  readonly projections: readonly AnyProjection[];
}

export interface ListBuild {
  /** By which its rows are found. */
  readonly build: number;
  readonly definition: ListDefinition;
  /** Of the projections with which it was begun. */
  readonly version: string;
  /** Whether it is read, or takes the place of the one that is when it has caught up. */
  state: 'served' | 'building';
  /**
   * Persistence ids of the actors of which nothing more is shown, for an event of theirs can't be: see
   * `list-holds.ts`. Some hundred bytes for each.
   */
  readonly held: Set<string>;
}

export const definitionsOf = (projections: readonly AnyProjection[]): readonly ListDefinition[] =>
  [...Map.groupBy(projections, ({ list }) => list)].map(([list, ofList]) => ({
    list,
    version: ofList
      .map(({ kind, version }) => `${kind} ${version}`)
      .sort()
      .join(', '),
    projections: ofList,
  }));
