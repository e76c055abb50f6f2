/** What the first events of actors say for those that follow: whose a backtest is, and of which strategy. */

import type { ActorAddress, EventFeed, StoredEvent } from '#kernel';
import type { EventMapping } from './event-publisher.ts';

export class Origins<Origin> {
  readonly #known = new Map<string, Origin | null>();

  /** Of those events whose kinds have some. */
  static async of<Origin>(
    feed: Pick<EventFeed, 'first'>,
    mapping: EventMapping<Origin>,
    events: readonly StoredEvent[],
  ): Promise<Origins<Origin>> {
    const origins = new Origins<Origin>();
    const asked = new Map<string, ActorAddress>();
    for (const { address } of events) if (mapping.hasOrigin(address.kind)) asked.set(keyOf(address), address);
    const actors = [...asked.values()];
    for (let from = 0; from < actors.length; from += readAtOnce) {
      for (const first of await feed.first(actors.slice(from, from + readAtOnce))) {
        origins.#known.set(keyOf(first.address), readOrNull(mapping, first));
      }
    }
    return origins;
  }

  get(address: ActorAddress): Origin | null {
    return this.#known.get(keyOf(address)) ?? null;
  }
}

/** A first event may have a strategy's whole source; a few words of it are kept. */
const readAtOnce = 100;

const keyOf = ({ kind, id }: ActorAddress): string => `${kind}/${id}`;

/** An event is told without an owner rather than not at all. */
const readOrNull = <Origin>(mapping: EventMapping<Origin>, first: StoredEvent): Origin | null => {
  try {
    return mapping.originOf(first);
  } catch {
    return null;
  }
};
