import { describe, expect, test } from 'vitest';
import { given, taskContext } from '#kernel/testing';
import type { ListPage, ListQuery } from '#ports';
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

const kindOver = (pages: readonly ListPage[] = [], asked: ListQuery[] = []) =>
  marketKindWith({
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
