/** The end of a system: waits until no actor has anything under way, or for as long as it may take. */

import type { Clock } from './clock.ts';
import type { Life } from './life.ts';

export class Draining {
  /** Actors that still have something under way; null before it begins. */
  private busy: Set<Life> | null = null;
  private allQuiet: () => void = () => {};

  async begin(actors: Iterable<Life>, clock: Clock, waitMsMax: number): Promise<void> {
    const busy = new Set<Life>();
    this.busy = busy;
    for (const actor of actors) {
      actor.endTasks();
      if (!actor.isQuiet) busy.add(actor);
    }
    if (busy.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.allQuiet = resolve;
    const disarm = clock.at(clock.now() + waitMsMax, resolve);
    await promise;
    disarm();
  }

  /** Something that the actor was about may have come to an end. */
  noteTurn(actor: Life): void {
    if (this.busy === null) return;
    if (!actor.isQuiet) this.busy.add(actor);
    else if (this.busy.delete(actor) && this.busy.size === 0) this.allQuiet();
  }
}
