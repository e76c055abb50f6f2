/** Which prices a backtest runs on: from what was asked for and what the strategy declares. */

import type { BacktestSpec } from '#actors';
import type { Timeframe } from '#domain';
import type { FastifyRequest } from 'fastify';
import type { Declared, SymbolCoverage } from '#ports';
import { timeframeOf } from './bar-pages.ts';
import type { ProblemError } from './errors.ts';
import type { Gateway } from './gateway.ts';
import { invalid } from './invalid.ts';
import { listingOf } from './markets.ts';

type Feeds = BacktestSpec['feeds'];

interface AskedFeeds {
  readonly symbols?: readonly string[];
  readonly feeds?: Feeds;
  readonly interval?: string;
  /** Each symbol by itself. */
  readonly each?: boolean;
}

export interface Period {
  /** Milliseconds UTC, half-open; null: all that there is. */
  readonly from: number | null;
  readonly to: number | null;
}

const intervalDefault = '1d';
/** Up to so many symbols are asked about one by one; beyond that all at once is less. */
const askedSinglyMax = 8;

/** One set of feeds for each run that the symbols make: one, or one for each symbol. */
export const feedSetsOf = (declared: Declared, asked: AskedFeeds): readonly Feeds[] => {
  if ((asked.symbols === undefined) === (asked.feeds === undefined)) {
    throw invalid('/symbols', 'Give either symbols or feeds.', 'Write "symbols": ["GOOG"].');
  }
  if (asked.feeds !== undefined) return [namedFeeds(declared, asked.feeds)];
  const symbols = asked.symbols ?? [];
  const sets = asked.each === true ? symbols.map((symbol) => [symbol]) : [symbols];
  return sets.map((set) => feedsOf(declared, set, asked.interval));
};

const namedFeeds = ({ data }: Declared, feeds: Feeds): Feeds => {
  const ids = feeds.map(({ id }) => id);
  const twice = ids.find((id, place) => ids.indexOf(id) !== place);
  if (twice !== undefined)
    throw invalid('/feeds', `Two feeds are called "${twice}".`, 'Name each by an id of its own.');
  const wanted = data === 'all' ? ids : data.filter(({ from }) => from === undefined).map(({ id }) => id);
  const isAll = wanted.length === ids.length && wanted.every((id) => ids.includes(id));
  if (!isAll)
    throw invalid('/feeds', 'These are not the data that the strategy asks for.', `Give ${wanted.join(', ')}.`);
  return feeds;
};

/** The symbols in the order of the strategy's data; one on which it insists goes where it is wanted. */
const feedsOf = ({ data }: Declared, symbols: readonly string[], interval: string | undefined): Feeds => {
  const twice = symbols.find((symbol, place) => symbols.indexOf(symbol) !== place);
  if (twice !== undefined) throw invalid('/symbols', `${twice} is there twice.`, 'Name each symbol once.');
  if (data === 'all') return symbols.map((symbol) => ({ id: symbol, symbol, interval: interval ?? intervalDefault }));
  const wanted = data.filter(({ from }) => from === undefined);
  const insisted = wanted.map(({ symbol }) => symbol).filter((symbol) => symbol !== undefined);
  const absent = insisted.find((symbol) => !symbols.includes(symbol));
  if (wanted.length !== symbols.length || absent !== undefined) {
    const names = wanted.map(({ id, symbol }) => (symbol === undefined ? id : `${id} (${symbol})`)).join(', ');
    const message = `The strategy asks for data ${names}; there are ${symbols.length} symbols for them.`;
    throw invalid('/symbols', message, 'Give one symbol for each, or in a batch "each": true to run each by itself.');
  }
  const free = symbols.filter((symbol) => !insisted.includes(symbol));
  return wanted.map(({ id, symbol, timeframe }) => ({
    id,
    // There are as many as are wanted.
    symbol: symbol ?? free.shift() ?? '',
    interval: interval ?? timeframe ?? intervalDefault,
  }));
};

/** Refuses feeds of which there are no prices in one of the periods. */
export const mustHaveData = async (
  gateway: Gateway,
  request: Pick<FastifyRequest, 'id'>,
  feedSets: readonly Feeds[],
  periods: readonly Period[],
): Promise<void> => {
  const feeds = [...new Map(feedSets.flat().map((feed) => [`${feed.symbol} ${feed.interval}`, feed])).values()];
  const timeframes = new Map(feeds.map(({ interval }) => [interval, timeframeOf(interval, '/interval')]));
  const symbols = [...new Set(feeds.map(({ symbol }) => symbol))];
  const [coverage, listings] = await Promise.all([
    coverageOf(gateway, symbols),
    Promise.all(symbols.map(async (symbol) => await listingOf(gateway, request, symbol))),
  ]);
  for (const { symbol, interval } of feeds) {
    const timeframe = timeframes.get(interval);
    const fit = coverage.filter((part) => part.symbol === symbol && timeframe !== undefined && makes(part, timeframe));
    const isListed = listings.some((listing) => listing?.symbol === symbol);
    if (!isListed || fit.length === 0)
      throw missing(`There are no prices of ${symbol} that bars of ${interval} can be made of.`);
    const bare = periods.find(
      ({ from, to }) => !fit.some((part) => part.last >= (from ?? -Infinity) && part.first < (to ?? Infinity)),
    );
    if (bare !== undefined) throw missing(`There are no prices of ${symbol} in the period.`);
  }
};

const missing = (message: string): ProblemError =>
  invalid('/symbols', message, 'data/symbols shows what is stored; data/batch-import adds to it.', 'data-missing');

/** Days can not be taken apart again. */
const makes = ({ interval, bars }: SymbolCoverage, { ms }: Timeframe): boolean =>
  bars > 0 && (interval === '1m' || ms >= dayMs);
const dayMs = 86_400_000;

const coverageOf = async (
  { parts: { history } }: Gateway,
  symbols: readonly string[],
): Promise<readonly SymbolCoverage[]> =>
  symbols.length > askedSinglyMax
    ? await history.coverage()
    : (await Promise.all(symbols.map(async (symbol) => await history.coverage(symbol)))).flat();
