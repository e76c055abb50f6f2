/** What every history must do, whatever keeps its bars: one suite for all of them. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { allocateBars, dayMs, generatePrices, minuteMs, parseTimeframe, resampleBars, sliceBars } from '#domain';
import type { Bars } from '#domain';
import type { BarsQuery, History, RevisedHistory } from '#ports';

export interface HistoryUnderTest {
  readonly history: RevisedHistory;
  close(): Promise<void>;
}

export const historyContract = (open: () => Promise<HistoryUnderTest>): void => {
  let underTest: HistoryUnderTest;
  let history: RevisedHistory;
  beforeAll(async () => {
    underTest = await open();
    history = underTest.history;
  });
  afterAll(() => underTest.close());

  test('gives bars back to the last bit', async () => {
    const bars = barsOf([
      [0, 0.1, 0.30000000000000004, 5e-324, 1.7976931348623157e308, 0],
      [60_000, 1 / 3, 2 / 3, 0.1 + 0.7, 123456.789, 9_007_199_254_740_991],
      [180_000, 1e-7, 1e21, 1.1, 2.2, 0.12345678901234568],
    ]);
    await history.insert('EXACT', '1m', bars);
    expect(await history.bars(all('EXACT', '1m'))).toEqual(bars);
  });

  test('replaces a bar of the same symbol, interval and time, as often as it comes', async () => {
    await history.insert(
      'AGAIN',
      '1m',
      barsOf([
        [0, 1, 1, 1, 1, 1],
        [minuteMs, 2, 2, 2, 2, 2],
      ]),
    );
    for (const price of [3, 4, 3])
      await history.insert('AGAIN', '1m', barsOf([[minuteMs, price, price, price, price, price]]));
    expect(await history.bars(all('AGAIN', '1m'))).toEqual(
      barsOf([
        [0, 1, 1, 1, 1, 1],
        [minuteMs, 3, 3, 3, 3, 3],
      ]),
    );
    expect(await history.coverage('AGAIN')).toEqual([
      { symbol: 'AGAIN', interval: '1m', bars: 2, first: 0, last: minuteMs },
    ]);
  });

  test('keeps symbols and intervals apart', async () => {
    await history.insert('APART', '1m', barsOf([[dayMs, 1, 1, 1, 1, 1]]));
    await history.insert(
      'APART',
      '1d',
      barsOf([
        [dayMs, 2, 2, 2, 2, 2],
        [2 * dayMs, 3, 3, 3, 3, 3],
      ]),
    );
    await history.insert("APART'; \\ 中", '1d', barsOf([[dayMs, 4, 4, 4, 4, 4]]));
    expect((await history.bars(all('APART', '1m'))).close).toEqual(Float64Array.of(1));
    expect((await history.bars(all('APART', '1d'))).close).toEqual(Float64Array.of(2, 3));
    expect((await history.bars(all("APART'; \\ 中", '1d'))).close).toEqual(Float64Array.of(4));
    const coverage = await history.coverage();
    expect(coverage.filter(({ symbol }) => symbol.startsWith('APART'))).toEqual([
      { symbol: 'APART', interval: '1d', bars: 2, first: dayMs, last: 2 * dayMs },
      { symbol: 'APART', interval: '1m', bars: 1, first: dayMs, last: dayMs },
      { symbol: "APART'; \\ 中", interval: '1d', bars: 1, first: dayMs, last: dayMs },
    ]);
  });

  test('has no bars of a symbol that it does not know, of nothing fine enough and of an empty range', async () => {
    await history.insert('DAILY', '1d', barsOf([[dayMs, 1, 1, 1, 1, 1]]));
    expect(await history.bars(all('UNKNOWN', '1d'))).toEqual(allocateBars(0));
    expect(await history.bars(all('DAILY', '1h'))).toEqual(allocateBars(0));
    expect(await history.bars({ ...all('DAILY', '1d'), from: dayMs + 1 })).toEqual(allocateBars(0));
    expect(await history.bars({ ...all('DAILY', '1d'), from: 0, to: dayMs })).toEqual(allocateBars(0));
    expect(await history.coverage('UNKNOWN')).toEqual([]);
  });

  test('counts what there is, whatever is written twice, between or far apart', async () => {
    const at = (...times: number[]) => barsOf(times.map((time) => [time, 1, 1, 1, 1, 1]));
    await history.insert('COUNTED', '1m', at(400 * dayMs, 400 * dayMs + minuteMs, 700 * dayMs));
    await history.insert('COUNTED', '1m', at(-5 * dayMs, 400 * dayMs + minuteMs, 400 * dayMs + 2 * minuteMs));
    await history.insert('COUNTED', '1m', at());
    await Promise.all([1, 2, 3, 4].map((day) => history.insert('COUNTED', '1m', at(500 * dayMs, 500 * dayMs + day))));
    expect(await history.coverage('COUNTED')).toEqual([
      { symbol: 'COUNTED', interval: '1m', bars: 10, first: -5 * dayMs, last: 700 * dayMs },
    ]);
  });

  test('refuses bars at times that can not be, and keeps none of them', async () => {
    for (const time of [NaN, 0.5, Date.UTC(1899, 11, 31), Date.UTC(2299, 0, 1)]) {
      await expect(
        history.insert(
          'NEVER',
          '1d',
          barsOf([
            [0, 1, 1, 1, 1, 1],
            [time, 1, 1, 1, 1, 1],
          ]),
        ),
      ).rejects.toThrow('time');
    }
    expect(await history.coverage('NEVER')).toEqual([]);
  });

  test('has another revision of bars as soon as they are other ones', async () => {
    const query = { ...all('REVISED', '1m'), to: 10 * minuteMs };
    const seen: (string | null)[] = [await history.revision(query)];
    for (const price of [1, 2, 3]) {
      await history.insert('REVISED', '1m', barsOf([[minuteMs, price, price, price, price, price]]));
      seen.push(await history.revision(query));
    }
    expect(seen).not.toContain(null);
    expect(new Set(seen).size).toBe(4);
    await expect(history.revision(all('REVISED', 'fortnight'))).rejects.toMatchObject({ code: 'timeframe-unknown' });
  });

  test('refuses an interval that is none', async () => {
    await expect(history.bars(all('ANY', 'fortnight'))).rejects.toMatchObject({ code: 'timeframe-unknown' });
  });

  test.each(['5m', '7m', '15m', '1h', '4h', '1d', '3d', '1w', '2w', '1M', '3M', '12M'])(
    'makes bars of %s from minutes as the engine does, to the last bit',
    async (interval) => {
      const minutes = await irregularMinutes(history);
      const wanted = resampleBars(minutes, { from: parseTimeframe('1m'), to: parseTimeframe(interval) }).bars;
      expect(await history.bars(all('MINUTES', interval))).toEqual(wanted);
    },
  );

  test.each(['2d', '1w', '1M', '6M'])('makes bars of %s from days, also of those before 1970', async (interval) => {
    const days = daysBefore1970();
    await history.insert('DAYS', '1d', days);
    const wanted = resampleBars(days, { from: parseTimeframe('1d'), to: parseTimeframe(interval) }).bars;
    expect(await history.bars(all('DAYS', interval))).toEqual(wanted);
  });

  test.each(['1m', '1h', '1w', '1M'])(
    'pages through bars of %s without gaps or repetition, both ways',
    async (interval) => {
      await irregularMinutes(history);
      const whole = await history.bars(all('MINUTES', interval));
      const limit = Math.ceil(whole.time.length / 7) + 1;
      const forth: number[] = [];
      for (let from = -Infinity; ;) {
        const page = await history.bars({ ...all('MINUTES', interval), from, limit });
        forth.push(...page.close);
        if (page.time.length < limit) break;
        from = (page.time.at(-1) ?? 0) + 1;
      }
      expect(forth).toEqual([...whole.close]);
      const back: number[] = [];
      for (let to = Infinity; ;) {
        const page = await history.bars({ ...all('MINUTES', interval), to, limit, descending: true });
        back.push(...page.close);
        if (page.time.length < limit) break;
        to = page.time.at(-1) ?? 0;
      }
      expect(back.toReversed()).toEqual([...whole.close]);
    },
  );
};

const all = (symbol: string, interval: string): BarsQuery => ({
  symbol,
  interval,
  from: -Infinity,
  to: Infinity,
  limit: 1_000_000,
});

const barsOf = (rows: readonly (readonly [number, number, number, number, number, number])[]): Bars => ({
  time: Float64Array.from(rows, ([time]) => time),
  open: Float64Array.from(rows, ([, open]) => open),
  high: Float64Array.from(rows, ([, , high]) => high),
  low: Float64Array.from(rows, ([, , , low]) => low),
  close: Float64Array.from(rows, ([, , , , close]) => close),
  volume: Float64Array.from(rows, ([, , , , , volume]) => volume),
});

/** 70 days with holes of minutes to days, fractional volumes, written in pieces that overlap. */
const irregularMinutes = async (history: History): Promise<Bars> => {
  const [generated] = generatePrices({
    seed: 7,
    market: 'crypto',
    timeframe: parseTimeframe('1m'),
    start: Date.UTC(2023, 10, 29, 7, 3),
    bars: 100_800,
    symbols: [{ symbol: 'MINUTES' }],
  });
  const rows = generated?.bars ?? allocateBars(0);
  const kept = [...rows.time.keys()].filter((i) => i % 7 !== 3 && !(i > 20_000 && i < 26_000) && i % 1440 > 90);
  const pick = (column: Float64Array): Float64Array => Float64Array.from(kept, (i) => column[i] ?? NaN);
  const bars = {
    time: pick(rows.time),
    open: pick(rows.open),
    high: pick(rows.high),
    low: pick(rows.low),
    close: pick(rows.close),
    volume: pick(rows.volume).map((volume, i) => volume / 3 + i / 7),
  };
  const [present] = await history.coverage('MINUTES');
  if (present === undefined) {
    for (const [from, to] of [
      [50_000, 80_000],
      [0, 51_000],
      [79_000, kept.length],
    ] as const) {
      await history.insert('MINUTES', '1m', sliceBars(bars, from, to));
    }
  }
  return bars;
};

const daysBefore1970 = (): Bars => {
  const time = Float64Array.from({ length: 2_000 }, (_, i) => Date.UTC(1967, 1, 11) + i * dayMs);
  const price = time.map((_, i) => 100 + Math.sin(i) * 10);
  return {
    time,
    open: price,
    high: price.map((value) => value + 1),
    low: price.map((value) => value - 1),
    close: price.map((value) => value + 0.1),
    volume: price.map((value) => value / 7),
  };
};
