/** The kernel itself on the tree: what gives actors their turns, and what is delivered to them. */

import { noRestarts } from './supervision/child.ts';
import type { Service, Supervision } from './supervision/child.ts';
import { untilAborted } from './waiting.ts';

export interface OwnPartsNeeds {
  /** Rejects when a shard of this process is another one's. */
  readonly shards: Promise<never>;
  /** Rejects when nobody is left who gives actors their turns. */
  readonly turns: Promise<never>;
  /** Takes nothing new and finishes what is under way, within so many milliseconds. */
  readonly drain: () => Promise<void>;
  readonly drainMsMax: number;
  /** All actors leave memory, whatever they are at. */
  readonly leave: () => void;
  readonly timers: Pick<Service, 'run'>;
  readonly outbox: Pick<Service, 'run'>;
}

/** The supervisor that kinds of actors are shown under. */
const name = 'actors';

export const isActorsNode = (node: { readonly name: string }): boolean => node.name === name;

export const ownParts = ({ shards, turns, drain, drainMsMax, leave, timers, outbox }: OwnPartsNeeds): Supervision => ({
  name,
  // They share the actors in memory: none of them could go on alone, nor begin anew where those were.
  strategy: 'one-for-all',
  intensity: noRestarts,
  children: [
    {
      name: 'shards',
      // Lost ones are never taken back: whoever has them may have written.
      run: async ({ signal, started }) => {
        started();
        await Promise.race([untilAborted(signal), shards]);
      },
    },
    {
      name: 'scheduler',
      // Its own bound of waiting comes first.
      stopMs: 2 * drainMsMax,
      run: async ({ signal, started }) => {
        started();
        try {
          await Promise.race([untilAborted(signal), turns]);
          await drain();
        } finally {
          leave();
        }
      },
    },
    { name: 'timers', run: (context) => timers.run(context) },
    { name: 'outbox', run: (context) => outbox.run(context) },
  ],
});
