import { describe, expect, test } from 'vitest';
import { allocateBars } from './bars.ts';
import type { Bars } from './bars.ts';
import { dayMs, hourMs, minuteMs, parseTime } from './calendar.ts';
import { describeBars } from './describe-bars.ts';
import { generatePrices } from './generate.ts';
import { instrumentFor } from './guess-instrument.ts';
import { formatTimeframe, parseTimeframe } from './timeframe.ts';
import type { MarketKind } from './trading-hours.ts';

const at = (
  times: readonly number[],
  price: (i: number) => number = () => 10,
  volume: (i: number) => number = () => 1,
): Bars => {
  const bars = allocateBars(times.length);
  times.forEach((time, i) => {
    bars.time[i] = time;
    for (const column of ['open', 'high', 'low', 'close'] as const) bars[column][i] = price(i);
    bars.volume[i] = volume(i);
  });
  return bars;
};
const days = (...dates: string[]): Bars => at(dates.map(parseTime));
const made = (market: MarketKind, timeframe: string, count: number): Bars => {
  const [first] = generatePrices({
    seed: 5,
    market,
    timeframe: parseTimeframe(timeframe),
    start: parseTime('2020-01-01'),
    bars: count,
    symbols: [{ symbol: 'A' }],
  });
  return first?.bars ?? allocateBars(0);
};

describe('describeBars', () => {
  test('tells count, span and timeframe', () => {
    const described = describeBars(days('2024-01-02', '2024-01-03', '2024-01-04', '2024-01-05', '2024-01-08'));
    expect(described).toMatchObject({
      count: 5,
      first: parseTime('2024-01-02'),
      last: parseTime('2024-01-08'),
      gapCount: 0,
      tradesOnWeekends: false,
    });
    expect(described.timeframe && formatTimeframe(described.timeframe)).toBe('1d');
  });

  test('says so of no bars', () => {
    expect(describeBars(allocateBars(0))).toMatchObject({
      count: 0,
      first: null,
      last: null,
      timeframe: null,
      gapCount: 0,
      largestGap: null,
    });
  });

  test('does not call Easter a gap, but a missing week', () => {
    expect(describeBars(days('2006-04-11', '2006-04-12', '2006-04-13', '2006-04-18', '2006-04-19')).gapCount).toBe(0);
    const described = describeBars(days('2001-09-07', '2001-09-10', '2001-09-17', '2001-09-18', '2001-09-19'));
    expect(described).toMatchObject({
      gapCount: 1,
      largestGap: { from: parseTime('2001-09-10'), to: parseTime('2001-09-17') },
    });
  });

  test('calls a missing day of a market that never rests a gap', () => {
    expect(describeBars(at([0, 1, 2, 3, 4, 5, 7, 8].map((day) => day * dayMs))).gapCount).toBe(1);
  });

  test.each([
    ['stock', '5m', 78 * 40],
    ['fx', '1h', 1000],
    ['crypto', '1m', 5000],
    ['stock', '1d', 500],
    ['fx', '1w', 100],
    ['crypto', '1M', 50],
  ] as const)('finds no gaps in a whole %s market of %s', (market, timeframe, count) => {
    expect(describeBars(made(market, timeframe, count)).gapCount).toBe(0);
  });

  test('finds the hole in a session', () => {
    const times = Array.from(
      { length: 78 * 30 },
      (_, i) => Math.floor(i / 78) * dayMs + 14 * hourMs + (i % 78) * 5 * minuteMs,
    );
    const holed = [...times.slice(0, 800), ...times.slice(815)];
    expect(describeBars(at(holed))).toMatchObject({ gapCount: 1, largestGap: { from: times[799], to: times[815] } });
  });

  test('tells the decimals of prices and volumes, whatever a stray value has', () => {
    const prices = [10.25, 10.5, 11, 9.75];
    expect(
      describeBars(
        at(
          Array.from({ length: 1000 }, (_, i) => i * dayMs),
          (i) => prices[i % 4] ?? 0,
          (i) => (i === 500 ? 0.123 : 7),
        ),
      ),
    ).toMatchObject({ priceDecimals: 2, suggestedTick: 0.25, volumeDecimals: 0 });
    expect(describeBars(at([0, dayMs], (i) => 1.07219 + i / 1e5)).suggestedTick).toBe(0.00001);
    expect(describeBars(at([0, dayMs], () => Math.PI)).suggestedTick).toBe(1e-8);
  });

  test('does not take few round prices for a coarse grid', () => {
    expect(describeBars(at([0, dayMs, 2 * dayMs], (i) => 10.5 + i)).suggestedTick).toBe(0.1);
  });

  test('counts bars without volume', () => {
    expect(
      describeBars(
        at(
          [0, dayMs, 2 * dayMs],
          () => 1,
          (i) => i,
        ),
      ).zeroVolumeCount,
    ).toBe(1);
  });
});

describe('instrumentFor', () => {
  test('takes whole units for shares and fractions for coins', () => {
    expect(instrumentFor(made('stock', '1d', 300), 'GOOG')).toEqual({
      symbol: 'GOOG',
      tick: 0.01,
      lot: 1,
      multiplier: 1,
      currency: 'USD',
    });
    expect(instrumentFor(made('crypto', '1d', 300), 'whatever').lot).toBe(0.000001);
    expect(instrumentFor(days('2024-01-02', '2024-01-03'), 'BTCUSD').lot).toBe(0.000001);
    expect(instrumentFor(days('2024-01-02', '2024-01-03'), 'eth').lot).toBe(0.000001);
    expect(instrumentFor(days('2024-01-02', '2024-01-03'), 'EURUSD').lot).toBe(1);
  });

  test('makes the lot of a very cheap coin so coarse that a fortune of it can still be counted', () => {
    const priced = (price: number): Bars => at([0, dayMs], () => price);
    const lots = [64_000, 1, 0.001, 2e-8].map((price) => instrumentFor(priced(price), 'DOGE').lot);
    expect(lots).toEqual([1e-6, 1e-6, 1e-3, 10]);
    lots.forEach((lot, i) => {
      expect(1e9 / [64_000, 1, 0.001, 2e-8][i]! / lot).toBeLessThanOrEqual(Number.MAX_SAFE_INTEGER);
    });
  });

  test('reads the currency off a pair', () => {
    const bars = days('2024-01-02', '2024-01-03');
    expect(
      ['BTC-USDT', 'EUR/JPY', 'ETHBTC', 'SPY', 'BTCUSDT-PERP'].map((symbol) => instrumentFor(bars, symbol).currency),
    ).toEqual(['USDT', 'JPY', 'BTC', 'USD', 'USDT']);
  });

  test('lets the caller know better', () => {
    expect(instrumentFor(days('2024-01-02', '2024-01-03'), 'ES', { tick: 0.25, multiplier: 50, lot: 1 })).toEqual({
      symbol: 'ES',
      tick: 0.25,
      lot: 1,
      multiplier: 50,
      currency: 'USD',
    });
  });
});
