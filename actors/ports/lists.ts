/** Lists of what many actors hold (strategies, orders, …), kept by projections of the journal. */

import type { DomainEvent, Position } from '#kernel';

/** Each list belongs to a service; its table lives in that service's schema. */
export const listNames = [
  'users',
  'audit',
  'strategies',
  'strategy-versions',
  'deployments',
  'backtests',
  'batch-members',
  'accounts',
  'orders',
  'fills',
  'signals',
  'symbols',
  'imports',
  'notifications',
] as const;
export type ListName = (typeof listNames)[number];

/** One row: what can be filtered and sorted, and the entry itself as JSON. */
export interface ListEntry {
  readonly id: string;
  /** The user whose entry it is. */
  readonly owner: string;
  /** Milliseconds UTC; entries are listed by it, then by id. */
  readonly at: number;
  readonly symbol: string | null;
  readonly status: string | null;
  /** What the entry belongs to, where lists are asked for by it: an account's orders, a batch's members. */
  readonly parent: string | null;
  /** JSON object: what the API shows. */
  readonly doc: Readonly<Record<string, unknown>>;
}

export interface EventContext {
  /** The actor's id. */
  readonly id: string;
  readonly seq: number;
  /** Milliseconds UTC. */
  readonly at: number;
}

/** What an event does to a list. `patch` gets the entry as it is and changes it; an absent entry stays absent. */
export type ListChange =
  | { readonly type: 'put'; readonly entry: ListEntry }
  | {
      readonly type: 'patch';
      readonly id: string;
      readonly patch: (entry: ListEntry) => ListEntry;
    }
  | { readonly type: 'remove'; readonly id: string };

/** A list as a pure function of events. */
export interface ListProjection<E extends DomainEvent = DomainEvent> {
  readonly list: ListName;
  /** Raised when the function changes: the list is then built anew from the first event, beside the rows that it has. */
  readonly version: number;
  /** The kind of actor whose events it reads. */
  readonly kind: string;
  readonly changes: (event: E, context: EventContext) => readonly ListChange[];
}

export interface ListQuery {
  readonly list: ListName;
  /** null for all users' entries. */
  readonly owner: string | null;
  readonly parent?: string;
  readonly symbol?: string;
  readonly status?: readonly string[];
  /** Fields of `doc` that must have these texts; looked at entry by entry, so they go with an owner or a parent. */
  readonly where?: Readonly<Record<string, string>>;
  /** Milliseconds UTC, half-open. */
  readonly from?: number;
  readonly to?: number;
  /** Newest first is the default. */
  readonly ascending?: boolean;
  /** 1 to 1,000. */
  readonly limit: number;
  /** Only entries after this one in the order asked for. */
  readonly after?: { readonly at: number; readonly id: string };
  /** Wait until the list has reached these positions (the caller's own writes). */
  readonly reached?: readonly Position[];
}

export interface ListPage {
  readonly entries: readonly ListEntry[];
  readonly hasMore: boolean;
}

export interface Lists {
  page(query: ListQuery): Promise<ListPage>;
  get(list: ListName, id: string, options?: { readonly reached?: readonly Position[] }): Promise<ListEntry | null>;
  /** Entries by status, for statistics of an owner. */
  count(list: ListName, owner: string): Promise<Readonly<Record<string, number>>>;
}

/** How far the rows of a list are. */
export interface ListProgress {
  /** Of the projections that they were begun with. */
  readonly version: string;
  /** Events of the journal that have not been read for them. */
  readonly eventsBehind: number;
  /** Time since everything that was written by then was in them; 0 while nothing is missing. */
  readonly secondsBehind: number;
  /** Actors of which they do not show the newest: see {@link HeldActor}. */
  readonly actorsHeld: number;
}

export interface ListStatus {
  readonly list: ListName;
  /** The rows that are read. */
  readonly served: ListProgress;
  /** Those that are being built beside them. */
  readonly building: ListProgress | null;
}

/** An actor with an event that a list can't show, and of which the list passes over what follows. */
export interface HeldActor {
  readonly kind: string;
  readonly id: string;
  /** Of the first event that is not shown. */
  readonly seq: number;
  readonly reason: string;
  /** Milliseconds UTC of the last try. */
  readonly triedAt: number;
}

/** What operators see of the lists and do with them. */
export interface ListCare {
  status(): readonly ListStatus[];
  held(list: ListName, limit: number): Promise<readonly HeldActor[]>;
  /** Has the list built anew from the first event on, beside the rows that are read meanwhile. */
  rebuild(list: ListName): void;
}
