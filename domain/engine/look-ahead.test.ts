import fc from 'fast-check';
import { expect, it } from 'vitest';
import { defineIndicator } from '../indicators/indicator.ts';
import { allocateBars } from '../market/bars.ts';
import type { Bars } from '../market/bars.ts';
import type { Feed } from '../market/feed.ts';
import { defineStrategy } from '../strategy/define-strategy.ts';
import type { Strategy } from '../strategy/strategy.ts';
import { feedOf, startTime } from './native/test-market.ts';
import { run } from './test-run.ts';
import type { BacktestResult } from './result.ts';

const hourMs = 3_600_000;

/** Bars of random walks; some rows are missing. */
const barsArbitrary = (length: number): fc.Arbitrary<Bars> =>
  fc
    .array(
      fc.record({
        move: fc.integer({ min: -50, max: 50 }),
        up: fc.nat(20),
        down: fc.nat(20),
        gap: fc.integer({ min: 0, max: 9 }),
      }),
      { minLength: length, maxLength: length },
    )
    .map((rows) => {
      const kept = rows.map((row, i) => ({ ...row, i })).filter(({ gap, i }) => gap > 0 || i === 0);
      const bars = allocateBars(kept.length);
      let price = 10_000;
      kept.forEach(({ move, up, down, i }, row) => {
        const open = price;
        price = Math.max(1_000, price + move);
        bars.time[row] = startTime + i * hourMs;
        bars.open[row] = open / 100;
        bars.close[row] = price / 100;
        bars.high[row] = (Math.max(open, price) + up) / 100;
        bars.low[row] = (Math.min(open, price) - down) / 100;
        bars.volume[row] = 1_000 + up;
      });
      return bars;
    });

/** From that time on every price is another one. */
const changedFrom = (feed: Feed, time: number): Feed => {
  const bars = allocateBars(feed.bars.time.length);
  for (const column of ['time', 'open', 'high', 'low', 'close', 'volume'] as const) bars[column].set(feed.bars[column]);
  for (let i = 0; i < bars.time.length; i++) {
    if ((bars.time[i] ?? 0) < time) continue;
    for (const column of ['open', 'high', 'low', 'close', 'volume'] as const)
      bars[column][i] = Math.round((bars[column][i] ?? 0) * 150) / 100;
  }
  return { ...feed, bars };
};

const slope = defineIndicator({
  name: 'slope',
  takes: ['close', 'high'],
  gives: ['value', 'top'],
  start: (bars: number) => {
    const recent: number[] = [];
    return {
      lookback: bars,
      next(out, close, high) {
        recent.push(close);
        if (recent.length <= bars) return;
        out[0] = close - (recent.shift() ?? 0);
        out[1] = high;
      },
    };
  },
});

/** What a random little strategy does: which of its signals, and how it orders. */
const habitArbitrary = fc.record({
  fast: fc.integer({ min: 1, max: 5 }),
  slow: fc.integer({ min: 2, max: 8 }),
  own: fc.integer({ min: 1, max: 4 }),
  kind: fc.constantFrom('target', 'limit', 'stop', 'bracket', 'trail', 'close'),
  every: fc.integer({ min: 1, max: 3 }),
});

type Habit = typeof habitArbitrary extends fc.Arbitrary<infer T> ? T : never;

const strategyOf = ({ fast, slow, own, kind, every }: Habit): Strategy =>
  defineStrategy({
    name: 'habit',
    data: [{ id: 'a' }, { id: 'b' }, { id: 'day', from: 'a', timeframe: '1d' }],
    init: ({ bars, ta }) => ({
      fast: ta.ema(bars.a.close, fast),
      slow: ta.sma(bars.b.close, slow),
      range: ta.atr(bars.a, 3),
      own: slope(bars.a, own),
      smooth: ta.sma(slope(bars.b, own).value, 2),
      day: bars.day.close,
    }),
    onBar(ctx, s) {
      const price = ctx.bars.a.close.value;
      ctx.log(
        ctx.now,
        s.fast,
        s.slow,
        s.own.value,
        s.own.top,
        s.smooth,
        s.day,
        ctx.equity,
        ctx.cash,
        ctx.position('a'),
        ctx.openOrders().length,
        ctx.isFresh('b'),
        ctx.isFresh('day'),
      );
      if (ctx.step % every > 0) return;
      const up = s.own.value.value + s.smooth.value > 0;
      if (kind === 'target') ctx.targetPercent('a', up ? 0.5 : -0.5);
      else if (kind === 'limit') ctx.targetQuantity('a', up ? 10 : -10, { limit: up ? price * 0.998 : price * 1.002 });
      else if (kind === 'stop')
        ctx.buy('b', { value: 500 }, { stop: ctx.bars.b.close.value * 1.001, timeInForce: 'DAY' });
      else if (kind === 'bracket' && ctx.position('a').isFlat)
        ctx.buy('a', { percent: 0.3 }, { stopLoss: price * 0.995, takeProfit: price * 1.005 });
      else if (kind === 'trail') ctx.sell('a', 5, { trailAmount: 0.3 });
      else if (up) ctx.buy('b', 3);
      else ctx.close('b');
    },
    onFill: (ctx, fill, order) => ctx.log('fill', fill, order),
    onOrder: (ctx, order) => ctx.log('order', order.id, order.side, order.quantity),
  });

