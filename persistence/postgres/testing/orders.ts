/** A kind of actor and its list, and what runs them on a database, for the tests of lists. */

import { shardOf } from '#kernel';
import type { ActorKind, AnyKind, Command, Position, Refusal } from '#kernel';
import type { ListProjection } from '#ports';
import type { PostgresJournal } from '../journal.ts';
import type { AnyProjection } from '../list-build.ts';
import type { ListEvent } from '../list-follower.ts';
import { openPostgresLists } from '../lists.ts';
import type { PostgresLists } from '../lists.ts';
import { createProjector } from '../projector.ts';
import type { Projector } from '../projector.ts';

export type OrderEvent =
  | { readonly type: 'Placed'; readonly symbol: string }
  | { readonly type: 'Filled' }
  | { readonly type: 'Withdrawn' };

/** Only what a projector reads of a kind: its events. */
export const orderKind: ActorKind<Command, null, OrderEvent, Refusal> = {
  name: 'order',
  durability: 'journal',
  initialState: () => null,
  decide: {},
  evolve: (state) => state,
};

export const placed: OrderEvent = { type: 'Placed', symbol: 'BTCUSD' };
export const filled: OrderEvent = { type: 'Filled' };

/** The owner is what stands before the dot of an order's id. */
export const ordersList: ListProjection<OrderEvent> = {
  list: 'orders',
  version: 1,
  kind: 'order',
  changes: (event, { id, at, seq }) => {
    switch (event.type) {
      case 'Placed': {
        const owner = id.split('.')[0] ?? id;
        const doc = { id, seq, fills: 0 };
        return [{ type: 'put', entry: { id, owner, at, symbol: event.symbol, status: 'open', parent: null, doc } }];
      }
      case 'Filled':
        // Counted, so that it shows when an event is applied twice or not at all.
        return [
          {
            type: 'patch',
            id,
            patch: (entry) => {
              const fills = Number(entry.doc['fills']) + 1;
              return { ...entry, status: 'filled', doc: { ...entry.doc, seq, fills } };
            },
          },
        ];
      case 'Withdrawn':
        return [{ type: 'remove', id }];
    }
  },
};

/** The same list in another form: what is open is called new. */
export const ordersListInNewForm: ListProjection<OrderEvent> = {
  ...ordersList,
  version: 2,
  changes: (event, context) =>
    ordersList
      .changes(event, context)
      .map((change) => (change.type === 'put' ? { type: 'put', entry: { ...change.entry, status: 'new' } } : change)),
};

/** A projection that counts the events it is given. */
export const counted = (
  projection: ListProjection<OrderEvent>,
): { readonly projection: ListProjection<OrderEvent>; readonly calls: () => number } => {
  let calls = 0;
  return {
    projection: {
      ...projection,
      changes: (event, context) => {
        calls++;
        return projection.changes(event, context);
      },
    },
    calls: () => calls,
  };
};

/** Events of one order, stored. `version` of a form that `orderKind` may not read. */
export const appendTo = async (
  journal: PostgresJournal,
  id: string,
  firstSeq: number,
  events: readonly { readonly type: string }[],
  { at = firstSeq, version = 1 }: { readonly at?: number; readonly version?: number } = {},
): Promise<Position> => {
  const outcome = await journal.append({
    address: { kind: 'order', id },
    shard: shardOf(id),
    firstSeq,
    events: events.map((event) => ({ type: event.type, version, payload: JSON.stringify(event) })),
    commandId: null,
    answer: null,
    at,
    traceId: null,
    claims: [],
    releases: [],
    timers: [],
    outbox: [],
  });
  if (outcome.type !== 'committed') throw new Error(outcome.type);
  return { shard: shardOf(id), shardSeq: outcome.shardSeq, seq: firstSeq + events.length - 1 };
};

export interface RunningLists {
  readonly projector: Projector;
  readonly lists: PostgresLists;
  /** Resolves with the first report of the type, also if it has come already. */
  readonly untilReported: (type: ListEvent['type']) => Promise<ListEvent>;
  /** The end of the projector's run. */
  readonly done: Promise<void>;
  readonly end: () => Promise<void>;
}

/** The lists as a program runs them. */
export const runLists = async (
  url: string,
  projections: readonly AnyProjection[],
  kind: AnyKind = orderKind,
  { standMsMax }: { readonly standMsMax?: number } = {},
): Promise<RunningLists> => {
  const reports: ListEvent[] = [];
  let watchers: ((event: ListEvent) => void)[] = [];
  const projector = createProjector({
    url,
    projections,
    kinds: [kind],
    ...(standMsMax === undefined ? {} : { standMsMax }),
    report: (event) => {
      reports.push(event);
      for (const watcher of watchers) watcher(event);
    },
  });
  const stopping = new AbortController();
  const { promise: isStarted, resolve: started } = Promise.withResolvers<void>();
  const done = projector.run({ signal: stopping.signal, started });
  await Promise.race([isStarted, done]);
  const lists = openPostgresLists(url, projector);
  return {
    projector,
    lists,
    untilReported: async (type) => {
      const known = reports.find((event) => event.type === type);
      if (known !== undefined) return known;
      return new Promise((resolve) => {
        watchers.push((event) => {
          if (event.type === type) resolve(event);
        });
      });
    },
    done,
    end: async () => {
      watchers = [];
      stopping.abort();
      await done;
      await lists.close();
    },
  };
};
