/** Who wants to hear of an actor's end. */

import type { ActorAddress } from './command.ts';

/** How an actor has ended. One that only went to sleep, or started again, has not. */
export type Death = 'stopped' | 'killed' | 'quarantined' | 'fenced';

export type DeathListener = (death: Death) => void;

export class DeathWatch {
  /** By address of the watched. */
  private readonly watched = new Map<string, Set<DeathListener>>();
  /** By address of the watching actor and of the watched one. */
  private readonly watches = new Map<string, () => void>();

  /** Heard of at most once; returns how to stop listening. */
  listen(to: ActorAddress, listener: DeathListener): () => void {
    const key = keyOf(to);
    let listeners = this.watched.get(key);
    if (listeners === undefined) this.watched.set(key, (listeners = new Set()));
    // One that is given twice is told twice.
    const own: DeathListener = (death) => {
      listener(death);
    };
    listeners.add(own);
    return () => {
      listeners.delete(own);
      if (listeners.size === 0 && this.watched.get(key) === listeners) this.watched.delete(key);
    };
  }

  /** An actor watches another one; once for each, however often it says so. */
  watch(watcher: ActorAddress, to: ActorAddress, listener: DeathListener): void {
    this.unwatch(watcher, to);
    const pair = pairOf(watcher, to);
    const stop = this.listen(to, (death) => {
      this.watches.delete(pair);
      listener(death);
    });
    this.watches.set(pair, stop);
  }

  unwatch(watcher: ActorAddress, to: ActorAddress): void {
    const pair = pairOf(watcher, to);
    this.watches.get(pair)?.();
    this.watches.delete(pair);
  }

  died(address: ActorAddress, death: Death): void {
    if (this.watched.size === 0) return;
    const key = keyOf(address);
    const listeners = this.watched.get(key);
    if (listeners === undefined) return;
    this.watched.delete(key);
    for (const listener of listeners) listener(death);
  }
}

const keyOf = ({ kind, id }: ActorAddress): string => `${kind}/${id}`;
const pairOf = (watcher: ActorAddress, to: ActorAddress): string => JSON.stringify([keyOf(watcher), keyOf(to)]);
