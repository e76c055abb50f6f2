import { describe, expect, test } from 'vitest';
import { given, taskContext } from '#kernel/testing';
import type { KeptMarket, ListPage, ListQuery } from '#ports';
import { marketKindWith } from './market.ts';
import type { Quote } from './market-messages.ts';

const at = Date.UTC(2026, 0, 5, 12, 0, 30);
const quote: Quote = { symbol: 'BTC-USD', bid: '100', ask: '100.5', last: '100.5', size: '2', at };
const watcher = { kind: 'account', id: 'u1.a1' };
const seen = (one: Quote) => ({
  type: 'tell',
  message: {
    to: watcher,
    command: { type: 'QuoteSeen', symbol: one.symbol, bid: one.bid, ask: one.ask, last: one.last, at: one.at },
  },
});

const dayFlat = (price: string) => ({ open: price, high: price, low: price });
const flat = (price: string) => ({ ...dayFlat(price), close: price });

const kindOver = (pages: readonly ListPage[] = [], asked: ListQuery[] = [], last: KeptMarket | null = null) =>
  marketKindWith({
    keptOf: () => last,
    lists: {
      page: (query) => {
        asked.push(query);
        return Promise.resolve(pages[asked.length - 1] ?? { entries: [], hasMore: false });
      },
    },
  });
const kind = kindOver();

