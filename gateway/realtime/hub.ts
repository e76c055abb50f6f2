/** Hands the publications of actors to the subscriptions of their channels; each is encoded once for all. */

import type { JournalPublication, Publication } from '#actors';
import type { GatewayParts } from '../gateway.ts';
import { onWire } from '../wire.ts';
import type { LazyText } from './outgoing.ts';
import { pushText } from './protocol.ts';

/** A publication on its way to one or many sockets. */
export interface Outbound {
  readonly channel: string;
  /** null: volatile. */
  readonly offset: number | null;
  /** Of publications with one key only the latest matters; null: each one does. */
  readonly key: string | null;
  readonly text: LazyText;
}

export type Subscriber = (outbound: Outbound) => void;

interface ChannelState {
  readonly subscribers: Set<Subscriber>;
  /** The newest offset that was seen on the channel. */
  top: number | null;
  /** Where the journal stood when somebody first asked: the publications before it are in the snapshots. */
  base: number | null;
  /** Ends the watch of the source. */
  readonly end: () => void;
}

export class Hub {
  readonly #source: GatewayParts['publications'];
  readonly #channels = new Map<string, ChannelState>();

  constructor(source: GatewayParts['publications']) {
    this.#source = source;
  }

  #publish(publication: Publication): void {
    const state = this.#channels.get(publication.channel);
    if (state === undefined) return;
    const outbound = outboundOf(publication, state.top ?? state.base);
    if (outbound.offset !== null) {
      // A publication that comes twice is told once.
      if (state.top !== null && outbound.offset <= state.top) return;
      state.top = outbound.offset;
    }
    for (const subscriber of state.subscribers) subscriber(outbound);
  }

  /** The newest offset of a channel that somebody watches; null where none was seen, or it has none. */
  top(channel: string): number | null {
    const state = this.#channels.get(channel);
    return state?.top ?? state?.base ?? null;
  }

  /** A snapshot of a channel that somebody watches has reached that offset. */
  reached(channel: string, offset: number): void {
    const state = this.#channels.get(channel);
    if (state !== undefined) state.base ??= offset;
  }

  /** Publications of a channel from now on; the returned function ends it. */
  subscribe(channel: string, subscriber: Subscriber): () => void {
    let state = this.#channels.get(channel);
    if (state === undefined) {
      const end = this.#source.subscribe(channel, (publication) => this.#publish(publication));
      state = { subscribers: new Set(), top: null, base: null, end };
      this.#channels.set(channel, state);
    }
    const { subscribers, end } = state;
    subscribers.add(subscriber);
    return () => {
      if (!subscribers.delete(subscriber) || subscribers.size > 0) return;
      this.#channels.delete(channel);
      end();
    };
  }
}

/** A publication read from the journal again, and the offset before it. */
export const replayedPublication = (publication: JournalPublication, prev: number) => ({
  data: onWire(publication.data),
  offset: publication.offset,
  tags: { prev: String(prev) },
});

const outboundOf = (publication: Publication, before: number | null): Outbound => {
  let text: string | null = null;
  const isVolatile = 'key' in publication;
  const prev = isVolatile || before === null ? null : Math.min(before, publication.offset - 1);
  return {
    channel: publication.channel,
    offset: isVolatile ? null : publication.offset,
    key: isVolatile ? publication.key : null,
    text: () =>
      (text ??= pushText(publication.channel, {
        data: onWire(publication.data),
        ...(isVolatile
          ? {}
          : { offset: publication.offset, ...(prev === null ? {} : { tags: { prev: String(prev) } }) }),
      })),
  };
};
