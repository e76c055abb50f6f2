/** Hands the publications of actors to the subscriptions of their channels; each is encoded once for all. */

import type { JournalPublication, Publication } from '#actors';
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
}

export class Hub {
  readonly #channels = new Map<string, ChannelState>();

  /** Called for each publication of the process. */
  publish(publication: Publication): void {
    const state = this.#channels.get(publication.channel);
    if (state === undefined) return;
    const outbound = outboundOf(publication, state.top);
    if (outbound.offset !== null) {
      // A publication that comes twice is told once.
      if (state.top !== null && outbound.offset <= state.top) return;
      state.top = outbound.offset;
    }
    for (const subscriber of state.subscribers) subscriber(outbound);
  }

  /** `top` where the subscriber knows how far the channel's journal has come. The returned function ends it. */
  subscribe(channel: string, subscriber: Subscriber): () => void {
    let state = this.#channels.get(channel);
    if (state === undefined) {
      state = { subscribers: new Set(), top: null };
      this.#channels.set(channel, state);
    }
    const { subscribers } = state;
    subscribers.add(subscriber);
    return () => {
      subscribers.delete(subscriber);
      if (subscribers.size === 0) this.#channels.delete(channel);
    };
  }

  /** The newest offset seen on a channel that somebody watches. */
  top(channel: string): number | null {
    return this.#channels.get(channel)?.top ?? null;
  }

  get channelCount(): number {
    return this.#channels.size;
  }
}

/** A publication read from the journal again, and the offset before it. */
export const replayedPublication = (publication: JournalPublication, prev: number) => ({
  data: onWire(publication.data),
  offset: publication.offset,
  tags: { prev: String(prev) },
});

const outboundOf = (publication: Publication, prev: number | null): Outbound => {
  let text: string | null = null;
  const isVolatile = 'key' in publication;
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
