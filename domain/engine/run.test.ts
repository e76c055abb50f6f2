import { describe, expect, it } from 'vitest';
import { defineIndicator } from '../indicators/indicator.ts';
import { profileNames } from '../profiles/index.ts';
import { nativeProfile } from '../profiles/native.ts';
import { defineStrategy } from '../strategy/define-strategy.ts';
import { StrategyMistake } from '../strategy/mistake.ts';
import { flag, int } from '../strategy/params.ts';
import type { Context, OrderHandle } from '../strategy/strategy.ts';
import { dayMs, startTime } from './native/test-market.ts';
import type { BacktestResult } from './result.ts';
import { RunCancelled, runBacktest, StrategyFailure } from './run.ts';
import { prepareRunData } from './run-data.ts';
import { RunMemory } from './run-memory.ts';
import { closesFeed, run, scripted } from './test-run.ts';

const closes = [100, 102, 104, 106, 108];
const feed = closesFeed(closes);

const thrownBy = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe('a run', () => {
  it('fills at the next open and marks equity at the close of each bar', () => {
    const result = run(scripted({ 1: (ctx) => ctx.buy('main', 10), 3: (ctx) => ctx.close('main') }), [feed], {
      config: { commission: 0.001 },
    });
    // bought at bar 2's open of 102: 1020 and 1.02 commission; sold at bar 4's open of 106: 1060 and 1.06
    expect(result.fills.map(({ step, price, quantity, commission }) => [step, price, quantity, commission])).toEqual([
      [2, 102, 10, 1.02],
      [4, 106, 10, 1.06],
    ]);
    expect([...result.equity]).toEqual([10_000, 10_000, 10_018.98, 10_038.98, 10_037.92]);
    expect(result).toMatchObject({
      strategy: 'scripted',
      warmUpSteps: 0,
      params: {},
      settings: { profile: 'native', seed: 1, cash: 10_000 },
    });
    expect(result.feeds).toEqual([
      {
        id: 'main',
        symbol: 'TEST',
        timeframeMs: dayMs,
        bars: 5,
        firstTime: startTime,
        lastTime: startTime + 4 * dayMs,
      },
    ]);
    expect(result.statistics.trades).toBe(1);
  });

  it('is equal to the last bit when it is repeated', () => {
    const strategy = defineStrategy({
      name: 'dice',
      init: (ctx) => ({ sma: ctx.ta.sma(ctx.bars.main.close, 2) }),
      onBar(ctx, { sma }) {
        ctx.targetPercent('main', ctx.random() * 2 - 1);
        ctx.plot('sma', sma.value);
        ctx.log(ctx.random(), sma);
      },
    });
    const twice = [run(strategy, [feed], { seed: 7 }), run(strategy, [feed], { seed: 7 })] as const;
    expect(twice[0]).toEqual(twice[1]);
    expect(twice[0].fills.length).toBeGreaterThan(2);
    expect(run(strategy, [feed], { seed: 8 }).tradeHash).not.toBe(twice[0].tradeHash);
  });

  it('may share its data with other runs and leaves them as they were', () => {
    const strategy = scripted({ 0: (ctx) => ctx.buy('main', 10) });
    const data = prepareRunData(strategy.data, [feed]);
    const request = { trader: { strategy, params: {} }, data, profile: nativeProfile({}) };
    expect(runBacktest(request)).toEqual(runBacktest(request));
  });

  it('keeps no logs and plots of a batch, and the same trades', () => {
    const strategy = defineStrategy({
      name: 'talk',
      onBar(ctx) {
        ctx.log('bar', ctx.step);
        ctx.plot('step', ctx.step);
        ctx.targetQuantity('main', ctx.step);
      },
    });
    const full = run(strategy, [feed]);
    const summary = run(strategy, [feed], { keep: 'summary' });
    expect(full.log).toHaveLength(5);
    expect(summary).toMatchObject({
      log: [],
      logDropped: 0,
      plots: {},
      tradeHash: full.tradeHash,
      statistics: full.statistics,
    });
  });

  it.each(['native', 'backtrader', 'lean'])(
    'shows a strategy in a batch what it sees in a full run under %s',
    (profile) => {
      const waves = Array.from({ length: 600 }, (_, i) => 100 + 8 * Math.sin(i / 3) + (i % 7));
      const watch = (keep: 'full' | 'summary'): { readonly seen: unknown[]; readonly result: BacktestResult } => {
        const seen: unknown[] = [];
        const made: OrderHandle[] = [];
        const strategy = defineStrategy({
          name: 'watch',
          onBar(ctx) {
            const { step } = ctx;
            if (step % 5 === 0) {
              const options = step % 15 === 0 && profile === 'native' ? { stopLoss: 80, takeProfit: 109 } : {};
              made.push(ctx.buy('main', 1 + (step % 3), options));
            }
            if (step % 11 === 0) made.push(ctx.buy('main', 1, { limit: 90 }));
            if (step % 11 === 6) seen.push(ctx.cancelAll('main'));
            if (step % 13 === 0) ctx.close('main');
            for (const open of ctx.openOrders('main')) seen.push(open.id, made.indexOf(open));
            const old = made[(step * 7) % (made.length + 1)];
            if (old === undefined) return;
            seen.push(old.status, old.fillPrice, old.stopLoss?.status, old.stopLoss === old.stopLoss, old.cancel());
            if (old.stopLoss !== null) made.push(old.stopLoss);
          },
        });
        return { seen, result: run(strategy, [closesFeed(waves)], { profile, keep }) };
      };
      const full = watch('full');
      const summary = watch('summary');
      expect(full.result.fills.length).toBeGreaterThan(100);
      expect(summary.seen).toEqual(full.seen);
      expect(summary.result.tradeHash).toBe(full.result.tradeHash);
      expect(summary.result.statistics).toEqual(full.result.statistics);
      expect(summary.result.equity).toEqual(full.result.equity);
      expect(summary.result).toMatchObject({ orders: [], fills: [], trades: [] });
    },
  );

  it.each(profileNames)(
    'over memory that others have used comes to what it comes to over new memory, under %s',
    (profile) => {
      const waves = closesFeed(Array.from({ length: 300 }, (_, i) => 100 + 8 * Math.sin(i / 3) + (i % 7)));
      const own = defineIndicator({
        name: 'own',
        takes: ['close'],
        gives: ['up', 'down'],
        start: () => ({ lookback: 1, next: (out, close) => void (close > 100 ? (out[0] = close) : (out[1] = close)) }),
      });
      const strategy = defineStrategy({
        name: 'x',
        params: { length: int(10, { min: 2, max: 50 }), throwsAt: int(1000, { min: 0, max: 1000 }) },
        init: ({ bars, ta }, { length }) => ({
          sma: ta.sma(bars.main.close, length),
          bands: ta.bbands(bars.main.close, length),
          own: own(bars.main),
        }),
        onBar(ctx, { sma, bands, own: { up, down } }, { length, throwsAt }) {
          if (ctx.step === throwsAt) throw new Error('enough');
          ctx.log(sma, bands.upper, up, down);
          if (ctx.step % length === 0) ctx.buy('main', 3);
          if (ctx.step % 23 === 0) ctx.close('main');
        },
      });
      const memory = new RunMemory();
      run(strategy, [waves], { profile, memory, params: { length: 3 } });
      expect(() => run(strategy, [waves], { profile, memory, params: { throwsAt: 100 } })).toThrow(StrategyFailure);
      const fresh = run(strategy, [waves], { profile });
      expect(run(strategy, [waves], { profile, memory })).toEqual(fresh);
      expect(fresh.fills.length).toBeGreaterThan(20);
    },
  );

  it('trades from the first step of its span on, with indicators that are warm by then', () => {
    const seen: unknown[] = [];
    const strategy = defineStrategy({
      name: 'x',
      init: (ctx) => ({ sma: ctx.ta.sma(ctx.bars.main.close, 2) }),
      onBar: (ctx, { sma }) => void seen.push([ctx.step, sma.value]),
    });
    const result = run(strategy, [feed], { tradeFrom: startTime + 3 * dayMs });
    expect(seen).toEqual([
      [3, 105],
      [4, 107],
    ]);
    expect(result.warmUpSteps).toBe(3);
    expect(result.statistics.duration).toBe(2);
  });

  it('waits for indicators that need longer than the span leaves', () => {
    const strategy = defineStrategy({
      name: 'x',
      init: (ctx) => ({ sma: ctx.ta.sma(ctx.bars.main.close, 5) }),
      onBar: (ctx) => void ctx.buy('main', 1),
    });
    const result = run(strategy, [feed], { tradeFrom: startTime + 2 * dayMs });
    expect(result.orders.map(({ createdStep }) => createdStep)).toEqual([4]);
  });

  it('ends without trades where the indicators never warm', () => {
    let stopped = 0;
    const strategy = defineStrategy({
      name: 'x',
      init: (ctx) => ({ sma: ctx.ta.sma(ctx.bars.main.close, 50) }),
      onBar: (ctx) => void ctx.buy('main', 1),
      onStop: () => void stopped++,
    });
    const result = run(strategy, [feed]);
    expect(result).toMatchObject({ warmUpSteps: 5, orders: [], trades: [], statistics: { return: 0 } });
    expect([...result.equity]).toEqual([10_000, 10_000, 10_000, 10_000, 10_000]);
    expect(stopped).toBe(1);
  });

  it('calls a ruined strategy no more, and says in its log what happened', () => {
    const steps: number[] = [];
    const strategy = defineStrategy({
      name: 'all-in',
      onBar(ctx) {
        steps.push(ctx.step);
        if (ctx.step === 0) ctx.sell('main', { percent: 1 });
      },
    });
    const result = run(strategy, [closesFeed([100, 100, 250, 250, 250])]);
    expect(steps).toEqual([0, 1]); // the rise of the third bar closes the account before its close
    expect(result.equity.at(-1)).toBe(0);
    expect(result.log.at(-1)?.text).toMatch(/^Ruined: /);
    expect(result.notes.at(-1)).toMatch(/^Ruined: /);
  });
});

