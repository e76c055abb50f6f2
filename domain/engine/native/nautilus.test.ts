/** A recorded run of NautilusTrader, order by order, through the native policies: its final balance to the last unit. */

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { allocateBars } from '../../market/bars.ts';
import { ask, feedOf, play } from './test-market.ts';

const shared = new URL('../../../../shared/', import.meta.url);
const runFile = new URL('reference/backtests/btc-perp-1m-emacross.json', shared);
const dataFile = new URL('data/nautilus-btcperp-1m-10000.csv', shared);

interface RecordedRun {
  readonly derived: {
    readonly finalUSDT: string;
    readonly fills: readonly { readonly bar: number; readonly side: 'buy' | 'sell'; readonly price: string }[];
  };
}

const readBars = () => {
  const lines = readFileSync(dataFile, 'utf8').trim().split('\n').slice(1);
  const bars = allocateBars(lines.length);
  lines.forEach((line, i) => {
    const [time = '', ...numbers] = line.split(',');
    bars.time[i] = Date.parse(`${time.slice(0, 10)}T${time.slice(11, 19)}Z`);
    const [open = NaN, high = NaN, low = NaN, close = NaN, volume = NaN] = numbers.map(Number);
    bars.open[i] = open;
    bars.high[i] = high;
    bars.low[i] = low;
    bars.close[i] = close;
    bars.volume[i] = volume;
  });
  return bars;
};

describe.runIf(existsSync(runFile) && existsSync(dataFile))("NautilusTrader's EMA cross on BTC minutes", () => {
  it('ends with exactly its balance, by exactly its fills', () => {
    const { derived } = JSON.parse(readFileSync(runFile, 'utf8')) as RecordedRun; // the file's own layout
    const config = { cash: 10_000_000, fillAt: 'same-close', commission: { taker: 0.001 } };
    const { book } = play(
      [feedOf(readBars(), { tick: 0.1, lot: 0.01, timeframeMs: 60_000 })],
      config,
      (b, { step }) => {
        for (const fill of derived.fills) if (fill.bar === step) b.submit(ask(fill.side, 0.01));
      },
    );
    expect(book.log.fills.map(({ bar, side, price, quantity }) => [bar, side, price, quantity])).toEqual(
      derived.fills.map(({ bar, side, price }) => [bar, side, Number(price), 0.01]),
    );
    expect(book.cash.toFixed(6)).toBe(derived.finalUSDT);
    expect(derived.finalUSDT).toBe('9999549.431330');
  });
});
