/** Publications within one process: whoever watches a channel is called as they come. */

import type { Publication, Publisher } from './publication.ts';

export type PublicationListener = (publication: Publication) => void;

/** A publisher that one can listen to. Listeners must not throw or block: they copy and return. */
export interface Bus extends Publisher {
  /** Publications of one channel from now on, in order; the returned function ends it. */
  subscribe(channel: string, listener: PublicationListener): () => void;
  /** Publications of all channels of a family: the part of their names before the first colon. */
  subscribeFamily(family: string, listener: PublicationListener): () => void;
  /**
   * Of a bus that may lose publications on their way. Called when some may be missing here, because this node or
   * one that publishes was cut off, and what comes now is heard again. A bus without it loses nothing.
   */
  onInterrupted?(listener: () => void): () => void;
}

export class LocalBus implements Bus {
  readonly #listeners = new Map<string, Set<PublicationListener>>();
  readonly #ofAll = new Set<PublicationListener>();

  publish(publication: Publication): void {
    for (const listener of this.#ofAll) listener(publication);
    for (const listener of this.#listeners.get(publication.channel) ?? []) listener(publication);
  }

  subscribe(channel: string, listener: PublicationListener): () => void {
    let listeners = this.#listeners.get(channel);
    if (listeners === undefined) {
      listeners = new Set();
      this.#listeners.set(channel, listeners);
    }
    // One listener may watch twice, and end each watch by itself.
    const own: PublicationListener = (publication) => {
      listener(publication);
    };
    listeners.add(own);
    return () => {
      listeners.delete(own);
      if (listeners.size === 0 && this.#listeners.get(channel) === listeners) this.#listeners.delete(channel);
    };
  }

  subscribeFamily(family: string, listener: PublicationListener): () => void {
    return this.subscribeAll((publication) => {
      if (familyOf(publication.channel) === family) listener(publication);
    });
  }

  /** Publications of all channels. */
  subscribeAll(listener: PublicationListener): () => void {
    const own: PublicationListener = (publication) => {
      listener(publication);
    };
    this.#ofAll.add(own);
    return () => {
      this.#ofAll.delete(own);
    };
  }
}

/** The part of a channel's name before the first colon; all of it where there is none. */
export const familyOf = (channel: string): string => {
  const colon = channel.indexOf(':');
  return colon < 0 ? channel : channel.slice(0, colon);
};