describe('cancelling', () => {
  it('ends the run with an error of its own', () => {
    const seen: unknown[] = [];
    const onProgress = (progress: unknown): boolean => {
      seen.push(progress);
      return false;
    };
    expect(() => run(scripted({}), [feed], { onProgress })).toThrow(RunCancelled);
    expect(seen).toEqual([{ step: 0, steps: 5, equity: 10_000 }]);
  });

  it('passes on what the report of progress throws', () => {
    const gone = new Error('gone');
    const onProgress = (): boolean => {
      throw gone;
    };
    expect(thrownBy(() => run(scripted({}), [feed], { onProgress }))).toBe(gone);
  });
});

describe('a strategy that throws', () => {
  const broken = (): never => {
    throw new TypeError('mine');
  };
  const order = (ctx: Context): void => void ctx.buy('main', 1);
  const timer = (ctx: Context): void => ctx.timer('x', ctx.now);
  const cases = [
    ['constraint', defineStrategy({ name: 'x', constraint: broken, onBar() {} }), -1],
    ['init', defineStrategy({ name: 'x', init: broken, onBar() {} }), -1],
    ['onBar', scripted({ 2: broken }), 2],
    ['onFill', defineStrategy({ name: 'x', onBar: order, onFill: broken }), 1],
    ['onOrder', defineStrategy({ name: 'x', onBar: order, onOrder: broken }), 1],
    ['onTimer', defineStrategy({ name: 'x', onBar: timer, onTimer: broken }), 1],
    ['onStop', defineStrategy({ name: 'x', onBar() {}, onStop: broken }), 4],
  ] as const;

  it.each(cases)('in %s is told with its place and its cause', (handler, strategy, step) => {
    const failure = thrownBy(() => run(strategy, [feed]));
    expect(failure).toBeInstanceOf(StrategyFailure);
    expect(failure).toMatchObject({
      handler,
      step,
      time: step < 0 ? NaN : startTime + step * dayMs,
      cause: new TypeError('mine'),
    });
  });

  it('may throw anything', () => {
    const strategy = scripted({
      0: () => {
        // eslint-disable-next-line typescript/only-throw-error -- a strategy can
        throw null;
      },
    });
    expect(thrownBy(() => run(strategy, [feed]))).toMatchObject({ handler: 'onBar', cause: null });
  });
});

