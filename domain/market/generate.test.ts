import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { barColumns } from './bars.ts';
import type { Bars } from './bars.ts';
import { dayIndex, dayMs, formatShort, hourMs, isWeekend, minuteMs, parseTime, timeOfDay } from './calendar.ts';
import { exponential, generatePrices } from './generate.ts';
import type { GenerateOptions } from './generate.ts';
import { MarketDataMistake } from './mistake.ts';
import { detectTimeframe, formatTimeframe, parseTimeframe } from './timeframe.ts';
import { marketKinds } from './trading-hours.ts';
import type { MarketKind } from './trading-hours.ts';

const optionsFor = (
  market: MarketKind,
  timeframe: string,
  bars: number,
  over: Partial<GenerateOptions> = {},
): GenerateOptions => ({
  seed: 1,
  market,
  timeframe: parseTimeframe(timeframe),
  start: parseTime('2015-01-01'),
  bars,
  symbols: [{ symbol: 'AAA' }],
  ...over,
});
const only = (options: GenerateOptions): Bars => {
  const [first] = generatePrices(options);
  if (first === undefined) throw new Error('nothing was generated');
  return first.bars;
};

const hashOf = (bars: Bars): string => {
  const hash = createHash('sha256');
  for (const column of barColumns)
    hash.update(new Uint8Array(bars[column].buffer, bars[column].byteOffset, bars[column].byteLength));
  return hash.digest('hex').slice(0, 16);
};

const returnsOf = ({ close }: Bars): number[] =>
  Array.from(close.subarray(1), (value, i) => Math.log(value / (close[i] ?? NaN)));
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const correlation = (a: readonly number[], b: readonly number[]): number => {
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((value, i) => {
    const other = (b[i] ?? NaN) - mb;
    ab += (value - ma) * other;
    aa += (value - ma) ** 2;
    bb += other ** 2;
  });
  return ab / Math.sqrt(aa * bb);
};
const autocorrelation = (values: readonly number[], lag: number): number =>
  correlation(values.slice(lag), values.slice(0, -lag));
const kurtosis = (values: readonly number[]): number => {
  const m = mean(values);
  const variance = mean(values.map((value) => (value - m) ** 2));
  return mean(values.map((value) => (value - m) ** 4)) / variance ** 2;
};

