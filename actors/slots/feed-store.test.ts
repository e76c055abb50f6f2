import { describe, expect, test } from 'vitest';
import { allocateBars, dayMs } from '#domain';
import { LocalBus } from '#kernel';
import { startTestSystem } from '#kernel/testing';
import type { BarsQuery } from '#ports';
import { symbolKind } from '../symbol/symbol.ts';
import { FeedStore } from './feed-store.ts';

const start = Date.UTC(2020, 0, 1);

/** A history of a growing number of days, which notes what it is asked. */
const prices = (days: number) => {
  const queries: BarsQuery[] = [];
  const held = { days, close: 100 };
  return {
    queries,
    held,
    bars: async (query: BarsQuery) => {
      queries.push(query);
      const times = Array.from({ length: held.days }, (_, day) => start + day * dayMs).filter(
        (time) => time >= query.from && time < query.to,
      );
      const bars = allocateBars(Math.min(times.length, query.limit));
      for (let row = 0; row < bars.time.length; row++) {
        bars.time[row] = times[row] ?? NaN;
        bars.close[row] = held.close;
      }
      return bars;
    },
  };
};

const begin = async (days = 10) => {
  const { system, clock } = startTestSystem({ kinds: [symbolKind] });
  await system.ask(symbolKind, 'KO', { type: 'ListSymbol', tick: '0.01', lot: '0.5', multiplier: '2' });
  const history = prices(days);
  const store = new FeedStore({ system, clock, history });
  const load = (changed: object = {}) =>
    store.load({
      feeds: [{ id: 'main', symbol: 'KO', interval: '1d' }],
      from: null,
      to: null,
      profile: 'native',
      ...changed,
    });
  return { store, clock, history, load };
};

describe('feeds of runs', () => {
  test("have the symbol's instrument, and no grid by the rules of other engines", async () => {
    const { load } = await begin();
    const instrument = { symbol: 'KO', tick: 0.01, lot: 0.5, multiplier: 2, currency: 'USD' };
    expect(await load()).toMatchObject([{ id: 'main', symbol: 'KO', timeframeMs: dayMs, instrument }]);
    const gridless = { ...instrument, tick: 0, lot: 0 };
    expect(await load({ profile: 'backtrader' })).toMatchObject([{ instrument: gridless }]);
  });

  test('are read once and are the same object for whoever asks again', async () => {
    const { load, history } = await begin();
    const [one, two] = await Promise.all([load(), load()]);
    expect(two[0]).toBe(one[0]);
    expect((await load())[0]).toBe(one[0]);
    expect(history.queries).toHaveLength(1);
  });

  test('are read again after a while, and stay the same object where nothing has changed', async () => {
    const { load, history, clock } = await begin();
    const [before] = await load();
    clock.advance(5_000);
    expect((await load())[0]).toBe(before);
    expect(history.queries).toHaveLength(2);
    history.held.days = 11;
    clock.advance(5_000);
    expect((await load())[0]?.bars.time).toHaveLength(11);
  });

  test('are read again at once after an import', async () => {
    const { load, history, store } = await begin();
    const bus = new LocalBus();
    const unwatch = store.watchImports(bus);
    await load();
    history.held.close = 101;
    bus.publish({ channel: 'import:1', key: 'progress', data: {} });
    expect((await load())[0]?.bars.close[0]).toBe(100);
    bus.publish({ channel: 'import:1', offset: 3, at: 0, data: { type: 'state', status: 'completed' } });
    expect((await load())[0]?.bars.close[0]).toBe(101);
    unwatch();
  });

  test('are cut to the period, and refused where there is nothing in it', async () => {
    const { load } = await begin();
    const [feed] = await load({ from: start + dayMs, to: start + 3 * dayMs });
    expect([...(feed?.bars.time ?? [])]).toEqual([start + dayMs, start + 2 * dayMs]);
    await expect(load({ from: start + 20 * dayMs })).rejects.toMatchObject({ code: 'data-missing' });
    await expect(load({ feeds: [{ id: 'main', symbol: 'PEP', interval: '1d' }] })).rejects.toMatchObject({
      code: 'data-missing',
    });
    await expect(load({ feeds: [{ id: 'main', symbol: 'KO', interval: '1x' }] })).rejects.toMatchObject({
      code: 'timeframe-unknown',
    });
  });

  test('are not kept when reading them fails', async () => {
    const { load, history } = await begin();
    const { days } = history.held;
    history.held.days = 0;
    await expect(load()).rejects.toThrow('has no bars');
    history.held.days = days;
    expect((await load())[0]?.bars.time).toHaveLength(10);
  });
});
