/** Symbols, their live markets and their history. */

import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { symbolKind } from '#actors';
import type { FeedSettings, SymbolView } from '#actors';
import type { ListEntry, SymbolCoverage } from '#ports';
import { barFile, barPage, timeframeOf } from '../bar-pages.ts';
import type { BarSpan } from '../bar-pages.ts';
import { ProblemError } from '../errors.ts';
import { ask, change, principalOf } from '../gateway.ts';
import type { Gateway, Routes } from '../gateway.ts';
import { chosenFields, listQuery, pageOf } from '../lists.ts';
import { listingOf, marketOf } from '../markets.ts';
import { symbolUser } from '../permissions.ts';
import { answers, choice, closed, GivenInstant, nullable } from '../schemas/basics.ts';
import { Bar, ListedSymbol, Listing, Market, RealTime } from '../schemas/data.ts';
import { SymbolName } from '../schemas/trading.ts';
import { instantOf, onWire, timeOf } from '../wire.ts';

const tags = ['data'];
const config = { permission: 'market:read' } as const;
const params = closed({ symbol: SymbolName });
const barsDefault = 500;
const barsMax = 10_000;
/** Symbols looked at for one page of a search. */
const searchedAtOnce = 1_000;
/** Listed symbols beyond this are not searched through: by then they need an index of their own. */
const searchedMax = 50_000;

export const dataRoutes: Routes = (app, gateway) => {
  app.get(
    '/data/symbols',
    {
      config,
      schema: {
        tags,
        summary: 'Listed symbols',
        querystring: listQuery({
          query: Type.Optional(
            Type.String({ minLength: 1, maxLength: 80, description: 'A part of the symbol or of its description.' }),
          ),
          status: Type.Optional(choice(['live', 'history'], { description: 'live: it has a feed.' })),
        }),
        response: answers({ 200: pageOf(ListedSymbol) }),
      },
    },
    async (request) => await symbolsPage(gateway, request.query, principalOf(request).userId),
  );

  app.get(
    '/data/symbols/:symbol',
    { config, schema: { tags, summary: 'One symbol', params, response: answers({ 200: ListedSymbol }) } },
    async (request) => {
      const { symbol } = request.params;
      const [listing, coverage] = await Promise.all([
        ask(gateway, request, symbolKind, symbol, { type: 'GetSymbol' }),
        gateway.parts.history.coverage(symbol),
      ]);
      return shown(listing, coverage);
    },
  );

  app.put(
    '/data/symbols/:symbol',
    {
      config: { permission: 'market:write' },
      schema: {
        tags,
        summary: 'List a symbol, or change what is known of it',
        description:
          'What is not given stays as it is. A symbol that you list first is yours: you and administrators alone change it and its history.',
        params,
        body: Listing,
        response: answers({ 200: ListedSymbol }),
      },
    },
    async (request) => {
      const { symbol } = request.params;
      const { feed, ...known } = request.body;
      const listing = await change(gateway, request, symbolKind, symbol, {
        type: 'ListSymbol',
        by: symbolUser(principalOf(request)),
        ...known,
        ...(feed === undefined ? {} : { feed: feed === null ? null : feedOf(feed) }),
      });
      return shown(listing, await gateway.parts.history.coverage(symbol));
    },
  );

  app.get(
    '/data/market/:symbol',
    {
      config: { ...config, boundedByAsk: true },
      schema: { tags, summary: 'The live market', params, response: answers({ 200: Market }) },
    },
    async (request) => {
      const { symbol } = request.params;
      await ask(gateway, request, symbolKind, symbol, { type: 'GetSymbol' });
      return onWire(await marketOf(gateway, request, symbol));
    },
  );

  app.get(
    '/data/real-time/:symbol',
    {
      config: { ...config, boundedByAsk: true },
      schema: {
        tags,
        summary: 'The latest quote, and where the next ones come',
        params,
        response: answers({ 200: RealTime }),
      },
    },
    async (request) => {
      const { symbol } = request.params;
      await ask(gateway, request, symbolKind, symbol, { type: 'GetSymbol' });
      const { status, quote } = await marketOf(gateway, request, symbol);
      return {
        symbol,
        status,
        quote: onWire(quote),
        channels: { quotes: `md:quote:${symbol}`, bars: `md:bar:${symbol}` },
      };
    },
  );

  app.get(
    '/data/history/:symbol',
    {
      config: { ...config, weight: 2 },
      schema: {
        tags,
        summary: 'Bars of the past',
        description:
          'Bars are stored by the minute and by the day; others are made of them. As CSV all of the period comes in one file, unless there is a limit.',
        params,
        querystring: closed({
          interval: Type.Optional(
            Type.String({
              maxLength: 8,
              default: '1d',
              description: 'm minutes, h hours, d days, w weeks, M months.',
              examples: ['15m'],
            }),
          ),
          from: Type.Optional(GivenInstant),
          to: Type.Optional(GivenInstant),
          sort: Type.Optional(choice(['asc', 'desc'], { default: 'asc', description: 'By time.' })),
          limit: Type.Optional(
            Type.Integer({ minimum: 1, maximum: barsMax, description: `As JSON ${barsDefault} by default.` }),
          ),
          cursor: Type.Optional(Type.String({ maxLength: 300, description: 'nextCursor of the page before.' })),
          format: Type.Optional(choice(['json', 'csv'], { default: 'json' })),
        }),
        response: answers({
          200: Type.Object(
            { data: Type.Array(Bar), nextCursor: nullable(Type.String()) },
            { description: 'Or text/csv' },
          ),
        }),
      },
    },
    async (request, reply) => {
      const { symbol } = request.params;
      const { format, cursor, limit, ...query } = request.query;
      const span = await spanOf(gateway, request, symbol, query);
      const { history } = gateway.parts;
      if (format === 'csv') {
        reply.header('content-disposition', `attachment; filename="${symbol}-${span.interval}.csv"`);
        return await reply
          .type('text/csv; charset=utf-8')
          .send(Readable.from(barFile(history, span, limit ?? Infinity)));
      }
      const list = JSON.stringify(['history', symbol, query]);
      const place = cursor === undefined ? null : gateway.cursors.read(list, cursor).at;
      const asked = place === null ? span : span.descending ? { ...span, to: place } : { ...span, from: place };
      const { bars, rest } = await barPage(history, asked, limit ?? barsDefault);
      const next = rest === null ? null : span.descending ? rest.to : rest.from;
      return { data: bars, nextCursor: next === null ? null : gateway.cursors.make(list, { at: next, id: '' }) };
    },
  );
};