describe('generatePrices', () => {
  test('gives the same bits for the same seed in every release', () => {
    expect([
      hashOf(only(optionsFor('stock', '1d', 1000, { seed: 42 }))),
      hashOf(only(optionsFor('stock', '5m', 1000, { seed: 42 }))),
      hashOf(only(optionsFor('crypto', '1h', 1000, { seed: 42 }))),
      hashOf(only(optionsFor('fx', '1w', 100, { seed: 42 }))),
    ]).toEqual(['ceb71d1eb47063cc', 'c5b59c8da53d88f9', '0078ff4c99f93faf', '72d249a5319aeedd']);
  });

  test.each(['stock', 'crypto', 'fx'] as const)(
    'is fair to limit orders in %s: what they fill at is what it is worth',
    (market) => {
      for (const timeframe of ['5m', '1d']) {
        const { open, high, low, close } = only(optionsFor(market, timeframe, 20_000, { seed: 3 }));
        const deviation = Math.sqrt(mean(Array.from(close, (value, i) => Math.log(value / open[i]!) ** 2)));
        for (const side of [1, -1]) {
          const edges: number[] = [];
          open.forEach((price, i) => {
            const limit = price * (1 - side * 0.5 * deviation);
            if (side === 1 ? low[i]! <= limit : high[i]! >= limit)
              edges.push((side * Math.log(close[i]! / limit)) / deviation);
          });
          expect(Math.abs(mean(edges))).toBeLessThan(0.05);
        }
      }
    },
  );

  test('gives other prices for other seeds and symbols', () => {
    const hashes = [1, 2, 'x'].flatMap((seed) =>
      generatePrices(optionsFor('stock', '1d', 100, { seed, symbols: [{ symbol: 'A' }, { symbol: 'B' }] })).map(
        ({ bars }) => hashOf(bars),
      ),
    );
    expect(new Set(hashes).size).toBe(6);
  });

  test('makes a symbol alike whichever others are made with it, and a longer run begins as a shorter one', () => {
    const alone = only(optionsFor('stock', '1h', 500));
    const [, together] = generatePrices(
      optionsFor('stock', '1h', 800, { symbols: [{ symbol: 'ZZZ', volatility: 0.9 }, { symbol: 'AAA' }] }),
    );
    for (const column of barColumns)
      expect([...(together?.bars[column].subarray(0, 500) ?? [])]).toEqual([...alone[column]]);
  });

  test.each(marketKinds)(
    'keeps every bar of %s on its grid, with open and close inside the range and volume on its lot',
    (market) => {
      fc.assert(
        fc.property(
          fc.integer(),
          fc.constantFrom('1m', '15m', '1h', '4h', '1d', '1w', '1M'),
          fc.constantFrom(0.01, 0.05, 0.25, 1),
          (seed, timeframe, tick) => {
            const bars = only(
              optionsFor(market, timeframe, 60, { seed, symbols: [{ symbol: 'X', price: 50, tick, volatility: 0.8 }] }),
            );
            expect(bars.time.length).toBe(60);
            for (let i = 0; i < 60; i++) {
              const [time = NaN, open = NaN, high = NaN, low = NaN, close = NaN, volume = NaN] = barColumns.map(
                (column) => bars[column][i],
              );
              expect(low >= tick && low <= open && low <= close && high >= open && high >= close && volume >= 0).toBe(
                true,
              );
              for (const price of [open, high, low, close])
                expect(Math.round(price / tick) * tick).toBeCloseTo(price, 9);
              if (i > 0) expect(time).toBeGreaterThan(bars.time[i - 1] ?? NaN);
              if (market !== 'crypto') expect(Number.isInteger(volume)).toBe(true);
            }
          },
        ),
        { numRuns: 30 },
      );
    },
  );

  test('holds prices that print with the decimals of the tick', () => {
    const bars = only(optionsFor('stock', '1d', 300));
    for (const price of bars.close) expect(String(price)).toMatch(/^\d+(\.\d{1,2})?$/);
  });

  test.each(['1m', '5m', '1h', '4h', '1d', '1w', '1M'])(
    'spaces bars of %s so that their timeframe can be told',
    (timeframe) => {
      for (const market of ['crypto', 'fx'] as const) {
        const detected = detectTimeframe(only(optionsFor(market, timeframe, 200)).time);
        expect(detected === null ? null : formatTimeframe(detected)).toBe(timeframe);
      }
    },
  );
});

describe('generated sessions', () => {
  test('of stocks run from 14:30 to 21:00 on weekdays that are no holidays', () => {
    const { time } = only(optionsFor('stock', '1m', 390 * 300));
    const days = new Set(Array.from(time, dayIndex));
    expect(
      time.filter(
        (moment) => isWeekend(moment) || timeOfDay(moment) < 14.5 * hourMs || timeOfDay(moment) >= 21 * hourMs,
      ),
    ).toHaveLength(0);
    expect(days.size).toBe(300);
    const open = (date: string): boolean => days.has(dayIndex(parseTime(date)));
    expect(
      [
        '2015-01-01',
        '2015-01-19',
        '2015-02-16',
        '2015-05-25',
        '2015-07-03',
        '2015-09-07',
        '2015-11-26',
        '2015-12-25',
      ].filter(open),
    ).toEqual([]);
    expect(['2015-01-02', '2015-07-02', '2015-11-25', '2015-12-24'].filter(open)).toHaveLength(4);
  });

  test('of stocks end with a short bar when the hour does not fit', () => {
    const { time } = only(optionsFor('stock', '1h', 7));
    expect([...time].map((moment) => formatShort(moment).slice(11))).toEqual([
      '14:30',
      '15:30',
      '16:30',
      '17:30',
      '18:30',
      '19:30',
      '20:30',
    ]);
  });

  test('of coins never end', () => {
    const { time } = only(optionsFor('crypto', '1m', 20_000));
    expect(time.every((moment, i) => moment === (time[0] ?? NaN) + i * minuteMs)).toBe(true);
  });

  test('of currencies rest from Friday 22:00 to Sunday 22:00', () => {
    const { time } = only(optionsFor('fx', '1h', 500));
    const pauses = [...time].flatMap((moment, i) =>
      i > 0 && moment - (time[i - 1] ?? 0) > hourMs ? [moment - (time[i - 1] ?? 0)] : [],
    );
    expect(pauses.length).toBeGreaterThan(2);
    for (const pause of pauses) expect(pause).toBe(49 * hourMs);
  });
});

