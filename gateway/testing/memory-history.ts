/** A history in memory for tests of routes: daily bars of one symbol, seven days made into a week. */

import { allocateBars, parseTimeframe, periodStart } from '#domain';
import type { Bars } from '#domain';
import type { BarsQuery, History, SymbolCoverage } from '#ports';

const dayMs = 86_400_000;

export class MemoryHistory implements History {
  readonly #symbol: string;
  readonly #first: number;
  readonly #closes: readonly number[];

  /** Closes of successive days. */
  constructor(symbol: string, first: number, closes: readonly number[]) {
    this.#symbol = symbol;
    this.#first = first;
    this.#closes = closes;
  }

  bars({ symbol, interval, from, to, limit, descending }: BarsQuery): Promise<Bars> {
    const timeframe = parseTimeframe(interval);
    const byPeriod = new Map<number, { open: number; high: number; low: number; close: number; volume: number }>();
    for (const [day, close] of (symbol === this.#symbol ? this.#closes : []).entries()) {
      const time = this.#first + day * dayMs;
      if (time < from || time >= to) continue;
      const start = periodStart(time, timeframe);
      const bar = byPeriod.get(start) ?? { open: close, high: close, low: close, close, volume: 0 };
      const [high, low] = [Math.max(bar.high, close), Math.min(bar.low, close)];
      byPeriod.set(start, { ...bar, high, low, close, volume: bar.volume + 1 });
    }
    const rows = [...byPeriod]
      .sort(([one], [other]) => (descending === true ? other - one : one - other))
      .slice(0, limit);
    const bars = allocateBars(rows.length);
    for (const [place, [time, bar]] of rows.entries()) {
      bars.time[place] = time;
      for (const column of ['open', 'high', 'low', 'close', 'volume'] as const) bars[column][place] = bar[column];
    }
    return Promise.resolve(bars);
  }

  insert(): Promise<void> {
    return Promise.reject(new Error('This history is only read.'));
  }

  coverage(symbol?: string): Promise<readonly SymbolCoverage[]> {
    const bars = this.#closes.length;
    if (bars === 0 || (symbol !== undefined && symbol !== this.#symbol)) return Promise.resolve([]);
    const last = this.#first + (bars - 1) * dayMs;
    return Promise.resolve([{ symbol: this.#symbol, interval: '1d', bars, first: this.#first, last }]);
  }
}
