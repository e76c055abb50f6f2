import { describe, expect, it } from 'vitest';
import { barsOf, dayMs, feedOf, startTime } from './native/test-market.ts';
import type { FeedOptions } from './native/test-market.ts';
import { prepareRunData } from './run-data.ts';
import { flatBars } from './test-run.ts';

const hourMs = 3_600_000;
const hourly = (options: FeedOptions = {}, start = startTime, hours = 48) =>
  feedOf(
    flatBars(
      Array.from({ length: hours }, (_, i) => 100 + i),
      { start, stepMs: hourMs },
    ),
    { timeframeMs: hourMs, ...options },
  );
const daily = (options: FeedOptions = {}, start = startTime, closes = [1, 2, 3]) =>
  feedOf(flatBars(closes, { start }), options);

describe('which data serve which id', () => {
  const bound = (
    declared: Parameters<typeof prepareRunData>[0],
    supplied: readonly (readonly [id: string, symbol: string])[],
  ) =>
    prepareRunData(
      declared,
      supplied.map(([id, symbol]) => daily({ id, symbol })),
    ).feeds.map(({ id, symbol }) => [id, symbol]);

  it('is told by the id first', () => {
    expect(
      bound(
        [{ id: 'a' }, { id: 'b' }],
        [
          ['b', 'X'],
          ['a', 'Y'],
        ],
      ),
    ).toEqual([
      ['a', 'Y'],
      ['b', 'X'],
    ]);
    expect(bound([{ id: 'a', symbol: 'Z' }], [['a', 'Y']])).toEqual([['a', 'Y']]);
  });

  it('is told by the symbol next', () => {
    expect(
      bound(
        [{ id: 'a', symbol: 'X' }, { id: 'Y' }],
        [
          ['1', 'Y'],
          ['2', 'X'],
        ],
      ),
    ).toEqual([
      ['a', 'X'],
      ['Y', 'Y'],
    ]);
  });

  it('is told by the order where nothing else tells', () => {
    expect(bound([{ id: 'main' }], [['anything', 'X']])).toEqual([['main', 'X']]);
    expect(
      bound(
        [{ id: 'a' }, { id: 'b' }, { id: 'c' }],
        [
          ['1', 'X'],
          ['b', 'Y'],
          ['2', 'Z'],
        ],
      ),
    ).toEqual([
      ['a', 'X'],
      ['b', 'Y'],
      ['c', 'Z'],
    ]);
  });

  it('is everything there is, for a strategy that takes all', () => {
    expect(
      bound('all', [
        ['x', 'X'],
        ['y', 'Y'],
      ]),
    ).toEqual([
      ['x', 'X'],
      ['y', 'Y'],
    ]);
  });

  const refused =
    (declared: Parameters<typeof prepareRunData>[0], supplied: readonly (readonly [id: string, symbol: string])[]) =>
    () =>
      bound(declared, supplied);

  it('is refused with the ids when some is missing', () => {
    expect(refused([{ id: 'a' }, { id: 'b' }], [['x', 'X']])).toThrow(
      expect.objectContaining({
        code: 'data-missing',
        message: expect.stringContaining('data "b"'),
        remedy: expect.stringContaining('--data b='),
      }),
    );
    expect(refused([{ id: 'a', symbol: 'BTC' }], [['x', 'ETH']])).toThrow(
      expect.objectContaining({ code: 'data-missing', message: expect.stringContaining('"a" (BTC)') }),
    );
    expect(refused('all', [])).toThrow(expect.objectContaining({ code: 'data-missing' }));
  });

  it('is refused when there is more than the strategy asks for', () => {
    expect(
      refused(
        [{ id: 'main' }],
        [
          ['x', 'X'],
          ['y', 'Y'],
        ],
      ),
    ).toThrow(expect.objectContaining({ code: 'data-unused', message: expect.stringContaining('"y"') }));
  });

  it('is refused when two have one id', () => {
    expect(
      refused('all', [
        ['x', 'X'],
        ['x', 'Y'],
      ]),
    ).toThrow(expect.objectContaining({ code: 'data-twice' }));
  });
});

describe('timeframes', () => {
  it('are made from finer data, which stay for the fills', () => {
    const data = prepareRunData([{ id: 'main', timeframe: '1d' }], [hourly()]);
    const [feed] = data.feeds;
    expect(feed).toMatchObject({ id: 'main', timeframeMs: dayMs });
    expect([...(feed?.bars.close ?? [])]).toEqual([123, 147]);
    expect(feed?.finer?.time).toHaveLength(48);
    expect([...data.timeline]).toEqual([startTime, startTime + dayMs]);
  });

  it('stay as they are when they are those asked for', () => {
    const feed = hourly();
    expect(prepareRunData([{ id: 'main', timeframe: '60m' }], [feed]).feeds[0]?.bars).toBe(feed.bars);
  });

  it('are refused when the data are coarser', () => {
    expect(() => prepareRunData([{ id: 'main', timeframe: '1h' }], [daily()])).toThrow(
      expect.objectContaining({ code: 'timeframe-too-fine' }),
    );
  });

  it('are refused when feeds traded together differ', () => {
    const declared = [{ id: 'a' }, { id: 'b' }];
    const supplied = [hourly({ id: 'a' }), daily({ id: 'b' })];
    expect(() => prepareRunData(declared, supplied)).toThrow(
      expect.objectContaining({ code: 'data-timeframes', remedy: expect.stringContaining("timeframe: '1d'") }),
    );
    expect(prepareRunData([{ id: 'a', timeframe: '1d' }, { id: 'b' }], supplied).timeline).toHaveLength(3);
  });
});