describe('a market', () => {
  test('builds the minute and the day from its quotes', () => {
    const later = { ...quote, last: '99', bid: '98.5', ask: '99', at: at + 10_000 };
    const next = { ...quote, last: '101', ask: '101', at: at + 40_000 };
    const { decision } = given(
      kind,
      [
        { type: 'QuoteTaken', quote },
        { type: 'QuoteTaken', quote: later },
        { type: 'QuoteTaken', quote: next },
      ],
      { id: 'BTC-USD', now: at + 41_000 },
    ).when({ type: 'GetMarket' });
    expect(decision.reply).toMatchObject({
      status: 'live',
      quote: next,
      bar: { time: Date.UTC(2026, 0, 5, 12, 1), open: '101', volume: '2' },
      dayOpen: '100.5',
      dayHigh: '101',
      dayLow: '99',
      dayVolume: '6',
    });
  });

  test('tells those who watch of each quote, and a new one of the latest at once', () => {
    const watched = given(
      kind,
      [{ type: 'WatchersSought' }, { type: 'WatcherCame', watcher }, { type: 'QuoteTaken', quote }],
      { id: 'BTC-USD', now: at },
    );
    expect(watched.when({ type: 'QuoteArrived', quote }).decision.effects).toContainEqual(seen(quote));
    watched.when({ type: 'Watch', watcher }).then({ events: [], effects: [seen(quote) as never], reply: null });
  });

  test('publishes the finished minute before the new one', () => {
    const next = { ...quote, at: at + 60_000 };
    const { decision } = given(kind, [{ type: 'WatchersSought' }, { type: 'QuoteTaken', quote }], {
      id: 'BTC-USD',
      now: at,
    }).when({ type: 'QuoteArrived', quote: next });
    const bars = (decision.effects ?? []).flatMap((effect) =>
      effect.type === 'publish' && effect.publication.channel === 'md:bar:BTC-USD' ? [effect.publication.data] : [],
    );
    expect(bars).toMatchObject([
      { closed: true, close: '100.5' },
      { closed: false, open: '100.5' },
    ]);
  });

  describe('that was in the middle of a day when its process ended', () => {
    const before: KeptMarket = {
      symbol: 'BTC-USD',
      at: at - 20_000,
      last: '99',
      day: { date: Math.floor(at / 86_400_000), open: '90', high: '110', low: '80', volume: '1000' },
      bar: { time: Date.UTC(2026, 0, 5, 12, 0), open: '98', high: '104', low: '97', close: '99', volume: '7' },
    };
    const again = kindOver([], [], before);
    const viewAfter = (quotes: readonly Quote[], now: number) =>
      given(
        again,
        quotes.map((one) => ({ type: 'QuoteTaken' as const, quote: one })),
        { id: 'BTC-USD', now },
      ).when({ type: 'GetMarket' }).decision.reply;

    test('takes up the same day and the same minute, and no price to trade at', () => {
      expect(viewAfter([], at)).toMatchObject({
        status: 'silent',
        quote: null,
        dayOpen: '90',
        dayHigh: '110',
        dayLow: '80',
        dayVolume: '1000',
      });
      expect(viewAfter([{ ...quote, last: '120', ask: '120' }], at)).toMatchObject({
        dayOpen: '90',
        dayHigh: '120',
        dayLow: '80',
        dayVolume: '1002',
        bar: { open: '98', high: '120', low: '97', close: '120', volume: '9' },
      });
    });

    test('closes that minute when it comes back in a later one, and makes up none in between', () => {
      const later = { ...quote, at: at + 300_000 };
      const { decision } = given(again, [{ type: 'WatchersSought' }], { id: 'BTC-USD', now: later.at }).when({
        type: 'QuoteArrived',
        quote: later,
      });
      const bars = (decision.effects ?? []).flatMap((effect) =>
        effect.type === 'publish' && effect.publication.channel === 'md:bar:BTC-USD' ? [effect.publication.data] : [],
      );
      expect(bars).toEqual([
        { ...before.bar, closed: true },
        { time: Date.UTC(2026, 0, 5, 12, 5), ...flat('100.5'), volume: '2', closed: false },
      ]);
    });

    test('begins a new day at midnight, also without a quote', () => {
      const tomorrow = at + 86_400_000;
      expect(viewAfter([], tomorrow)).toMatchObject({ dayOpen: null, dayVolume: '0' });
      expect(viewAfter([{ ...quote, at: tomorrow }], tomorrow)).toMatchObject({ dayOpen: '100.5', dayVolume: '2' });
    });
  });

  test('tells what it is in the middle of, to be kept', () => {
    const { decision } = given(kind, [{ type: 'WatchersSought' }], { id: 'BTC-USD', now: at }).when({
      type: 'QuoteArrived',
      quote,
    });
    const kept: KeptMarket = {
      symbol: 'BTC-USD',
      at,
      last: '100.5',
      day: { date: Math.floor(at / 86_400_000), ...dayFlat('100.5'), volume: '2' },
      bar: { time: Date.UTC(2026, 0, 5, 12, 0), ...flat('100.5'), volume: '2' },
    };
    expect(decision.effects).toContainEqual({
      type: 'publish',
      publication: { channel: 'market-state', key: 'BTC-USD', data: kept },
    });
  });

  test('refuses quotes that can not be', () => {
    for (const wrong of [{ bid: '101' }, { bid: '0' }, { last: 'x' }, { size: '-1' }])
      given(kind, [])
        .when({ type: 'QuoteArrived', quote: { ...quote, ...wrong } })
        .then({ refusal: { code: 'quote-invalid' } });
  });

  test('looks once for those who waited before it began, over all pages', async () => {
    const entry = (id: string, parent: string) =>
      ({ id, owner: 'u1', at: 1, symbol: 'BTC-USD', status: 'accepted', parent, doc: {} }) as const;
    const asked: ListQuery[] = [];
    const paged = kindOver(
      [
        { entries: [entry('o1', 'u1.a1'), entry('o2', 'u1.a1')], hasMore: true },
        { entries: [entry('o3', 'u2.a1')], hasMore: false },
      ],
      asked,
    );
    const first = given(paged, [], { id: 'BTC-USD' }).when({ type: 'QuoteArrived', quote });
    expect(first.decision.effects).toContainEqual({ type: 'task', task: 'findWatchers', input: 'BTC-USD' });
    const second = given(paged, [{ type: 'WatchersSought' }], { id: 'BTC-USD' }).when({ type: 'QuoteArrived', quote });
    expect(second.decision.effects?.filter(({ type }) => type === 'task')).toEqual([]);
    const found = await paged.tasks?.['findWatchers']?.('BTC-USD' as never, taskContext('BTC-USD'));
    expect(found).toEqual({
      type: 'WatchersFound',
      watchers: [
        { kind: 'account', id: 'u1.a1' },
        { kind: 'account', id: 'u2.a1' },
      ],
    });
    expect(asked[1]).toMatchObject({ after: { at: 1, id: 'o2' } });
  });
});