describe('generated prices behave like a market', () => {
  const seeds = [11, 22, 33];

  test.each(marketKinds)('of %s: fat tails, no memory of direction, long memory of size', (market) => {
    for (const seed of seeds) {
      const returns = returnsOf(only(optionsFor(market, '1d', 4000, { seed })));
      const sizes = returns.map(Math.abs);
      expect(kurtosis(returns)).toBeGreaterThan(4.5);
      expect(kurtosis(returns)).toBeLessThan(60);
      // heavy tails make single autocorrelations of 4,000 values scatter by some 0.03
      expect(Math.abs(mean([1, 2, 3, 4, 5, 6].map((lag) => autocorrelation(returns, lag))))).toBeLessThan(0.04);
      expect(autocorrelation(sizes, 1)).toBeGreaterThan(0.06);
      expect(mean([1, 2, 3, 5, 10, 20].map((lag) => autocorrelation(sizes, lag)))).toBeGreaterThan(0.05);
    }
  });

  test('with the volatility asked for', () => {
    for (const [market, perYear] of [
      ['stock', 252],
      ['crypto', 365],
      ['fx', 260],
    ] as const) {
      const annual = mean(
        seeds.map((seed) => {
          const returns = returnsOf(
            only(optionsFor(market, '1d', 4000, { seed, symbols: [{ symbol: 'A', volatility: 0.3 }] })),
          );
          return Math.sqrt(mean(returns.map((value) => value ** 2)) * perYear);
        }),
      );
      expect(annual).toBeGreaterThan(0.25);
      expect(annual).toBeLessThan(0.36);
    }
  });

  test('with volatility that does not depend on how finely it is looked at', () => {
    const annual = (timeframe: string, bars: number, perYear: number): number =>
      mean(
        seeds.map((seed) =>
          Math.sqrt(
            mean(returnsOf(only(optionsFor('crypto', timeframe, bars, { seed }))).map((value) => value ** 2)) * perYear,
          ),
        ),
      );
    expect(annual('1h', 24 * 1500, 365 * 24) / annual('1d', 1500, 365)).toBeGreaterThan(0.75);
    expect(annual('1h', 24 * 1500, 365 * 24) / annual('1d', 1500, 365)).toBeLessThan(1.33);
  });

  test('with symbols that move together as asked', () => {
    const between = (asked: number): number => {
      const [a, b] = generatePrices(
        optionsFor('crypto', '1d', 3000, { correlation: asked, symbols: [{ symbol: 'A' }, { symbol: 'B' }] }),
      );
      return a === undefined || b === undefined ? NaN : correlation(returnsOf(a.bars), returnsOf(b.bars));
    };
    expect(Math.abs(between(0))).toBeLessThan(0.08);
    expect(between(0.9)).toBeGreaterThan(0.6);
    expect(between(0.9)).toBeGreaterThan(between(0.4) + 0.2);
  });

  test('with busy opens and closes of a stock', () => {
    const bars = only(optionsFor('stock', '30m', 13 * 500));
    const volume = Array.from({ length: 13 }, (_, slot) =>
      mean([...bars.volume].filter((_value, i) => i % 13 === slot)),
    );
    const range = Array.from({ length: 13 }, (_, slot) =>
      mean([...bars.high].flatMap((high, i) => (i % 13 === slot ? [(high - (bars.low[i] ?? NaN)) / high] : []))),
    );
    for (const course of [volume, range]) {
      expect(course[0]).toBeGreaterThan((course[6] ?? NaN) * 1.3);
      expect(course[12]).toBeGreaterThan((course[6] ?? NaN) * 1.3);
    }
  });

  test('with volume that follows movement', () => {
    const bars = only(optionsFor('stock', '5m', 20_000));
    expect(correlation(returnsOf(bars).map(Math.abs), [...bars.volume.subarray(1)])).toBeGreaterThan(0.3);
  });

  test('with gaps over night, larger over weekends, and none within a session to speak of', () => {
    const bars = only(optionsFor('stock', '1m', 390 * 400, { symbols: [{ symbol: 'A', price: 500 }] }));
    const [within, night, weekend]: [number[], number[], number[]] = [[], [], []];
    for (let i = 1; i < bars.time.length; i++) {
      const gap = Math.abs((bars.open[i] ?? NaN) / (bars.close[i - 1] ?? NaN) - 1);
      const pause = (bars.time[i] ?? NaN) - (bars.time[i - 1] ?? NaN);
      (pause <= minuteMs ? within : pause < 1.5 * dayMs ? night : weekend).push(gap);
    }
    expect(mean(night)).toBeGreaterThan(20 * mean(within));
    expect(mean(night)).toBeGreaterThan(0.002);
    expect(mean(weekend)).toBeGreaterThan(mean(night));
  });

  test('with the drift asked for, on average', () => {
    const logs = Array.from({ length: 60 }, (_, seed) => {
      const { close } = only(
        optionsFor('stock', '1d', 2520, { seed, symbols: [{ symbol: 'A', volatility: 0.1, drift: 0.1 }] }),
      );
      return Math.log((close.at(-1) ?? NaN) / (close[0] ?? NaN)) / 10;
    });
    expect(mean(logs)).toBeGreaterThan(0.075); // 0.1 less half the variance is 0.095
    expect(mean(logs)).toBeLessThan(0.115);
  });
});