describe('views', () => {
  it('are longer bars of a feed, complete only when their period is over', () => {
    const { views, feeds, ids } = prepareRunData(
      [{ id: 'main' }, { id: 'day', from: 'main', timeframe: '1d' }],
      [hourly()],
    );
    expect(ids).toEqual(['main', 'day']);
    expect(feeds).toHaveLength(1);
    expect(views[0]).toMatchObject({ id: 'day', feed: 0, timeframeMs: dayMs });
    expect([22, 23, 24, 46, 47].map((bar) => views[0]?.completeAfter[bar])).toEqual([0, 1, 1, 1, 2]);
  });

  it('are refused on views and on finer bars than their feed has', () => {
    const nested = [
      { id: 'main' },
      { id: 'day', from: 'main', timeframe: '1d' },
      { id: 'week', from: 'day', timeframe: '1w' },
    ];
    expect(() => prepareRunData(nested, [hourly()])).toThrow(expect.objectContaining({ code: 'data-view' }));
    expect(() => prepareRunData([{ id: 'main' }, { id: 'm', from: 'main', timeframe: '5m' }], [hourly()])).toThrow(
      expect.objectContaining({ code: 'timeframe-too-fine' }),
    );
  });
});

describe('the timeline', () => {
  const two = [{ id: 'a' }, { id: 'b' }];

  it('is the union of the feeds’ times', () => {
    const { timeline } = prepareRunData(two, [daily({ id: 'a' }), daily({ id: 'b' }, startTime + 2 * dayMs)]);
    expect([...timeline].map((time) => (time - startTime) / dayMs)).toEqual([0, 1, 2, 3, 4]);
  });

  it('shares the times of a single feed', () => {
    const feed = daily();
    expect(prepareRunData('all', [feed]).timeline).toBe(feed.bars.time);
  });

  it('refuses bars that start in the middle of another feed’s', () => {
    const supplied = [hourly({ id: 'a' }), hourly({ id: 'b' }, startTime + hourMs / 2)];
    expect(() => prepareRunData(two, supplied)).toThrow(
      expect.objectContaining({
        code: 'data-overlap',
        message: expect.stringContaining('"b" starts at 2024-01-01T00:30:00Z'),
      }),
    );
    expect(() => prepareRunData(two, [daily({ id: 'a' }), daily({ id: 'b' }, startTime + 5 * hourMs)])).toThrow(
      expect.objectContaining({ code: 'data-overlap' }),
    );
  });

  it('accepts such bars once both are made into longer ones', () => {
    const declared = [
      { id: 'a', timeframe: '1d' },
      { id: 'b', timeframe: '1d' },
    ];
    expect(
      prepareRunData(declared, [hourly({ id: 'a' }), hourly({ id: 'b' }, startTime + hourMs / 2, 40)]).timeline,
    ).toHaveLength(2);
  });

  it('accepts days of 23 hours where the clocks change, and months of any length', () => {
    const shorter = (id: string) => {
      const bars = barsOf(
        [
          [1, 1, 1, 1],
          [1, 1, 1, 1],
        ],
        { stepMs: dayMs - hourMs },
      );
      return feedOf(bars, { id });
    };
    expect(prepareRunData(two, [shorter('a'), shorter('b')]).timeline).toHaveLength(2);
    const months = (id: string, rows: number) => {
      const bars = barsOf(Array.from({ length: rows }, () => [1, 1, 1, 1] as const));
      for (let i = 0; i < rows; i++) bars.time[i] = Date.UTC(2024, 1 + i, 1);
      return feedOf(bars, { id, timeframeMs: 2_629_746_000 });
    };
    expect(prepareRunData(two, [months('a', 1), months('b', 3)]).timeline).toHaveLength(3);
  });

  it('begins to trade at the first step of the span', () => {
    expect(prepareRunData('all', [daily()]).tradeStep).toBe(0);
    expect(prepareRunData('all', [daily()], startTime + 1).tradeStep).toBe(1);
    expect(() => prepareRunData('all', [daily()], startTime + 9 * dayMs)).toThrow(
      expect.objectContaining({ code: 'data-span' }),
    );
    expect(() => prepareRunData('all', [daily({}, startTime, [])])).toThrow(
      expect.objectContaining({ code: 'data-span' }),
    );
  });
});
