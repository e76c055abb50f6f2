import { describe, expect, it } from 'vitest';
import { closesFeed, mistakeAt, mistakeOf, run, scripted } from '../engine/test-run.ts';
import type { Steps } from '../engine/test-run.ts';
import { dayMs, feedOf, barsOf, startTime } from '../engine/native/test-market.ts';
import { profileNames } from '../profiles/index.ts';
import { defineStrategy } from './define-strategy.ts';
import type { Context, OrderHandle, OrderOptions } from './strategy.ts';

const prices = [100, 102, 104, 106, 108];

/** Plays the script over closes of 100, 102, …: each bar opens at the close before it. */
const play = (steps: Steps, closes: readonly number[] = prices) => run(scripted(steps), [closesFeed(closes)]);

/** What one call reads at step 2, when the market is at 104. */
const readAt2 = <T>(read: (ctx: Context) => T): T => {
  let seen: T | undefined;
  play({ 2: (ctx) => (seen = read(ctx)) });
  return seen as T; // step 2 is played
};

const caught = (call: () => unknown): unknown => {
  try {
    return call();
  } catch (error) {
    return error;
  }
};

describe('what a strategy sees', () => {
  it('knows the end of the newest bar, its step and its money', () => {
    expect(readAt2((ctx) => [ctx.now, ctx.step, ctx.cash, ctx.equity, ctx.ids])).toEqual([
      startTime + 3 * dayMs,
      2,
      10_000,
      10_000,
      ['main'],
    ]);
  });

  it('knows the end of a month, however long it is', () => {
    const monthMs = 2_629_746_000;
    const bars = barsOf([[1, 1, 1, 1]], { start: Date.UTC(2024, 1, 1) });
    let now = 0;
    run(scripted({ 0: (ctx) => (now = ctx.now) }), [feedOf(bars, { timeframeMs: monthMs })]);
    expect(now).toBe(Date.UTC(2024, 2, 1));
  });

  it('has no time before the first bar', () => {
    let now = 0;
    run(defineStrategy({ name: 'x', init: (ctx) => ({ now: (now = ctx.now) }), onBar() {} }), [closesFeed([1])]);
    expect(now).toBeNaN();
  });

  it('reads the position with and without its id, as it is now', () => {
    const seen: unknown[] = [];
    play({
      0: (ctx) => {
        seen.push(ctx.position());
        ctx.buy('main', 10);
      },
      1: (ctx) => seen.push(ctx.position('main')),
    });
    expect(seen).toEqual([
      { quantity: 0, averagePrice: 0, unrealized: 0, isLong: false, isShort: false, isFlat: true },
      { quantity: 10, averagePrice: 100, unrealized: 20, isLong: true, isShort: false, isFlat: false },
    ]);
  });

  it('must name the data of a position where there are several', () => {
    const two = [{ id: 'a' }, { id: 'b' }];
    const feeds = [closesFeed([1, 2], { id: 'a' }), closesFeed([1, 2], { id: 'b' })];
    expect(mistakeOf(() => run(scripted({ 0: (ctx) => ctx.position() }, two), feeds))).toMatchObject({
      code: 'unknown-data',
      remedy: "Write position('a').",
    });
  });

  it('lists the orders that can still fill, all or of one feed', () => {
    const two = [{ id: 'a' }, { id: 'b' }];
    const feeds = [closesFeed(prices, { id: 'a' }), closesFeed(prices, { id: 'b' })];
    const seen: unknown[] = [];
    const script: Steps = {
      0(ctx) {
        const first = ctx.buy('a', 1, { limit: 50 });
        ctx.buy('b', 1, { limit: 50 });
        seen.push(
          ctx.openOrders().length,
          ctx.openOrders('b').map(({ id }) => id),
        );
        expect(ctx.openOrders('a')[0]).toBe(first);
      },
      1: (ctx) => seen.push(ctx.cancelAll('b'), ctx.openOrders().length, ctx.cancelAll(), ctx.cancelAll()),
    };
    run(scripted(script, two), feeds);
    expect(seen).toEqual([2, [1], 1, 1, 1, 0]);
  });

  it('gives random numbers that follow from the seed', () => {
    const drawn = (seed?: number | string): number => {
      let value = 0;
      run(scripted({ 0: (ctx) => (value = ctx.random()) }), [closesFeed([1])], seed === undefined ? {} : { seed });
      return value;
    };
    expect(drawn()).toBe(drawn(1));
    expect(drawn('1')).toBe(drawn(1));
    expect(drawn(2)).not.toBe(drawn(1));
  });
});

