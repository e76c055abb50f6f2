import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closesFeed, mistakeOf, run, scripted } from '../../engine/test-run.ts';
import type { Steps } from '../../engine/test-run.ts';
import { startTime } from '../../engine/native/test-market.ts';
import { dayMs } from '../../market/calendar.ts';
import { defineStrategy } from '../../strategy/define-strategy.ts';
import type { Context, Strategy } from '../../strategy/strategy.ts';
import { profileNames, resolveProfile } from '../index.ts';
import type { AccountFacts, BarFacts, OrderNews, Standing } from './account-facts.ts';
import { ordersPerBarMax } from './recorded-orders.ts';
import { liveOutcome } from './wants.ts';
import type { LiveOutcome } from './wants.ts';

const timeOf = (step: number): number => startTime + step * dayMs;
const flat: Standing = { cash: 10_000, free: 10_000, elsewhere: 0, positions: [{ quantity: 0, averagePrice: 0 }] };
const holding = (quantity: number, averagePrice = 100): Standing => {
  const cash = 10_000 - quantity * averagePrice;
  return {
    cash,
    free: 10_000 - Math.abs(quantity) * averagePrice,
    elsewhere: 0,
    positions: [{ quantity, averagePrice }],
  };
};
const factsOf = (part: Partial<AccountFacts> = {}): AccountFacts => ({
  feeRate: 0,
  decidedUntil: null,
  carried: [],
  bars: [],
  ...part,
});

/** The outcome of a run over bars that close at these prices. */
const decide = (
  strategy: Strategy,
  closes: readonly number[],
  facts: AccountFacts,
  { tradeFrom = timeOf(0), lot = 1 }: { readonly tradeFrom?: number; readonly lot?: number } = {},
): LiveOutcome =>
  liveOutcome(run(strategy, [closesFeed(closes, { lot })], { profile: 'account', config: facts, tradeFrom }), facts);

/** What a call at the last of three bars at 100 comes to, of which the first two were decided. */
const atLast = (call: (ctx: Context) => void, standing: Standing = flat, part: Partial<AccountFacts> = {}) =>
  decide(
    scripted({ 2: call }),
    [100, 100, 100],
    factsOf({ decidedUntil: timeOf(1), bars: [{ time: timeOf(2), standing }], ...part }),
  );

