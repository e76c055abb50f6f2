/** A whole system of backtests on a journal in memory: actors, slots and stores, with a place that runs nothing. */

import { allocateBars, dayMs } from '#domain';
import type { BacktestResult } from '#domain';
import type { ActorSystem, Bus, Clock, Publication } from '#kernel';
import type { ListEntry, Lists, MemberResult, Results } from '#ports';
import { backtestKind, backtestKindWith } from '../../backtest/backtest.ts';
import type { BacktestView } from '../../backtest/backtest-messages.ts';
import { batchKind, batchKindWith } from '../../batch/batch.ts';
import type { BatchView } from '../../batch/batch-messages.ts';
import { dispatcherKind } from '../../dispatcher/dispatcher.ts';
import { inboxKind } from '../../inbox/inbox.ts';
import { symbolKind } from '../../symbol/symbol.ts';
import { slotServices } from '../slot-services.ts';
import { FakeRunners } from './fake-runner.ts';

/** What the actors of backtests need about them. */
export const slotsKindsWith = (results: Pick<Results, 'remove'>, inbox = inboxKind) => [
  backtestKindWith(results),
  batchKindWith(results),
  dispatcherKind,
  inbox,
  symbolKind,
];

interface TestSystem {
  readonly system: ActorSystem;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly published: readonly Publication[];
}

/** Results by attempt. */
export class MemoryResults {
  readonly whole = new Map<string, BacktestResult>();
  readonly members = new Map<string, readonly MemberResult[]>();
  readonly removed: string[] = [];

  async store(attemptId: string, result: BacktestResult): Promise<void> {
    this.whole.set(attemptId, result);
  }
  async storeMembers(attemptId: string, _batchId: string, members: readonly MemberResult[]): Promise<void> {
    this.members.set(attemptId, [...members]);
  }
  async remove(attemptId: string): Promise<void> {
    this.whole.delete(attemptId);
    this.members.delete(attemptId);
    this.removed.push(attemptId);
  }
}

export interface SlotsOptions {
  readonly slots?: number;
  readonly incarnation?: string;
  readonly runners?: FakeRunners;
  readonly results?: MemoryResults;
  /** Work that is found unfinished at the start. */
  readonly unfinished?: readonly { readonly id: string; readonly kind: 'single' | 'batch' }[];
}

/** Hangs slots on a running system. */
export const startSlots = async <T extends TestSystem>(
  test: T,
  {
    slots = 1,
    incarnation = 'aaaa',
    runners = new FakeRunners(),
    results = new MemoryResults(),
    unfinished = [],
  }: SlotsOptions = {},
) => {
  const { system, bus, clock } = test;
  await system.ask(symbolKind, 'GOOG', { type: 'ListSymbol', tick: '0.01', lot: '1' });
  const services = slotServices({
    system,
    bus,
    clock,
    history,
    results,
    incarnation,
    slots,
    openRunner: runners.open,
    lists: listOf(unfinished),
    alive: () => [incarnation],
  });
  await system.supervise(services);

  /** Resolves when a watcher of the backtest or batch has been told of the status. */
  const untilStatus = (channel: string, status: string): Promise<void> =>
    new Promise((resolve) => {
      const told = test.published.some((each) => isStatus(each, channel, status));
      if (told) return resolve();
      const unsubscribe = bus.subscribe(channel, (publication) => {
        if (!isStatus(publication, channel, status)) return;
        unsubscribe();
        resolve();
      });
    });
  const backtest = async (id: string): Promise<BacktestView> => {
    const answer = await system.ask(backtestKind, id, { type: 'GetBacktest' });
    if (answer.type === 'refused') throw new Error(answer.refusal.message);
    return answer.reply;
  };
  const batch = async (id: string): Promise<BatchView> => {
    const answer = await system.ask(batchKind, id, { type: 'GetBatch' });
    if (answer.type === 'refused') throw new Error(answer.refusal.message);
    return answer.reply;
  };
  return { ...test, runners, results, untilStatus, backtest, batch };
};

const isStatus = (
  { channel, data }: { readonly channel: string; readonly data: unknown },
  of: string,
  status: string,
) => channel === of && (data as { readonly view?: { readonly status?: string } }).view?.status === status;

/** Ten days of prices of whatever is asked for, but of NONE. */
export const history = {
  bars: async ({ symbol, from }: { readonly symbol: string; readonly from: number }) => {
    const bars = allocateBars(symbol === 'NONE' ? 0 : 10);
    for (let row = 0; row < bars.time.length; row++) {
      bars.time[row] = Math.max(from, Date.UTC(2020, 0, 1)) + row * dayMs;
      for (const name of ['open', 'high', 'low', 'close'] as const) bars[name][row] = 100 + row;
    }
    return bars;
  },
};

export const listOf = (unfinished: readonly { readonly id: string; readonly kind: string }[]): Pick<Lists, 'page'> => ({
  page: async () => ({
    hasMore: false,
    entries: unfinished.map(({ id, kind }): ListEntry => ({
      id,
      owner: 'ann',
      at: 0,
      symbol: null,
      status: 'queued',
      parent: null,
      doc: { kind },
    })),
  }),
});
