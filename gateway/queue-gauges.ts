/** How much work waits for runners, and how many would have some: what autoscalers go by. */

import type { Gauge } from 'prom-client';
import { dispatcherId, dispatcherKind } from '#actors';
import type { ActorSystem, CommandOf, ReplyTo } from '#actors';
import { gaugeOf } from './gauge.ts';

type Queue = ReplyTo<Extract<CommandOf<typeof dispatcherKind>, { readonly type: 'GetQueue' }>>;

/** A scrape does not wait longer for a node that is away. */
const timeoutMs = 2_000;
/** Gauges of one scrape share an answer. */
const rememberedMs = 500;

const rows = [
  ['backtest_queue_waiting', 'Backtests and batches that wait for a runner', 'waiting'],
  ['backtest_queue_running', 'Runners at work', 'running'],
  ['backtest_runners', 'Runners that are there', 'slots'],
  ['backtest_runners_wanted', 'Runners that would have work now', 'wanted'],
] as const satisfies readonly (readonly [string, string, keyof Queue])[];

/** The same on every node: of several, one is to be taken (`max`), not the sum. */
export const queueGauges = (system: Pick<ActorSystem, 'ask'>, now: () => number): readonly Gauge[] => {
  let asked: { readonly at: number; readonly queue: Promise<Queue | null> } | null = null;
  const ask = async (): Promise<Queue | null> => {
    try {
      const answer = await system.ask(dispatcherKind, dispatcherId, { type: 'GetQueue' }, { timeoutMs });
      return answer.type === 'replied' ? answer.reply : null;
    } catch {
      // Between two nodes, or not there yet: the last figures stand, and all other metrics can be read.
      return null;
    }
  };
  const queue = (): Promise<Queue | null> => {
    if (asked === null || now() - asked.at > rememberedMs) asked = { at: now(), queue: ask() };
    return asked.queue;
  };
  return rows.map(([name, help, field]) => gaugeOf(name, help, async () => (await queue())?.[field] ?? null));
};
