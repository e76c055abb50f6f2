import { describe, expect, test } from 'vitest';
import { allocateBars, decimal } from '#domain';
import type { Bars } from '#domain';
import { LocalBus } from '#kernel';
import type { Command } from '#kernel';
import { VirtualClock } from '#kernel/testing';
import type { KeptMarket, ListEntry } from '#ports';
import type { Quote, QuoteArrived } from '../market/market-messages.ts';
import type { FeedSettings } from '../symbol/symbol-messages.ts';
import { symbolsChannel } from '../symbol/symbol.ts';
import { feedsService } from './feeds.ts';
import { replayBar } from './replay-quotes.ts';
import { syntheticWalk } from './synthetic-walk.ts';

const settings = {
  symbol: 'BTC-USD',
  seed: 'a',
  startPrice: '60000',
  tick: '0.5',
  lot: '0.001',
  annualVolatility: 0.6,
};

describe('a synthetic walk', () => {
  const quotesOf = (count: number): readonly Quote[] => {
    const next = syntheticWalk(settings);
    return Array.from({ length: count }, (_, place) => next(place * 1_000, 1_000));
  };

  test('is the same for the same seed', () => {
    expect(quotesOf(100)).toEqual(quotesOf(100));
  });

  test('stays on the grid, with the bid below the ask', () => {
    for (const { bid, ask, last, size } of quotesOf(2_000)) {
      expect(decimal(bid) < decimal(ask)).toBe(true);
      for (const price of [bid, ask, last]) expect(decimal(price) % decimal('0.5')).toBe(0n);
      expect(decimal(size) % decimal('0.001')).toBe(0n);
      expect([bid, ask]).toContain(last);
    }
  });

  test('moves by about its volatility', () => {
    const quotes = quotesOf(20_000);
    const returns = quotes.slice(1).map(({ bid, ask }, place) => {
      const before = quotes[place] as Quote;
      return Math.log((Number(bid) + Number(ask)) / (Number(before.bid) + Number(before.ask)));
    });
    const variance = returns.reduce((sum, value) => sum + value * value, 0) / returns.length;
    const annual = Math.sqrt(variance * 365.25 * 86_400);
    expect(annual).toBeGreaterThan(0.5);
    expect(annual).toBeLessThan(0.75);
  });
});

const barsOf = (rows: readonly (readonly number[])[]): Bars => {
  const bars = allocateBars(rows.length);
  rows.forEach(([time = 0, open = 0, high = 0, low = 0, close = 0, volume = 0], place) => {
    Object.assign(bars.time, { [place]: time });
    Object.assign(bars.open, { [place]: open });
    Object.assign(bars.high, { [place]: high });
    Object.assign(bars.low, { [place]: low });
    Object.assign(bars.close, { [place]: close });
    Object.assign(bars.volume, { [place]: volume });
  });
  return bars;
};

test('a replayed bar goes from its open by its nearer extreme to its close', () => {
  const bars = barsOf([
    [0, 10, 12, 9, 11, 400],
    [1, 11, 12, 8, 9, 4],
  ]);
  expect(replayBar(bars, 0, '0.01').map(({ last }) => last)).toEqual(['10', '9', '12', '11']);
  expect(replayBar(bars, 1, '0.01').map(({ last }) => last)).toEqual(['11', '12', '8', '9']);
  expect(replayBar(bars, 0, '0.01')[0]).toMatchObject({ bid: '9.99', ask: '10.01', size: '100' });
});

