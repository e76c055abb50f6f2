import { describe, expect, it } from 'vitest';
import { barsOf, dayMs, feedOf, startTime } from '../engine/native/test-market.ts';
import { closesFeed, flatBars, keepRows, mistakeOf, run, scripted } from '../engine/test-run.ts';
import { defineIndicator } from '../indicators/indicator.ts';
import type { SingleRun } from '../indicators/indicator.ts';
import { defineStrategy } from './define-strategy.ts';
import { int } from './params.ts';
import type { Context, OrderHandle } from './strategy.ts';

const closes = [100, 102, 104, 106, 108];
const feed = closesFeed(closes);
const hourMs = 3_600_000;

describe('the handlers of one step', () => {
  it('come in order: news of orders, timers, the bar', () => {
    const seen: string[] = [];
    const strategy = defineStrategy({
      name: 'order',
      init: () => void seen.push('init'),
      onBar(ctx) {
        seen.push(`${ctx.step} bar`);
        if (ctx.step > 0) return;
        ctx.timer('later', ctx.now + dayMs);
        ctx.buy('main', 1);
        ctx.buy('main', 1, { limit: 1 });
      },
      onFill: (ctx, fill, order) => void seen.push(`${ctx.step} fill ${fill.order} ${order.status} ${fill.price}`),
      onOrder: (ctx, order) => void seen.push(`${ctx.step} order ${order.id} ${order.status}`),
      onTimer: (ctx, name) => void seen.push(`${ctx.step} timer ${name}`),
      onStop: (ctx) => void seen.push(`${ctx.step} stop`),
    });
    run(strategy, [closesFeed([100, 102])]);
    // Acceptances are told with the fill, one bar later; a handle shows the order as it is by then.
    expect(seen).toEqual([
      'init',
      '0 bar',
      '1 order 0 filled',
      '1 order 1 waiting',
      '1 fill 0 filled 100',
      '1 timer later',
      '1 bar',
      '1 stop',
    ]);
  });

  it('tell what the last bar filled before the run ends', () => {
    const seen: unknown[] = [];
    const strategy = defineStrategy({
      name: 'last',
      onBar: (ctx) => void (ctx.step === 1 && ctx.buy('main', 1)),
      onFill: (ctx, fill) => void seen.push([ctx.step, fill.step]),
      onStop: () => void seen.push('stop'),
    });
    run(strategy, [closesFeed([100, 102])], { config: { fillAt: 'same-close' } });
    expect(seen).toEqual([[1, 1], 'stop']);
  });

  it('hand out fills that nobody can change', () => {
    const strategy = defineStrategy({
      name: 'x',
      onBar: (ctx) => void (ctx.step === 0 && ctx.buy('main', 1)),
      onFill: (_ctx, fill) => void Object.assign(fill, { price: 1 }),
    });
    expect(() => run(strategy, [feed])).toThrow(
      expect.objectContaining({ handler: 'onFill', cause: expect.any(TypeError) }),
    );
  });

  it('may answer a fill with an order that counts from the same bar on', () => {
    const strategy = defineStrategy({
      name: 'x',
      onBar: (ctx) => void (ctx.step === 0 && ctx.buy('main', 1)),
      onFill: (ctx, fill) => void (fill.side === 'buy' && ctx.sell('main', 1)),
    });
    expect(run(strategy, [feed]).fills.map(({ step, price }) => [step, price])).toEqual([
      [1, 100],
      [2, 102],
    ]);
  });

  it('end a storm of orders that answer each other', () => {
    const strategy = defineStrategy({
      name: 'storm',
      onBar: (ctx) => void ctx.buy('main', 1, { limit: 1 }),
      onOrder: (ctx, order) => void (order.isOpen ? order.cancel() : ctx.buy('main', 1, { limit: 1 })),
    });
    expect(mistakeOf(() => run(strategy, [feed]))).toMatchObject({ code: 'order-storm' });
  });
});