describe('the profile of a live run', () => {
  it('is none that people choose', () => {
    expect(profileNames).not.toContain('account');
    expect(resolveProfile('account', factsOf()).name).toBe('account');
  });

  it('hands out what the strategy orders at the newest bar, and fills nothing', () => {
    const { placed, changed, bars, differences, isWarm } = atLast((ctx) => {
      const order = ctx.buy('main', 7.9, { limit: 99.999, tag: 'dip', timeInForce: 'DAY' });
      expect(order.status).toBe('waiting');
      expect(ctx.position().quantity).toBe(0);
    });
    expect(placed).toEqual([
      {
        action: 'place',
        key: { time: timeOf(2), place: 0 },
        feed: 0,
        side: 'buy',
        type: 'limit',
        timeInForce: 'DAY',
        quantity: 7,
        limit: 99.99,
        tag: 'dip',
        problem: null,
      },
    ]);
    expect(bars).toEqual([
      { time: timeOf(2), orders: [{ feed: 0, side: 'buy', type: 'limit', quantity: 7.9, limit: 99.999 }] },
    ]);
    expect({ changed, differences, isWarm }).toEqual({ changed: [], differences: 0, isWarm: true });
  });

  it('shows the strategy the account as it was read', () => {
    const standing: Standing = {
      cash: 4_000,
      free: 3_500,
      elsewhere: 600,
      positions: [{ quantity: -5, averagePrice: 90 }],
    };
    atLast((ctx) => {
      expect(ctx.cash).toBe(4_000);
      expect(ctx.equity).toBe(4_000 + 600 - 500);
      expect(ctx.position()).toMatchObject({ quantity: -5, averagePrice: 90, unrealized: -50, isShort: true });
    }, standing);
  });

  it('sizes by equity, and leaves room for the fee where all of it is asked for', () => {
    const whole = (fraction: number, feeRate: number, standing = flat) =>
      atLast((ctx) => void ctx.targetPercent('main', fraction), standing, { feeRate }).placed[0]?.quantity;
    expect(whole(0.5, 0.01)).toBe(50);
    expect(whole(1, 0)).toBe(99);
    expect(whole(1, 0.01)).toBe(98);
    // Far beyond what there is: the account will say so.
    expect(whole(2, 0)).toBe(200);
    expect(whole(-0.5, 0)).toBe(50);
    expect(whole(1, 0, holding(40))).toBe(59);
    // Closing the short gives back what it held.
    expect(whole(1, 0, holding(-20))).toBe(119);
  });

  it('counts orders of the same bar against the money that is free', () => {
    const { placed } = atLast((ctx) => {
      ctx.buy('main', 50);
      ctx.buy('main', { percent: 0.5 });
    });
    expect(placed.map(({ quantity }) => quantity)).toEqual([50, 49]);
  });

  it('says which orders an account does not take', () => {
    const { placed } = atLast((ctx) => {
      ctx.buy('main', 1, { stop: 110 });
      ctx.buy('main', 1, { stopLoss: 90 });
      ctx.buy('main', 1, { limit: 90, takeProfit: 120 });
      ctx.buy('main', 1, { trailPercent: 0.1 });
      ctx.buy('main', 1, { expiresAt: timeOf(9) });
      ctx.buy('main', 1, { limit: 90, postOnly: true });
      ctx.sell('main', 1, { reduceOnly: true });
      ctx.buy('main', 1, { ocoGroup: 'a' });
      ctx.buy('main', 1, { onClose: true });
      expect(ctx.openOrders()).toEqual([]);
    });
    expect(placed).toHaveLength(9);
    for (const { problem } of placed) expect(problem).toMatchObject({ type: 'unsupported' });
    expect(placed[0]?.problem?.reason).toBe(
      'Accounts do not take stop orders; they take market and limit orders, GTC, DAY, IOC or FOK.',
    );
  });

  it('says what is no order at all', () => {
    const { placed } = atLast((ctx) => {
      expect(ctx.buy('main', 0.4).status).toBe('rejected');
      ctx.buy('main', 1e300);
      ctx.buy('main', 1, { limit: 0.001 });
    });
    expect(placed.map(({ problem }) => problem?.type)).toEqual(['unsound', 'unsound', 'unsound']);
  });

  it('refuses a strategy that orders without end at one bar', () => {
    const mistake = mistakeOf(() =>
      atLast((ctx) => {
        for (let i = 0; i <= ordersPerBarMax; i++) ctx.buy('main', 1);
      }),
    );
    expect(mistake.code).toBe('live-orders-max');
  });

  it('does not tell the strategy of an end, since there is none', () => {
    const strategy = defineStrategy({
      name: 'stopper',
      onBar: () => undefined,
      onStop: () => {
        throw new Error('There is more to come.');
      },
    });
    expect(decide(strategy, [100, 100], factsOf()).isWarm).toBe(true);
  });

  it('is not warm before the indicators are', () => {
    const strategy = defineStrategy({
      name: 'slow',
      init: ({ bars, ta }) => ({ mean: ta.sma(bars.main.close, 3) }),
      onBar: (ctx) => void ctx.buy('main', 1),
    });
    expect(decide(strategy, [100, 100], factsOf())).toMatchObject({ isWarm: false, placed: [] });
    expect(decide(strategy, [100, 100, 100], factsOf())).toMatchObject({ isWarm: true });
  });
});

describe('news of an order', () => {
  const made: BarFacts = {
    time: timeOf(0),
    standing: flat,
    orders: [{ feed: 0, side: 'buy', type: 'limit', quantity: 10, limit: 99 }],
  };
  const news = (part: Partial<OrderNews>): OrderNews => ({
    time: timeOf(0),
    place: 0,
    status: 'waiting',
    quantity: 10,
    limit: 99,
    filledQuantity: 0,
    fillPrice: null,
    fee: 0,
    reason: null,
    ...part,
  });
  const heard = (told: OrderNews, standing: Standing = flat) => {
    const seen: string[] = [];
    const strategy = defineStrategy({
      name: 'listener',
      onBar: (ctx) => {
        if (ctx.step === 0) ctx.buy('main', 10, { limit: 99 });
        seen.push(`bar ${ctx.step}: ${ctx.openOrders().length} open, ${ctx.position().quantity} held`);
      },
      onFill: (_ctx, fill, order) =>
        void seen.push(`fill ${fill.quantity} at ${fill.price}, fee ${fill.commission}, ${order.status}`),
      onOrder: (_ctx, order) => void seen.push(`order ${order.status} ${order.reason ?? ''}`),
    });
    const facts = factsOf({ decidedUntil: timeOf(0), bars: [made, { time: timeOf(1), standing, news: [told] }] });
    const { differences } = decide(strategy, [100, 98], facts);
    expect(differences).toBe(0);
    return seen.slice(1);
  };

  it('is told at the bar at which it was heard', () => {
    expect(heard(news({ status: 'filled', filledQuantity: 10, fillPrice: 98.5, fee: 1.5 }), holding(10, 98.5))).toEqual(
      ['order filled ', 'fill 10 at 98.5, fee 1.5, filled', 'bar 1: 0 open, 10 held'],
    );
    expect(heard(news({ status: 'rejected', reason: 'Too dear.' }))).toEqual([
      'order rejected Too dear.',
      'order rejected Too dear.',
      'bar 1: 0 open, 0 held',
    ]);
    expect(heard(news({ limit: 98 }))).toEqual(['order waiting ', 'order waiting ', 'bar 1: 1 open, 0 held']);
  });

  it('brings an order back whose cancel was not acted on', () => {
    const steps: Steps = {
      0: (ctx) => void ctx.buy('main', 10, { limit: 99 }),
      1: (ctx) => {
        expect(ctx.cancelAll()).toBe(1);
      },
      2: (ctx) => {
        expect(ctx.openOrders().map(({ status }) => status)).toEqual(['waiting']);
      },
    };
    const facts = factsOf({
      decidedUntil: timeOf(1),
      bars: [made, { time: timeOf(2), news: [news({ reason: 'Paused.' })] }],
    });
    expect(decide(scripted(steps), [100, 100, 100], facts)).toMatchObject({ differences: 0, changed: [] });
  });
});