describe('the service', () => {
  const start = Date.UTC(2026, 0, 5);

  const running = (
    feed: FeedSettings | null,
    history: Bars = allocateBars(0),
    { last = null, insert = () => Promise.resolve() }: { last?: KeptMarket | null; insert?: () => Promise<void> } = {},
  ) => {
    const clock = new VirtualClock(start);
    const bus = new LocalBus();
    const told: Command[] = [];
    const inserted: Bars[] = [];
    const doc: ListEntry['doc'] = { symbol: 'BTC-USD', tick: '0.5', lot: '0.001', feed };
    const service = feedsService({
      system: { tell: (_kind, _id, command: Command) => void told.push(command) },
      lists: {
        page: () =>
          Promise.resolve({
            entries: [{ id: 'BTC-USD', owner: 'system', at: 0, symbol: 'BTC-USD', status: null, parent: null, doc }],
            hasMore: false,
          }),
      },
      history: {
        bars: ({ from }) => Promise.resolve(from === 0 ? history : allocateBars(0)),
        coverage: () => Promise.resolve([]),
        insert: async (_symbol, _interval, bars) => {
          await insert();
          inserted.push(bars);
        },
      },
      clock,
      bus,
      keptOf: () => last,
    });
    const stop = new AbortController();
    const started = Promise.withResolvers<void>();
    const ended = service.run({ signal: stop.signal, started: started.resolve });
    return {
      clock,
      bus,
      inserted,
      started: started.promise,
      quotes: () => told.map((command) => (command as QuoteArrived).quote),
      change: (next: FeedSettings | null) => {
        // The list stays behind, as it may.
        bus.publish({ channel: symbolsChannel, offset: 2, at: start, data: { ...doc, feed: next } });
      },
      end: async () => {
        stop.abort();
        await ended;
      },
    };
  };

  const synthetic: FeedSettings = {
    type: 'synthetic',
    seed: 's',
    startPrice: '60000',
    annualVolatility: 0.5,
    quotesPerSecond: 2,
  };

  /** Lets everything run that waits for nothing but its turn. */
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const advance = async (clock: VirtualClock, ms: number, stepMs: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += stepMs) {
      clock.advance(stepMs);
      await settled();
    }
  };

  test('gives a synthetic symbol its quotes, at its rate', async () => {
    const feeds = running(synthetic);
    await feeds.started;
    await settled();
    await advance(feeds.clock, 5_000, 500);
    expect(feeds.quotes()).toHaveLength(10);
    await feeds.end();
    await advance(feeds.clock, 5_000, 500);
    expect(feeds.quotes()).toHaveLength(10);
  });

  test('goes on where the stored history ends', async () => {
    const feeds = running(synthetic, barsOf([[start - 60_000, 500, 500, 500, 500, 1]]));
    await feeds.started;
    await settled();
    await advance(feeds.clock, 500, 500);
    expect(Number(feeds.quotes()[0]?.bid)).toBeGreaterThan(450);
    expect(Number(feeds.quotes()[0]?.bid)).toBeLessThan(550);
    await feeds.end();
  });

  test('goes on where the market was when the process before ended, as far as a market moves meanwhile', async () => {
    const at = start - 30 * 86_400_000;
    const day = { date: 0, open: '1', high: '1', low: '1', volume: '1' };
    const last: KeptMarket = { symbol: 'BTC-USD', at, last: '700', day, bar: null };
    const first = async (keptAt: number): Promise<number> => {
      const feeds = running(synthetic, barsOf([[at - 60_000, 500, 500, 500, 500, 1]]), {
        last: { ...last, at: keptAt },
      });
      await feeds.started;
      await settled();
      await advance(feeds.clock, 500, 500);
      await feeds.end();
      return Number(feeds.quotes()[0]?.bid);
    };
    // A second's step of such a market is far below one in a thousand, a month's far above.
    expect(Math.abs((await first(start - 1_000)) / 700 - 1)).toBeLessThan(0.002);
    expect(Math.abs((await first(at)) / 700 - 1)).toBeGreaterThan(0.005);
  });

  test('follows a change of settings', async () => {
    const feeds = running(null);
    await feeds.started;
    await advance(feeds.clock, 1_000, 500);
    expect(feeds.quotes()).toEqual([]);
    feeds.change(synthetic);
    await settled();
    await settled();
    await advance(feeds.clock, 1_000, 500);
    expect(feeds.quotes().length).toBeGreaterThan(0);
    const before = feeds.quotes().length;
    feeds.change(null);
    await settled();
    await settled();
    await advance(feeds.clock, 1_000, 500);
    expect(feeds.quotes()).toHaveLength(before);
    await feeds.end();
  });

  test('replays stored bars at their speed', async () => {
    const feeds = running(
      { type: 'replay', interval: '1m', from: null, speed: 60, loop: false },
      barsOf([
        [0, 10, 12, 9, 11, 4],
        [60_000, 11, 12, 10, 12, 4],
      ]),
    );
    await feeds.started;
    await settled();
    await advance(feeds.clock, 3_000, 250);
    expect(feeds.quotes().map(({ last }) => last)).toEqual(['10', '9', '12', '11', '11', '10', '12', '12']);
    await feeds.end();
  });

  test('keeps the finished minutes of a synthetic market, also when it ends', async () => {
    const feeds = running(synthetic);
    await feeds.started;
    const bar = { time: start, open: '1', high: '2', low: '1', close: '2', volume: '3' };
    feeds.bus.publish({ channel: 'md:bar:BTC-USD', key: 'k', data: { ...bar, closed: false } });
    feeds.bus.publish({ channel: 'md:bar:BTC-USD', key: 'k', data: { ...bar, closed: true } });
    await feeds.end();
    expect(feeds.inserted.map(({ close }) => [...close])).toEqual([[2]]);
  });

  test('keeps finished minutes that the history could not take until it can', async () => {
    let isAway = true;
    const feeds = running(synthetic, undefined, {
      insert: () => (isAway ? Promise.reject(new Error('away')) : Promise.resolve()),
    });
    await feeds.started;
    const bar = { time: start, open: '1', high: '2', low: '1', close: '2', volume: '3' };
    feeds.bus.publish({ channel: 'md:bar:BTC-USD', key: 'k', data: { ...bar, closed: true } });
    await advance(feeds.clock, 10_000, 500);
    expect(feeds.inserted).toEqual([]);
    isAway = false;
    feeds.bus.publish({ channel: 'md:bar:BTC-USD', key: 'k', data: { ...bar, time: start + 60_000, closed: true } });
    await advance(feeds.clock, 4_000, 500);
    expect(feeds.inserted.map(({ time }) => [...time])).toEqual([[start, start + 60_000]]);
    await feeds.end();
  });
});