describe('amounts', () => {
  const bought = (amount: Parameters<Context['buy']>[1]): number =>
    play({ 1: (ctx) => ctx.buy('main', amount) }).fills[0]?.quantity ?? 0;

  it('are units, currency or a fraction of equity, at the newest close, rounded to the lot toward zero', () => {
    expect(bought(7)).toBe(7);
    expect(bought(7.9)).toBe(7);
    expect(bought({ quantity: 3 })).toBe(3);
    expect(bought({ value: 1000 })).toBe(9); // 1000 ÷ 102 = 9.8
    expect(bought({ percent: 0.5 })).toBe(49); // 5000 ÷ 102 = 49.02
  });

  it.each(profileNames)('that come to nothing are refused by the rules of %s, not thrown', (profile) => {
    for (const amount of [0, { value: 0 }, { value: 1 }]) {
      const result = run(scripted({ 2: (ctx) => ctx.buy('main', amount) }), [closesFeed(prices)], { profile });
      expect(result.fills).toHaveLength(0);
      expect(result.orders.map(({ status }) => status)).toEqual(['rejected']);
    }
  });

  const wrong: readonly (readonly [string, unknown, RegExp, RegExp])[] = [
    ['nothing', undefined, /the amount is missing/, /buy\(id, 10\)/],
    ['an empty object', {}, /the amount is missing/, /percent: 0.5/],
    ['two at once', { value: 1, percent: 0.5 }, /value and percent exclude each other/, /buy\(id, 10\)/],
    ['a misspelt kind', { precent: 0.5 }, /no amount "precent"/, /Did you mean "percent"/],
    ['text', '10', /is the text "10"/, /without quotes/],
    ['text inside', { percent: '50' }, /percent is the text "50"/, /without quotes/],
    ['NaN', NaN, /is NaN/, /before it is warm/],
    ['Infinity', { value: Infinity }, /is Infinity/, /division by zero/],
    ['less than nothing', -5, /must not be below 0/, /the other of buy and sell/],
    ['a list', [5], /no amount "0"/, /buy\(id, 10\)/],
    ['95 for 95 %', { percent: 95 }, /95 is 9500 % of equity/, /Write a fraction: 0.95/],
  ];
  it.each(wrong)('refuse %s', (_name, amount, message, remedy) => {
    const mistake = mistakeAt((ctx) => ctx.buy('main', amount as number));
    expect(mistake).toMatchObject({ code: 'order-amount' });
    expect(mistake.message).toMatch(message);
    expect(mistake.remedy).toMatch(remedy);
  });

  it('refuse a series, and say how to take its value', () => {
    const mistake = mistakeAt((ctx) => ctx.buy('main', ctx.bars['main']?.close as unknown as number));
    expect(mistake).toMatchObject({
      code: 'order-amount',
      message: expect.stringContaining('is a series'),
      remedy: expect.stringContaining('.value'),
    });
  });

  it('of a leveraged account may be many times the equity', () => {
    const config = { leverage: 50 };
    const result = run(scripted({ 1: (ctx) => ctx.buy('main', { percent: 20 }) }), [closesFeed(prices)], { config });
    expect(result.fills[0]?.quantity).toBe(1960); // 200000 ÷ 102
  });
});