describe('settings that make no sense', () => {
  test.each([
    ['no bars', { bars: 0 }],
    ['half a bar', { bars: 1.5 }],
    ['too many bars', { bars: 1e9 }],
    ['too many days of which bars are made', { timeframe: parseTimeframe('1M'), bars: 10_000_000 }],
    ['no symbols', { symbols: [] }],
    ['a symbol twice', { symbols: [{ symbol: 'A' }, { symbol: 'A' }] }],
    ['correlation 1', { correlation: 1 }],
    ['no start', { start: NaN }],
    ['a price of 0', { symbols: [{ symbol: 'A', price: 0 }] }],
    ['negative volatility', { symbols: [{ symbol: 'A', volatility: -1 }] }],
    ['no tick', { symbols: [{ symbol: 'A', tick: 0 }] }],
    ['drift that is no number', { symbols: [{ symbol: 'A', drift: NaN }] }],
    ['negative volume', { symbols: [{ symbol: 'A', dailyVolume: -1 }] }],
  ] as const)('are refused: %s', (_name, over) => {
    expect(() => generatePrices(optionsFor('stock', '1d', 10, over))).toThrow(MarketDataMistake);
    expect(() => generatePrices(optionsFor('stock', '1d', 10, over))).toThrow(
      expect.objectContaining({ code: 'generate-option' }),
    );
  });

  test('do not include a market that stands still', () => {
    const bars = only(optionsFor('stock', '1d', 50, { symbols: [{ symbol: 'A', volatility: 0, drift: 0 }] }));
    expect(new Set(bars.close)).toEqual(new Set([100]));
  });
});

test('exponential is e to the x', () => {
  fc.assert(
    fc.property(fc.double({ min: -20, max: 20, noNaN: true }), (x) => {
      expect(Math.abs(exponential(x) / Math.exp(x) - 1)).toBeLessThan(1e-13);
    }),
  );
});
