/**
 * Clears away contents that no import waits for: their process ended between the upload and the
 * record of the import, or the record was refused.
 */

import { hourMs } from '#domain';
import { pause } from '#kernel';
import type { ActorSystem, Clock, Service } from '#kernel';
import type { SpoolContents } from '#ports';
import { importKind } from './import.ts';
import type { GetImport } from './import-messages.ts';

/** Uploads are recorded within moments; after this time nobody is about to. */
const unclaimedMs = hourMs;
const sweepEveryMs = hourMs;

export interface SpoolSweepOptions {
  readonly system: Pick<ActorSystem, 'ask'>;
  readonly contents: SpoolContents;
  readonly clock: Clock;
}

/** Sweeps at the start, then every hour. */
export const spoolSweep = (options: SpoolSweepOptions): Service => ({
  name: 'spool-sweep',
  run: async ({ signal, started }) => {
    started();
    while (!signal.aborted) {
      await sweep(options, signal);
      await pause(options.clock, sweepEveryMs, signal);
    }
  },
});

const get: GetImport = { type: 'GetImport' };

const sweep = async ({ system, contents, clock }: SpoolSweepOptions, signal: AbortSignal): Promise<void> => {
  for (const { importId, since } of await contents.list()) {
    if (signal.aborted) return;
    if (clock.now() - since < unclaimedMs) continue;
    const answer = await system.ask(importKind, importId, get);
    // Waiting and running ones need it; those that have ended clear it away themselves, and again here.
    const isNeeded =
      answer.type === 'replied' && (answer.reply.status === 'recorded' || answer.reply.status === 'running');
    if (!isNeeded) await contents.discard(importId);
  }
};