describe('timers', () => {
  it('ring once, at the first step that has reached their time, in order of time', () => {
    const seen: string[] = [];
    const strategy = defineStrategy({
      name: 'x',
      init(ctx) {
        ctx.timer('late', startTime + 3.5 * dayMs);
        ctx.timer('b', startTime + 2 * dayMs);
        ctx.timer('a', startTime + dayMs);
        ctx.timer('b again', startTime + 2 * dayMs);
      },
      onBar() {},
      onTimer: (ctx, name) => void seen.push(`${ctx.step} ${name}`),
    });
    run(strategy, [feed]);
    expect(seen).toEqual(['0 a', '1 b', '1 b again', '3 late']);
  });

  it('set while they ring wait for the next step', () => {
    const seen: number[] = [];
    const strategy = defineStrategy({
      name: 'x',
      init: (ctx) => ctx.timer('again', 0),
      onBar() {},
      onTimer(ctx) {
        seen.push(ctx.step);
        ctx.timer('again', 0);
      },
    });
    run(strategy, [feed]);
    expect(seen).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('warm-up', () => {
  it('is the longest lookback, of indicators on indicators too', () => {
    const steps: number[] = [];
    const strategy = defineStrategy({
      name: 'x',
      init: ({ bars, ta }) => ({ short: ta.sma(bars.main.close, 2), long: ta.sma(ta.sma(bars.main.close, 2), 3) }),
      onBar(ctx, { long }) {
        steps.push(ctx.step);
        expect(long.value).not.toBeNaN();
      },
    });
    expect(run(strategy, [feed]).warmUpSteps).toBe(3);
    expect(steps).toEqual([3, 4]);
  });

  it('waits for the first bar of every feed', () => {
    const steps: number[] = [];
    const strategy = defineStrategy({
      name: 'x',
      data: [{ id: 'a' }, { id: 'b' }],
      onBar: (ctx) => void steps.push(ctx.step),
    });
    run(strategy, [
      closesFeed(closes, { id: 'a' }),
      feedOf(flatBars([1, 2], { start: startTime + 2 * dayMs }), { id: 'b' }),
    ]);
    expect(steps).toEqual([2, 3, 4]);
  });
});

describe('several feeds', () => {
  const two = [{ id: 'a' }, { id: 'b' }] as const;
  const gap = { ...closesFeed(closes, { id: 'b' }) };
  const withGap = { ...gap, bars: keepRows(gap.bars, (row) => row !== 2) };

  it('show where they have come, and which are fresh', () => {
    const seen: unknown[] = [];
    const strategy = defineStrategy({
      name: 'x',
      data: two,
      onBar: (ctx) =>
        void seen.push([
          ctx.bars.a.close.value,
          ctx.bars.b.close.value,
          ctx.bars.b.length,
          ctx.isFresh('a'),
          ctx.isFresh('b'),
        ]),
    });
    run(strategy, [closesFeed(closes, { id: 'a' }), withGap]);
    expect(seen).toEqual([
      [100, 100, 1, true, true],
      [102, 102, 2, true, true],
      [104, 102, 2, true, false],
      [106, 106, 3, true, true],
      [108, 108, 4, true, true],
    ]);
  });

  it('fill orders only at bars of their own', () => {
    const strategy = scripted(
      { 1: (ctx) => [ctx.buy('a', 1), ctx.buy('b', 1)], 2: (ctx) => ctx.targetQuantity('b', 1) },
      two,
    );
    const { fills } = run(strategy, [closesFeed(closes, { id: 'a' }), withGap]);
    // b is silent at step 2: its order waits, counts towards the target made meanwhile, and fills at step 3.
    expect(fills.map(({ feed: of, step, bar }) => [of, step, bar])).toEqual([
      [0, 2, 2],
      [1, 3, 2],
    ]);
  });

  it('that never trade change nothing for the other', () => {
    const alone = run(scripted({ 0: (ctx) => ctx.buy('a', 5), 3: (ctx) => ctx.close('a') }, [{ id: 'a' }]), [
      closesFeed(closes, { id: 'a' }),
    ]);
    const both = run(scripted({ 0: (ctx) => ctx.buy('a', 5), 3: (ctx) => ctx.close('a') }, two), [
      closesFeed(closes, { id: 'a' }),
      closesFeed([7, 1, 9, 2, 8], { id: 'b' }),
    ]);
    expect(both.equity).toEqual(alone.equity);
    expect(both.fills).toEqual(alone.fills);
    expect(both.trades).toEqual(alone.trades);
  });
});

describe('bars of a longer timeframe', () => {
  const hours = feedOf(
    flatBars(
      Array.from({ length: 72 }, (_, i) => 100 + i),
      { stepMs: hourMs },
    ),
    { timeframeMs: hourMs },
  );
  const data = [{ id: 'main' }, { id: 'day', from: 'main', timeframe: '1d' }] as const;

  it('are seen only when they are complete, and are fresh at that step alone', () => {
    const seen: unknown[] = [];
    const strategy = defineStrategy({
      name: 'x',
      data,
      init: ({ bars, ta }) => ({ mean: ta.sma(bars.day.close, 2) }),
      onBar(ctx, { mean }) {
        if (ctx.isFresh('day')) seen.push([ctx.step, ctx.bars.day.close.value, mean.value, ctx.bars.day.length]);
        expect(ctx.bars.day.length).toBe(Math.floor((ctx.step + 1) / 24));
      },
    });
    expect(run(strategy, [hours]).warmUpSteps).toBe(47);
    expect(seen).toEqual([
      [47, 147, 135, 2],
      [71, 171, 159, 3],
    ]);
  });

  it('take orders for the feed they are made of', () => {
    const strategy = defineStrategy({
      name: 'x',
      data,
      onBar: (ctx) => void (ctx.step === 30 && [ctx.buy('day', 5), expect(ctx.position().isFlat).toBe(true)]),
    });
    const result = run(strategy, [hours]);
    expect(result.fills.map(({ feed: of, step }) => [of, step])).toEqual([[0, 31]]);
  });
});

describe('an indicator of one’s own', () => {
  const echo = (seen: unknown[]) =>
    defineIndicator({
      name: 'echo',
      takes: ['close'],
      gives: ['value'],
      start: (factor: number) => ({
        lookback: 0,
        next(close) {
          seen.push(close);
          return close * factor;
        },
      }),
    });

  it('is stepped bar by bar, never ahead', () => {
    const seen: unknown[] = [];
    const strategy = defineStrategy({
      name: 'x',
      init: ({ bars, ta }) => {
        const own = echo(seen)(bars.main, 2);
        return { own, mean: ta.sma(own, 2) };
      },
      onBar(ctx, { own, mean }) {
        expect(seen).toEqual(closes.slice(0, ctx.step + 1));
        expect(own.value).toBe(ctx.bars.main.close.value * 2);
        expect(mean.value).toBe(ctx.bars.main.close.value + ctx.bars.main.close.ago(1));
      },
    });
    expect(run(strategy, [feed]).warmUpSteps).toBe(1);
  });

  it('sees every bar of a longer timeframe, also where several end at once', () => {
    const seen: unknown[] = [];
    const bars = keepRows(
      flatBars(
        Array.from({ length: 96 }, (_, i) => i),
        { stepMs: hourMs },
      ),
      (row) => row < 20 || (row >= 30 && row < 40) || row >= 90,
    );
    const strategy = defineStrategy({
      name: 'x',
      data: [{ id: 'main' }, { id: 'day', from: 'main', timeframe: '1d' }],
      init: (ctx) => ({ own: echo(seen)(ctx.bars.day, 1) }),
      onBar(ctx) {
        expect(seen).toHaveLength(ctx.bars.day.length);
      },
    });
    run(strategy, [feedOf(bars, { timeframeMs: hourMs })]);
    expect(seen).toEqual([19, 39, 95]);
  });

  it('that throws is named as the place', () => {
    const broken = defineIndicator({
      name: 'broken',
      takes: ['close'],
      gives: ['value'],
      start: () => ({
        lookback: 0,
        next: () => {
          throw new Error('mine');
        },
      }),
    });
    const strategy = defineStrategy({ name: 'x', init: (ctx) => ({ own: broken(ctx.bars.main) }), onBar() {} });
    expect(() => run(strategy, [feed])).toThrow(expect.objectContaining({ handler: 'indicator', step: 0 }));
  });

  it('cannot order: its bar has not filled anything yet', () => {
    const ordering = (order: (ctx: Context<'main'>) => unknown) =>
      defineStrategy({
        name: 'peek',
        init(ctx) {
          const peek = defineIndicator({
            name: 'peek',
            takes: ['close'],
            gives: ['value'],
            start: () => ({ lookback: 0, next: (close): number => (close > 100 ? Number(order(ctx)) : 0) }),
          });
          return { own: peek(ctx.bars.main) };
        },
        onBar() {},
      });
    for (const order of [
      (ctx: Context<'main'>) => ctx.buy('main', 1),
      (ctx: Context<'main'>) => ctx.targetPercent('main', 1),
      (ctx: Context<'main'>) => ctx.cancelAll(),
    ]) {
      expect(mistakeOf(() => run(ordering(order), [feed]))).toMatchObject({
        code: 'order-outside-run',
        message: expect.stringContaining('inside an indicator'),
      });
    }
  });

  it.each([
    ['no lookback', { next: (): number => 1 }],
    ['a lookback of half a bar', { lookback: 0.5, next: (): number => 1 }],
    ['no next', { lookback: 0 }],
    ['nothing', undefined],
  ])('that starts with %s is refused', (_name, started) => {
    const odd = defineIndicator({
      name: 'odd',
      takes: ['close'],
      gives: ['value'],
      start: () => started as unknown as SingleRun,
    });
    const strategy = defineStrategy({ name: 'x', init: (ctx) => ({ own: odd(ctx.bars.main) }), onBar() {} });
    expect(mistakeOf(() => run(strategy, [feed]))).toMatchObject({ code: 'indicator-shape' });
  });

  it('that forgets to return its value is told', () => {
    const silent = defineIndicator({
      name: 'silent',
      takes: ['close'],
      gives: ['value'],
      start: () => ({ lookback: 0, next: (() => undefined) as unknown as () => number }),
    });
    const strategy = defineStrategy({ name: 'x', init: (ctx) => ({ own: silent(ctx.bars.main) }), onBar() {} });
    expect(mistakeOf(() => run(strategy, [feed]))).toMatchObject({
      code: 'indicator-shape',
      message: 'next of an indicator returned nothing.',
    });
  });

  it('cannot be made after init', () => {
    expect(
      mistakeOf(() => run(scripted({ 1: (ctx) => ctx.ta.sma(ctx.bars['main']!.close, 2) }), [feed])),
    ).toMatchObject({ code: 'indicator-late' }); // the only feed
  });
});

describe('what a strategy holds on to', () => {
  it('is refused orders in init and after the last bar', () => {
    const inInit = defineStrategy({ name: 'x', init: (ctx) => ({ order: ctx.buy('main', 1) }), onBar() {} });
    expect(mistakeOf(() => run(inInit, [feed]))).toMatchObject({
      code: 'order-outside-run',
      message: expect.stringContaining('in init'),
    });
    const inStop = defineStrategy({ name: 'x', onBar() {}, onStop: (ctx) => void ctx.buy('main', 1) });
    expect(mistakeOf(() => run(inStop, [feed]))).toMatchObject({
      code: 'order-outside-run',
      message: expect.stringContaining('after the last bar'),
    });
  });

  it('answers reads after the run, and writes nothing any more', () => {
    let kept: Context | null = null;
    const orders: OrderHandle[] = [];
    const result = run(scripted({ 3: (ctx) => [(kept = ctx), orders.push(ctx.buy('main', 1, { limit: 1 }))] }), [feed]);
    const ctx = kept as Context | null;
    ctx?.log('late');
    ctx?.plot('late', 1);
    expect(result).toMatchObject({ log: [], plots: {} });
    expect(ctx?.equity).toBe(10_000);
    expect(mistakeOf(() => ctx?.buy('main', 1))).toMatchObject({ code: 'order-outside-run' });
    expect(mistakeOf(() => orders[0]?.cancel())).toMatchObject({ code: 'order-outside-run' });
  });

  it('may be a context that was stored, which is the same at every step', () => {
    const seen = new Set<unknown>();
    run(defineStrategy({ name: 'x', init: (ctx) => void seen.add(ctx), onBar: (ctx) => void seen.add(ctx) }), [feed]);
    expect(seen.size).toBe(1);
  });
});

describe('a state that init did not return', () => {
  it('is told where it is read, written or taken apart', () => {
    const forgets = (use: (state: { fast: number }) => unknown) =>
      defineStrategy({
        name: 'x',
        init: (() => undefined) as unknown as () => { fast: number },
        onBar: (_ctx, state) => void use(state),
      });
    for (const use of [({ fast }: { fast: number }) => fast, (state: { fast: number }) => (state.fast = 1)]) {
      expect(mistakeOf(() => run(forgets(use), [feed]))).toMatchObject({
        code: 'state-missing',
        message: expect.stringContaining('"fast"'),
        remedy: expect.stringContaining('return {'),
      });
    }
    expect(
      mistakeOf(() =>
        run(
          forgets((state) => {
            const [first] = state as unknown as number[];
            return first;
          }),
          [feed],
        ),
      ),
    ).toMatchObject({ code: 'state-missing' });
  });

  it('may be null, 0 or an empty text', () => {
    for (const state of [null, 0, '']) {
      const seen: unknown[] = [];
      run(defineStrategy({ name: 'x', init: () => state, onBar: (_ctx, given) => void seen.push(given) }), [feed]);
      expect(seen[0]).toBe(state);
    }
  });
});

describe('parameters in the handlers', () => {
  const reading = (read: (p: Readonly<Record<string, unknown>>) => unknown) =>
    defineStrategy({ name: 'x', params: { fast: int(3) }, onBar: (_ctx, _state, p) => void read(p) });

  it('tell a name that does not exist, where undefined would be a default', () => {
    expect(
      mistakeOf(() =>
        run(
          reading((p) => p['fats']),
          [feed],
        ),
      ),
    ).toMatchObject({ code: 'param-unknown', remedy: 'Did you mean "fast"? The parameters are fast.' });
    const none = defineStrategy({ name: 'x', onBar: (_ctx, _state, p) => void (p as { fast?: number }).fast });
    expect(mistakeOf(() => run(none, [feed]))).toMatchObject({ remedy: 'This strategy declares no params.' });
  });

  it('can be spread, listed and written as JSON, and not changed', () => {
    const seen: unknown[] = [];
    run(
      reading((p) => seen.push({ ...p }, Object.keys(p), JSON.stringify(p), 'slow' in p)),
      [feed],
    );
    expect(seen.slice(0, 4)).toEqual([{ fast: 3 }, ['fast'], '{"fast":3}', false]);
    expect(() =>
      run(
        reading((p) => Object.assign(p, { fast: 4 })),
        [feed],
      ),
    ).toThrow(expect.objectContaining({ cause: expect.any(TypeError) }));
  });
});

describe('an async handler', () => {
  // eslint-disable-next-line unicorn/no-thenable -- what a promise is known by
  const never = { then: () => undefined };
  const order = (ctx: Context): void => void ctx.buy('main', 1);
  it.each([
    ['init', defineStrategy({ name: 'x', init: () => never, onBar() {} })],
    ['onBar', defineStrategy({ name: 'x', onBar: () => never })],
    ['onFill', defineStrategy({ name: 'x', onBar: order, onFill: () => never })],
    ['onOrder', defineStrategy({ name: 'x', onBar: order, onOrder: () => never })],
    ['onTimer', defineStrategy({ name: 'x', onBar: (ctx) => ctx.timer('x', 0), onTimer: () => never })],
    ['onStop', defineStrategy({ name: 'x', onBar() {}, onStop: () => never })],
  ])('%s is refused', (handler, strategy) => {
    expect(mistakeOf(() => run(strategy, [feed]))).toMatchObject({
      code: 'async-handler',
      message: expect.stringContaining(handler),
    });
  });

  it('that rejects does so unheard: what is told is that it is async', async () => {
    const strategy = defineStrategy({ name: 'x', onBar: () => Promise.reject(new Error('lost')) as unknown as void });
    expect(mistakeOf(() => run(strategy, [feed]))).toMatchObject({ code: 'async-handler' });
    await Promise.resolve(); // an unheard rejection would fail the test run here
  });
});

it('reads series by index only to say how they are read', () => {
  for (const index of [0, 1, -1]) {
    const read = scripted({ 0: (ctx) => Reflect.get(ctx.bars['main']!.close, index) }); // the only feed
    expect(mistakeOf(() => run(read, [feed]))).toMatchObject({
      code: 'series-index',
      remedy: expect.stringContaining('close.value'),
    });
  }
});

it('compares series by their newest values', () => {
  const seen: unknown[] = [];
  run(
    scripted({
      2: ({ bars: { main } }) => seen.push(main!.close > main!.open, Number(main!.close) + 1, main!.close > main!.high),
    }),
    [
      feedOf(
        barsOf([
          [1, 2, 1, 2],
          [2, 3, 2, 3],
          [3, 4, 3, 4],
        ]),
      ),
    ],
  ); // the only feed
  expect(seen).toEqual([true, 5, false]);
});
