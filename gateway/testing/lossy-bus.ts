/** A bus between nodes as a gateway sees it: what actors publish arrives, or, while it is cut, is lost. */

import type { Bus, Publication } from '#actors';

type Listener = Parameters<Bus['subscribe']>[1];

export class LossyBus implements Pick<Bus, 'publish' | 'subscribe' | 'subscribeFamily' | 'onInterrupted'> {
  isCut = false;
  readonly #watches = new Set<{ readonly isMeant: (channel: string) => boolean; readonly listener: Listener }>();
  readonly #interrupted = new Set<() => void>();

  /** What is published there arrives here from now on. */
  follow(bus: Bus, families: readonly string[]): void {
    for (const family of families) bus.subscribeFamily(family, (publication) => this.arrive(publication));
  }

  /** Of gateways: it arrives with all others. */
  publish(publication: Publication): void {
    this.arrive(publication);
  }

  arrive(publication: Publication): void {
    if (this.isCut) return;
    for (const { isMeant, listener } of this.#watches) if (isMeant(publication.channel)) listener(publication);
  }

  subscribe(channel: string, listener: Listener): () => void {
    return this.#watch((name) => name === channel, listener);
  }

  subscribeFamily(family: string, listener: Listener): () => void {
    return this.#watch((name) => name.split(':')[0] === family, listener);
  }

  onInterrupted(listener: () => void): () => void {
    this.#interrupted.add(listener);
    return () => this.#interrupted.delete(listener);
  }

  /** It is whole again, and says that it was not. */
  mend(): void {
    this.isCut = false;
    for (const listener of this.#interrupted) listener();
  }

  #watch(isMeant: (channel: string) => boolean, listener: Listener): () => void {
    const watch = { isMeant, listener };
    this.#watches.add(watch);
    return () => this.#watches.delete(watch);
  }
}