describe('targets', () => {
  const filled = (steps: Steps): readonly number[] =>
    play(steps).fills.map(({ side, quantity }) => (side === 'buy' ? quantity : -quantity));

  it('order what is missing, in units, currency and fractions of equity', () => {
    expect(filled({ 0: (ctx) => ctx.targetQuantity('main', 10), 1: (ctx) => ctx.targetQuantity('main', 4) })).toEqual([
      10, -6,
    ]);
    expect(filled({ 0: (ctx) => ctx.targetValue('main', 1000), 1: (ctx) => ctx.targetValue('main', 0) })).toEqual([
      10, -10,
    ]);
    expect(filled({ 0: (ctx) => ctx.targetPercent('main', 0.5), 1: (ctx) => ctx.targetPercent('main', 0) })).toEqual([
      50, -50,
    ]);
    expect(filled({ 0: (ctx) => ctx.targetQuantity('main', 10), 1: (ctx) => ctx.targetQuantity('main', -10) })).toEqual(
      [10, -20],
    );
  });

  it('are null when nothing is missing', () => {
    const seen: unknown[] = [];
    play({ 0: (ctx) => seen.push(ctx.close('main'), ctx.targetQuantity('main', 0.4), ctx.targetPercent('main', 0)) });
    expect(seen).toEqual([null, null, null]);
  });

  it('count market orders that wait as filled', () => {
    expect(
      filled({
        0: (ctx) => [
          ctx.buy('main', 10),
          ctx.targetQuantity('main', 15),
          ctx.targetQuantity('main', 15),
          ctx.close('main'),
        ],
      }),
    ).toEqual([10, 5, -15]);
    expect(filled({ 0: (ctx) => [ctx.buy('main', 10, { onClose: true }), ctx.targetQuantity('main', 10)] })).toEqual([
      10,
    ]);
  });

  it('stated at every bar with a limit do not add up', () => {
    const target = (ctx: Context): OrderHandle | null => ctx.targetQuantity('main', 10, { limit: 90 });
    const result = play({ 0: target, 1: target, 2: target }, [100, 100, 100, 80, 80]);
    expect(result.fills.map(({ quantity }) => quantity)).toEqual([10]);
    expect(result.orders.map(({ status }) => status)).toEqual(['cancelled', 'cancelled', 'filled']);
  });

  it('take their own waiting order back when the target is reached another way', () => {
    const result = play(
      {
        0: (ctx) => ctx.targetQuantity('main', 10, { limit: 90 }),
        1: (ctx) => ctx.close('main'),
      },
      [100, 100, 80, 80],
    );
    expect(result.fills).toHaveLength(0);
  });

  it('leave the waiting orders that the strategy made itself', () => {
    const result = play({ 0: (ctx) => ctx.buy('main', 1, { limit: 90 }), 1: (ctx) => ctx.targetQuantity('main', 5) });
    expect(result.orders.map(({ status }) => status)).toEqual(['waiting', 'filled']);
  });

  it('cancel nothing when the new target is a mistake', () => {
    let first: OrderHandle | null = null;
    play({
      0: (ctx) => (first = ctx.targetQuantity('main', 10, { limit: 90 })),
      1: (ctx) => caught(() => ctx.targetQuantity('main', 10, { limit: NaN })),
    });
    expect(first).toMatchObject({ status: 'waiting' });
  });

  it('close a position whose bracket waits, and the bracket with it', () => {
    const result = play({
      0: (ctx) => ctx.buy('main', 10, { stopLoss: 90, takeProfit: 200 }),
      2: (ctx) => ctx.close('main'),
    });
    expect(result.fills.map(({ side }) => side)).toEqual(['buy', 'sell']);
    expect(result.orders.map(({ status }) => status).sort()).toEqual(['cancelled', 'cancelled', 'filled', 'filled']);
  });

  it('refuse 95 for 95 %', () => {
    expect(mistakeAt((ctx) => ctx.targetPercent('main', 95))).toMatchObject({
      code: 'order-amount',
      remedy: 'Write a fraction: 0.95 for 95 percent.',
    });
    expect(mistakeAt((ctx) => ctx.targetPercent('main', -95)).remedy).toContain('-0.95');
  });

  it.each(['targetQuantity', 'targetValue', 'targetPercent'] as const)('%s refuses NaN and text', (call) => {
    expect(mistakeAt((ctx) => ctx[call]('main', NaN))).toMatchObject({
      code: 'order-amount',
      message: expect.stringMatching(`^${call}: .* is NaN`),
    });
    expect(mistakeAt((ctx) => ctx[call]('main', '1' as unknown as number))).toMatchObject({ code: 'order-amount' });
  });
});