const feedOf = (
  feed:
    | Extract<FeedSettings, { readonly type: 'synthetic' }>
    | {
        readonly type: 'replay';
        readonly interval: '1m' | '1d';
        readonly from?: string | null;
        readonly speed?: number;
        readonly loop?: boolean;
      },
): FeedSettings => {
  if (feed.type === 'synthetic') return feed;
  const { interval, from = null, speed = 1, loop = true } = feed;
  return { type: 'replay', interval, from: from === null ? null : timeOf(from, '/feed/from'), speed, loop };
};

const shown = (listing: SymbolView, coverage: readonly SymbolCoverage[]): object => ({
  ...onWire(listing),
  coverage: coverage
    .filter(({ symbol }) => symbol === listing.symbol)
    .map(({ interval, bars, first, last }) => ({ interval, bars, first: instantOf(first), last: instantOf(last) })),
});

interface SymbolsQuery {
  readonly query?: string;
  readonly status?: 'live' | 'history';
  readonly limit?: number;
  readonly cursor?: string;
  readonly from?: string;
  readonly to?: string;
  readonly sort?: 'asc' | 'desc';
  readonly fields?: string;
}

/** A page of the list, or of what a search finds in it: then the list is walked until the page is full. */
const symbolsPage = async ({ parts, cursors, writes }: Gateway, asked: SymbolsQuery, userId: string) => {
  const { query, limit = 50, cursor, fields, ...filters } = asked;
  const place = JSON.stringify(['symbols', query, filters]);
  const words = query?.toLowerCase();
  const matches = ({ doc }: ListEntry): boolean =>
    words === undefined || `${String(doc['symbol'])}\n${String(doc['description'])}`.toLowerCase().includes(words);
  const found: ListEntry[] = [];
  let after = cursor === undefined ? undefined : cursors.read(place, cursor);
  let hasMore = true;
  for (let searched = 0; hasMore && found.length <= limit && searched < searchedMax; searched += searchedAtOnce) {
    const page = await parts.lists.page({
      list: 'symbols',
      owner: null,
      limit: searchedAtOnce,
      ascending: filters.sort === 'asc',
      reached: writes.of(userId),
      ...(filters.status === undefined ? {} : { status: [filters.status] }),
      ...(filters.from === undefined ? {} : { from: timeOf(filters.from, 'from') }),
      ...(filters.to === undefined ? {} : { to: timeOf(filters.to, 'to') }),
      ...(after === undefined ? {} : { after }),
    });
    found.push(...page.entries.filter(matches));
    hasMore = page.hasMore;
    after = page.entries.at(-1) ?? after;
  }
  const entries = found.slice(0, limit);
  // Where the search was cut short it goes on behind what was looked at.
  const next = found.length > limit ? entries.at(-1) : hasMore ? after : undefined;
  const coverage = entries.length === 0 ? [] : await parts.history.coverage();
  // The list of symbols holds symbols as their actors show them.
  const data = entries.map(({ doc }) => shown(doc as unknown as SymbolView, coverage));
  return {
    data: chosenFields(data, fields),
    nextCursor: next === undefined ? null : cursors.make(place, { at: next.at, id: next.id }),
  };
};

interface SpanQuery {
  readonly interval?: string;
  readonly from?: string;
  readonly to?: string;
  readonly sort?: 'asc' | 'desc';
}

/** What is asked for, within what there is. A symbol that is neither listed nor stored is unknown. */
const spanOf = async (
  gateway: Gateway,
  request: Pick<FastifyRequest, 'id'>,
  symbol: string,
  query: SpanQuery,
): Promise<BarSpan> => {
  const { interval = '1d', from, to, sort } = query;
  timeframeOf(interval);
  const coverage = await gateway.parts.history.coverage(symbol);
  if (coverage.length === 0 && (await listingOf(gateway, request, symbol)) === null) {
    throw new ProblemError('symbol-unknown');
  }
  const first = coverage.length === 0 ? 0 : Math.min(...coverage.map((part) => part.first));
  const last = coverage.length === 0 ? 0 : Math.max(...coverage.map((part) => part.last));
  return {
    symbol,
    interval,
    from: from === undefined ? first : timeOf(from, 'from'),
    to: to === undefined ? last + 1 : timeOf(to, 'to'),
    descending: sort === 'desc',
  };
};