describe('a change of an order', () => {
  const carried = {
    time: timeOf(-5),
    place: 3,
    feed: 0,
    side: 'sell',
    type: 'limit',
    quantity: 4,
    limit: 120,
  } as const;

  it('is handed out with the key of the order', () => {
    const steps: Steps = {
      0: (ctx) => {
        ctx.buy('main', 10, { limit: 99 });
        ctx.buy('main', 5, { limit: 98 });
      },
      1: (ctx) => {
        const [old, first, second] = ctx.openOrders();
        expect(old).toMatchObject({ side: 'sell', limit: 120 });
        expect(old?.cancel()).toBe(true);
        expect(first?.amend({ limit: 97.009, quantity: 6.5 })).toBe(true);
        expect(first?.amend({ stop: 97 })).toBe(false);
        // Nobody has heard of it yet: it is as if it had not been made.
        ctx.buy('main', 1, { limit: 50 }).cancel();
        expect(second?.isOpen).toBe(true);
      },
    };
    const orders = [
      { feed: 0, side: 'buy', type: 'limit', quantity: 10, limit: 99 },
      { feed: 0, side: 'buy', type: 'limit', quantity: 5, limit: 98 },
    ] as const;
    const facts = factsOf({
      decidedUntil: timeOf(0),
      carried: [carried],
      bars: [{ time: timeOf(0), standing: flat, orders }],
    });
    const { placed, changed, differences } = decide(scripted(steps), [100, 100], facts);
    expect({ placed, differences }).toEqual({ placed: [], differences: 0 });
    expect(changed).toEqual([
      { action: 'cancel', key: { time: timeOf(-5), place: 3 } },
      { action: 'amend', key: { time: timeOf(0), place: 0 }, quantity: 6, limit: 97 },
    ]);
  });
});

describe('bars that were missed', () => {
  const wanting: Steps = {
    1: (ctx) => void ctx.buy('main', 1),
    2: (ctx) => {
      const [old] = ctx.openOrders();
      expect(old).toMatchObject({ limit: 90 });
      expect(old?.cancel()).toBe(false);
      expect(ctx.openOrders()).toHaveLength(1);
      ctx.buy('main', 2);
    },
    3: (ctx) => void ctx.buy('main', 3),
  };
  const carried = [
    { time: timeOf(-1), place: 0, feed: 0, side: 'buy', type: 'limit', quantity: 1, limit: 90 },
  ] as const;

  it('leave what was wanted at them undone, and the strategy hears of it', () => {
    const facts = factsOf({ decidedUntil: timeOf(0), carried, bars: [{ time: timeOf(3), standing: flat }] });
    const outcome = decide(scripted(wanting), [100, 100, 100, 100], facts);
    expect(outcome.placed.map(({ key, quantity, problem }) => [key.time, quantity, problem])).toEqual([
      [timeOf(1), 1, null],
      [timeOf(2), 2, null],
      [timeOf(3), 3, null],
    ]);
    expect(outcome.changed).toEqual([]);
  });

  it('are the same when the run is done again', () => {
    const order = (quantity: number) => [{ feed: 0, side: 'buy', type: 'market', quantity, limit: null }] as const;
    const facts = factsOf({
      decidedUntil: timeOf(3),
      carried,
      bars: [
        { time: timeOf(1), orders: order(1), isMissed: true },
        { time: timeOf(2), orders: order(2), isMissed: true },
        { time: timeOf(3), standing: flat, orders: order(3) },
      ],
    });
    const again: Steps = {
      ...wanting,
      4: (ctx) => {
        expect(ctx.openOrders()).toHaveLength(2);
      },
    };
    expect(decide(scripted(again), [100, 100, 100, 100, 100], facts)).toMatchObject({ differences: 0, placed: [] });
    const other = scripted({ 1: (ctx) => void ctx.buy('main', 9), 3: (ctx) => void ctx.sell('main', 3) });
    expect(decide(other, [100, 100, 100, 100, 100], facts)).toMatchObject({ differences: 3, placed: [] });
  });
});