describe('what is not the strategy’s fault', () => {
  it('is not shown as its failure: money that can no longer be counted', () => {
    // 1e5 units at a price that rises to 1e13 are worth more than 2^53 cents at the exit, which fills outside of any handler.
    const strategy = scripted({ 0: (ctx) => ctx.buy('main', 100_000, { takeProfit: 1e13 }) });
    const rising = closesFeed([0.01, 0.01, 0.01, 2e13], { tick: 0.01 });
    const error = thrownBy(() => run(strategy, [rising]));
    expect(error).toMatchObject({ code: 'money-overflow' });
    expect(error).not.toBeInstanceOf(StrategyFailure);
  });

  it('passes through a trader that is no strategy', () => {
    const gone = new Error('gone');
    const trader = {
      name: 'tape',
      start: () => ({
        advance() {},
        isWarm: () => true,
        act() {
          throw gone;
        },
        stop() {},
      }),
    };
    expect(
      thrownBy(() => runBacktest({ trader, data: prepareRunData('all', [feed]), profile: nativeProfile({}) })),
    ).toBe(gone);
  });
});

describe('parameters', () => {
  const strategy = defineStrategy({
    name: 'p',
    params: { fast: int(10, { min: 2, max: 20 }), strict: flag(false) },
    constraint: (p) => p.fast !== 13,
    onBar: (ctx, _state, p) => ctx.log(p.fast, p.strict),
  });

  it('take their defaults and reach the handlers and the result', () => {
    const result = run(strategy, [feed], { params: { fast: 5 } });
    expect(result.params).toEqual({ fast: 5, strict: false });
    expect(result.log[0]?.text).toBe('5 false');
  });

  it.each([
    ['out of range', { fast: 21 }, 'param-value'],
    ['unknown', { fats: 5 }, 'param-value'],
    ['excluded by the constraint', { fast: 13 }, 'param-constraint'],
  ])('are refused when %s', (_name, params, code) => {
    const error = thrownBy(() => run(strategy, [feed], { params }));
    expect(error).toBeInstanceOf(StrategyMistake);
    expect(error).toMatchObject({ code });
  });
});