/** All of a result that was known up to that time. */
const upTo = (result: BacktestResult, time: number): unknown => {
  const steps = result.timeline.filter((at) => at < time).length;
  const orders = result.orders.filter(({ createdStep }) => createdStep < steps);
  return {
    equity: [...result.equity.subarray(0, steps)],
    fills: result.fills.filter(({ step }) => step < steps),
    asked: orders.map(({ request, createdStep }) => ({ request, createdStep })),
    trades: result.trades.filter(({ exitTime }) => exitTime !== null && exitTime < time),
    log: result.log.filter((line) => line.time < time),
  };
};

const marketArbitrary = fc.tuple(barsArbitrary(60), barsArbitrary(60));
const feedsOf = ([a, b]: readonly [Bars, Bars]): readonly Feed[] => [
  feedOf(a, { id: 'a', timeframeMs: hourMs }),
  feedOf(b, { id: 'b', timeframeMs: hourMs }),
];

it('knows nothing of bars that have not happened: changing them changes nothing before', () => {
  let fills = 0;
  fc.assert(
    fc.property(
      marketArbitrary,
      habitArbitrary,
      fc.integer({ min: 1, max: 59 }),
      fc.constantFrom('next-open', 'same-close', 'next-close'),
      (bars, habit, hour, fillAt) => {
        const time = startTime + hour * hourMs;
        const feeds = feedsOf(bars);
        const strategy = strategyOf(habit);
        const config = { fillAt, commission: 0.001 };
        const before = run(strategy, feeds, { config });
        const after = run(
          strategy,
          feeds.map((feed) => changedFrom(feed, time)),
          { config },
        );
        expect(upTo(after, time)).toEqual(upTo(before, time));
        fills += before.fills.length;
      },
    ),
    { numRuns: 150 },
  );
  expect(fills).toBeGreaterThan(100);
});

it('ends where its data end: the first bars alone give the same beginning', () => {
  fc.assert(
    fc.property(marketArbitrary, habitArbitrary, fc.integer({ min: 10, max: 59 }), (bars, habit, hour) => {
      const time = startTime + hour * hourMs;
      const whole = feedsOf(bars);
      const cut = whole.map((feed) => {
        const rows = feed.bars.time.filter((at) => at < time).length;
        const { time: times, open, high, low, close, volume } = feed.bars;
        return {
          ...feed,
          bars: {
            time: times.slice(0, rows),
            open: open.slice(0, rows),
            high: high.slice(0, rows),
            low: low.slice(0, rows),
            close: close.slice(0, rows),
            volume: volume.slice(0, rows),
          },
        };
      });
      const short = run(strategyOf(habit), cut);
      // What the last bar filled is told at once in the shorter run, and one bar later in the longer one.
      const last = short.timeline.at(-1) ?? 0;
      expect(upTo(short, last)).toEqual(upTo(run(strategyOf(habit), whole), last));
    }),
    { numRuns: 60 },
  );
});

it('has no orders that fill on a bar that began before they were made', () => {
  fc.assert(
    fc.property(marketArbitrary, habitArbitrary, (bars, habit) => {
      const { fills, orders, timeline } = run(strategyOf(habit), feedsOf(bars));
      for (const fill of fills) {
        const made = orders.find(({ id }) => id === fill.order);
        if (made === undefined || made.request.closesTrade !== undefined) continue;
        // A protective order is born with its entry's fill, inside that bar.
        const isExit = orders.some(
          ({ stopLossOrder, takeProfitOrder }) => stopLossOrder === made.id || takeProfitOrder === made.id,
        );
        expect(fill.time).toBeGreaterThanOrEqual((timeline[made.createdStep] ?? NaN) + (isExit ? 0 : hourMs));
      }
    }),
    { numRuns: 60 },
  );
});