describe('close where the rules close positions themselves', () => {
  const config = { positions: 'hedging' };
  const hedged = (steps: Steps) => run(scripted(steps), [closesFeed(prices)], { config });

  it('closes both sides', () => {
    const result = hedged({
      0: (ctx) => [ctx.buy('main', 10), ctx.sell('main', 4)],
      1: (ctx) => ctx.close('main', { tag: 'out' }),
    });
    expect(result.fills.map(({ side, quantity, tag }) => [side, quantity, tag])).toEqual([
      ['buy', 10, null],
      ['sell', 4, null],
      ['sell', 10, 'out'],
      ['buy', 4, 'out'],
    ]);
  });

  it('refuses options that would not be followed', () => {
    expect(mistakeOf(() => hedged({ 1: (ctx) => ctx.close('main', { limit: 90 }) }))).toMatchObject({
      code: 'order-option',
    });
    expect(mistakeOf(() => hedged({ 1: (ctx) => ctx.close('main', { reduceOnly: true }) }))).toMatchObject({
      code: 'order-option',
    });
  });

  it('is refused outside the run too', () => {
    const strategy = defineStrategy({ name: 'x', init: (ctx) => ({ order: ctx.close('main') }), onBar() {} });
    expect(mistakeOf(() => run(strategy, [closesFeed(prices)], { config }))).toMatchObject({
      code: 'order-outside-run',
    });
  });
});

describe('options', () => {
  const typeOf = (options: OrderOptions) => readAt2((ctx) => ctx.buy('main', 1, options)).type;

  it('choose the kind of order', () => {
    expect(typeOf({})).toBe('market');
    expect(typeOf({ limit: 90 })).toBe('limit');
    expect(typeOf({ stop: 120 })).toBe('stop');
    expect(typeOf({ stop: 120, limit: 121 })).toBe('stop-limit');
    expect(typeOf({ trailAmount: 2 })).toBe('trailing-stop');
    expect(typeOf({ trailPercent: 0.05, stop: 120 })).toBe('trailing-stop');
    expect(typeOf({ trailPercent: 0.05, limit: 130 })).toBe('trailing-stop-limit');
    expect(typeOf({ onClose: true })).toBe('market-on-close');
    expect(typeOf({ onClose: false })).toBe('market');
  });

  it('are passed on to the rules as they were given', () => {
    const requestOf = (options: OrderOptions) => play({ 1: (ctx) => ctx.buy('main', 1, options) }).orders[0]?.request;
    expect(requestOf({ limit: 90, timeInForce: 'DAY', postOnly: true, tag: 'x', ocoGroup: 'g' })).toMatchObject({
      limit: 90,
      timeInForce: 'DAY',
      postOnly: true,
      tag: 'x',
      ocoGroup: 'g',
    });
    expect(requestOf({ limit: 90, expiresAt: 2e12 })).toMatchObject({ timeInForce: 'GTD', expiresAt: 2e12 });
    expect(requestOf({ trailPercent: 0.05 })).toMatchObject({ trail: { fraction: 0.05 } });
    expect(requestOf({ stopLoss: 90, takeProfit: 200 })).toMatchObject({
      type: 'market',
      stopLoss: 90,
      takeProfit: 200,
    });
    expect(requestOf({ tag: 'y'.repeat(100) })?.tag).toHaveLength(64);
    expect(requestOf({ limit: undefined } as unknown as OrderOptions)).toEqual({
      feed: 0,
      side: 'buy',
      size: { quantity: 1 },
      type: 'market',
    });
  });

  const wrong: readonly (readonly [string, unknown, RegExp, RegExp])[] = [
    ['a price where the options belong', 95, /the options are 95/, /\{ limit: 95 \}/],
    ['null', null, /the options are null/, /\{ limit: 95 \}/],
    ['text', 'limit', /the options are the text "limit"/, /\{ limit: 95 \}/],
    ['a misspelt name', { stoploss: 5 }, /no option "stoploss"/, /Did you mean "stopLoss"/],
    ['a limit that is NaN', { limit: NaN }, /limit is NaN/, /before it is warm/],
    ['a limit of 0', { limit: 0 }, /limit is 0, but must be above 0/, /Check the values/],
    ['a stop-loss below 0', { stopLoss: -1 }, /stopLoss is -1/, /Check the values/],
    ['a limit as text', { limit: '95' }, /limit is the text "95"/, /without quotes/],
    ['two ways to trail', { trailAmount: 1, trailPercent: 0.1 }, /exclude each other/, /one of them/],
    ['a trail of 5 for 5 %', { trailPercent: 5 }, /not a fraction below 1/, /0\.05/],
    ['an unknown time in force', { timeInForce: 'gtc' }, /"gtc" is not known/, /GTC, DAY/],
    ['GTD without a time', { limit: 9, timeInForce: 'GTD' }, /needs expiresAt/, /ctx\.now/],
    ['DAY with a time', { limit: 9, timeInForce: 'DAY', expiresAt: 2e12 }, /has no expiresAt/, /Leave out timeInForce/],
    ['a date', { expiresAt: new Date(0) }, /milliseconds UTC\) is an object/, /Pass a number/],
    ['onClose with a limit', { onClose: true, limit: 9 }, /for market orders/, /Leave out/],
    ['words for yes', { reduceOnly: 'yes' }, /reduceOnly is the text "yes"/, /reduceOnly: true/],
    ['a group that is too long', { ocoGroup: 'g'.repeat(65) }, /more than 64 characters/, /shorter/],
    ['an object as a tag', { tag: {} }, /tag is an object/, /as text/],
  ];
  it.each(wrong)('refuse %s', (_name, options, message, remedy) => {
    const mistake = mistakeAt((ctx) => ctx.buy('main', 1, options as OrderOptions));
    expect(mistake).toMatchObject({ code: 'order-option' });
    expect(mistake.message).toMatch(message);
    expect(mistake.remedy).toMatch(remedy);
  });
});

