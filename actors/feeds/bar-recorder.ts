/** Keeps the finished minutes of synthetic markets in the history, so that charts show what was traded. */

import { allocateBars } from '#domain';
import type { Bars } from '#domain';
import type { Bus, Clock } from '#kernel';
import type { History } from '#ports';
import type { LiveBar } from '../market/market-messages.ts';
import { writeSteadily } from '../market/steady-writing.ts';

/** All minutes end at once, so seldom more than two writes of a symbol come in a minute; the history counts its bars with each. */
const writtenEveryMs = 2_000;
/** Of a symbol, while the history is away: a day. Of more the oldest are forgotten. */
const heldMax = 1_440;

export interface BarRecorderNeeds {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly history: Pick<History, 'insert'>;
}

export class BarRecorder {
  readonly #needs: BarRecorderNeeds;
  readonly #watched = new Map<string, () => void>();
  readonly #finished = new Map<string, LiveBar[]>();

  constructor(needs: BarRecorderNeeds) {
    this.#needs = needs;
  }

  watch(symbol: string): void {
    const end = this.#needs.bus.subscribe(`md:bar:${symbol}`, ({ data }) => {
      const bar = data as LiveBar & { readonly closed: boolean }; // the market's own publications
      if (bar.closed) this.#take(symbol, bar);
    });
    this.#watched.set(symbol, end);
  }

  unwatch(symbol: string): void {
    this.#watched.get(symbol)?.();
    this.#watched.delete(symbol);
  }

  /** Until the signal aborts; then it watches nothing any more and writes what is left. */
  async run(signal: AbortSignal): Promise<void> {
    try {
      const { clock } = this.#needs;
      await writeSteadily({ clock, everyMs: writtenEveryMs, write: () => this.#write(), signal });
    } finally {
      for (const symbol of this.#watched.keys()) this.unwatch(symbol);
    }
  }

  #take(symbol: string, bar: LiveBar): void {
    const bars = this.#finished.get(symbol) ?? [];
    this.#finished.set(symbol, bars);
    bars.push(bar);
    if (bars.length > heldMax) bars.shift();
  }

  /** Bars are forgotten when they are kept, not before. */
  async #write(): Promise<void> {
    for (const [symbol, bars] of this.#finished) {
      const written = new Set(bars);
      await this.#needs.history.insert(symbol, '1m', barsOf(bars));
      const rest = (this.#finished.get(symbol) ?? []).filter((bar) => !written.has(bar));
      if (rest.length === 0) this.#finished.delete(symbol);
      else this.#finished.set(symbol, rest);
    }
  }
}

const barsOf = (rows: readonly LiveBar[]): Bars => {
  const bars = allocateBars(rows.length);
  rows.forEach((row, place) => {
    bars.time[place] = row.time;
    bars.open[place] = Number(row.open);
    bars.high[place] = Number(row.high);
    bars.low[place] = Number(row.low);
    bars.close[place] = Number(row.close);
    bars.volume[place] = Number(row.volume);
  });
  return bars;
};