/** A strategy with a memory of its own, chance, news and orders of all sorts that an account takes. */
const busy = defineStrategy({
  name: 'busy',
  init: ({ bars, ta }) => ({ mean: ta.sma(bars.main.close, 3), fills: 0, refused: 0 }),
  onBar(ctx, state) {
    const price = ctx.bars.main.close.value;
    for (const order of ctx.openOrders()) if (order.type === 'limit' && ctx.random() < 0.3) order.cancel();
    if (ctx.random() < 0.4) ctx.targetPercent('main', price > state.mean.value ? 0.6 : -0.2);
    if ((state.fills + state.refused) % 3 === 1) ctx.buy('main', 1 + (state.refused % 4), { limit: price * 0.99 });
  },
  onFill(_ctx, _fill, _order, state) {
    state.fills++;
  },
  onOrder(_ctx, order, state) {
    if (order.status === 'rejected') state.refused++;
  },
});

describe('a live run, bar by bar', () => {
  it('wants at each bar what it wanted then, whatever the account and the outages did', () => {
    const bar = fc.record({
      close: fc.integer({ min: 80, max: 120 }),
      // A bar at which nobody was there, and how the account takes the next order.
      isMissed: fc.boolean(),
      isTaken: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(bar, { minLength: 5, maxLength: 40 }), (bars) => {
        let decidedUntil: number | null = null;
        let known: BarFacts[] = [];
        let quantity = 0;
        let cash = 10_000;
        let news: OrderNews[] = [];
        for (const [step, { close, isMissed, isTaken }] of bars.entries()) {
          if (step < 3 || (isMissed && step < bars.length - 1)) continue;
          const standing: Standing = {
            cash,
            free: Math.max(0, cash),
            elsewhere: 0,
            positions: [{ quantity, averagePrice: quantity === 0 ? 0 : 100 }],
          };
          known = [...known, { time: timeOf(step), standing, news }];
          const facts = factsOf({ decidedUntil, bars: known });
          const closes = bars.slice(0, step + 1).map((one) => one.close);
          const outcome = decide(busy, closes, facts, { tradeFrom: timeOf(3) });
          expect(outcome.differences).toBe(0);
          news = [];
          for (const { key, side, type, quantity: size, limit } of outcome.placed) {
            if (key.time !== timeOf(step)) continue;
            const fills = isTaken && type === 'market';
            if (fills) quantity += side === 'buy' ? size : -size;
            if (fills) cash -= (side === 'buy' ? size : -size) * close;
            if (fills || !isTaken)
              news.push({
                ...key,
                status: fills ? 'filled' : 'rejected',
                quantity: size,
                limit,
                filledQuantity: fills ? size : 0,
                fillPrice: fills ? close : null,
                fee: 0,
                reason: fills ? null : 'No.',
              });
          }
          const last = known.at(-1);
          known = [
            ...known.slice(0, -1),
            ...outcome.bars
              .filter(({ time }) => time !== timeOf(step))
              .map(({ time, orders }): BarFacts => ({ time, orders, isMissed: true })),
            {
              ...last,
              time: timeOf(step),
              orders: outcome.bars.find(({ time }) => time === timeOf(step))?.orders ?? [],
            },
          ];
          // Also those at which nothing was wanted were missed.
          for (let missed = step - 1; missed > 2 && timeOf(missed) > (decidedUntil ?? -Infinity); missed--)
            if (!known.some(({ time }) => time === timeOf(missed)))
              known.push({ time: timeOf(missed), isMissed: true });
          known.sort((a, b) => a.time - b.time);
          decidedUntil = timeOf(step);
        }
      }),
      { numRuns: 150 },
    );
  });
});