describe('handles', () => {
  it('are live and cannot be changed', () => {
    const seen: unknown[] = [];
    let handle: OrderHandle | null = null;
    play({
      0(ctx) {
        handle = ctx.buy('main', 10, { tag: 'in' });
        seen.push([handle.id, handle.side, handle.status, handle.isOpen, handle.fillPrice, handle.tag]);
        expect(() => Object.assign(handle as object, { quantity: 1 })).toThrow(TypeError);
      },
      1: () => seen.push([handle?.status, handle?.isOpen, handle?.filledQuantity, handle?.fillPrice]),
    });
    expect(seen).toEqual([
      [0, 'buy', 'waiting', true, null, 'in'],
      ['filled', false, 10, 100],
    ]);
  });

  it('lead to the protective orders once the entry has filled', () => {
    const seen: unknown[] = [];
    let handle: OrderHandle | null = null;
    play({
      0: (ctx) => (handle = ctx.buy('main', 10, { stopLoss: 90, takeProfit: 200 })),
      1: () => seen.push(handle?.stopLoss?.stop, handle?.takeProfit?.limit, handle?.stopLoss === handle?.stopLoss),
    });
    expect(seen).toEqual([90, 200, true]);
  });

  it('amend and cancel what waits', () => {
    const seen: unknown[] = [];
    let handle: OrderHandle | null = null;
    const result = play({
      0: (ctx) => (handle = ctx.buy('main', 10, { limit: 50 })),
      1: () => seen.push(handle?.amend({ limit: 60, quantity: 5 }), handle?.limit, handle?.quantity, handle?.stop),
      2: () => seen.push(handle?.cancel(), handle?.status, handle?.cancel(), handle?.amend({ limit: 70 })),
    });
    expect(seen).toEqual([true, 60, 5, null, true, 'cancelled', false, false]);
    expect(result.log.at(-1)?.text).toMatch(/order 0 was not amended: The order is cancelled/);
  });

  it.each([
    ['nothing to change', {}, /nothing to change/],
    ['no object', undefined, /the fields are undefined/],
    ['a field that does not exist', { price: 5 }, /no field "price"/],
    ['NaN', { limit: NaN }, /limit is NaN/],
    ['a quantity of 0', { quantity: 0 }, /must be above 0/],
  ])('refuse to amend %s', (_name, change, message) => {
    const mistake = mistakeAt((ctx) => ctx.buy('main', 1, { limit: 50 }).amend(change as { limit: number }));
    expect(mistake).toMatchObject({ code: 'order-option' });
    expect(mistake.message).toMatch(message);
  });

  it('say what they are in a log', () => {
    const result = play({ 0: (ctx) => ctx.log(ctx.buy('main', 10)) });
    expect(JSON.parse(result.log[0]?.text ?? '')).toMatchObject({
      id: 0,
      side: 'buy',
      type: 'market',
      quantity: 10,
      status: 'waiting',
    });
  });
});

describe('names that do not exist', () => {
  it('are told for data, with what was meant', () => {
    expect(mistakeAt((ctx) => ctx.buy('mian', 1))).toMatchObject({
      code: 'unknown-data',
      remedy: 'Did you mean "main"? The ids are main.',
    });
    expect(mistakeAt((ctx) => ctx.bars['btc']?.close)).toMatchObject({
      code: 'unknown-data',
      message: 'There is no data "btc".',
    });
    expect(mistakeAt((ctx) => ctx.isFresh('x'))).toMatchObject({ code: 'unknown-data' });
    expect(mistakeAt((ctx) => ctx.openOrders('x'))).toMatchObject({ code: 'unknown-data' });
    expect(mistakeAt((ctx) => ctx.cancelAll('x'))).toMatchObject({ code: 'unknown-data' });
  });

  it('are told when the id was left out', () => {
    const mistake = mistakeAt((ctx) => (ctx.buy as unknown as (amount: number) => void).call(ctx, 10));
    expect(mistake).toMatchObject({ code: 'unknown-data', remedy: "Write buy('main', …). The ids are main." });
  });

  it('leave the bars an ordinary object', () => {
    expect(readAt2(({ bars }) => [Object.keys(bars), 'x' in bars, JSON.stringify(bars).length > 0])).toEqual([
      ['main'],
      false,
      true,
    ]);
  });
});

describe('timers, plots and logs', () => {
  it('refuse names and times that cannot be', () => {
    expect(mistakeAt((ctx) => ctx.timer('', 1))).toMatchObject({ code: 'timer' });
    expect(mistakeAt((ctx) => ctx.timer('x', NaN))).toMatchObject({
      code: 'timer',
      message: expect.stringContaining('NaN'),
    });
    expect(mistakeAt((ctx) => ctx.plot('', 1))).toMatchObject({ code: 'plot' });
    expect(mistakeAt((ctx) => ctx.plot('x', ctx.bars['main']?.close as unknown as number))).toMatchObject({
      code: 'plot',
      remedy: expect.stringContaining('.value'),
    });
  });

  it('say that there is no time yet in init', () => {
    const strategy = defineStrategy({ name: 'x', init: (ctx) => ctx.timer('x', ctx.now + dayMs), onBar() {} });
    expect(mistakeOf(() => run(strategy, [closesFeed([1])])).message).toContain(
      'before the first bar there is no ctx.now',
    );
  });

  it('keep at most ten thousand timers waiting', () => {
    const mistake = mistakeAt((ctx) => {
      for (let i = 0; i <= 10_000; i++) ctx.timer('x', ctx.now * 2);
    });
    expect(mistake).toMatchObject({ code: 'timer', message: expect.stringContaining('10000 timers') });
  });

  it('plot points by step', () => {
    expect(play({ 1: (ctx) => ctx.plot('a', 5), 3: (ctx) => ctx.plot('a', 6) }).plots).toEqual({
      a: { steps: [1, 3], values: [5, 6] },
    });
  });
});
