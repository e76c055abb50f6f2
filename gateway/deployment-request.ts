/** Makes of what was asked for a deployment that can run, or says what is wrong with it. */

import { accountKind, strategyKind } from '#actors';
import type { DeployedFeed, DeploymentSpec } from '#actors';
import { MarketDataMistake, parseTimeframe } from '#domain';
import type { FastifyRequest } from 'fastify';
import type { Declared } from '#ports';
import type { Static } from 'typebox';
import { feedSetsOf } from './backtest-feeds.ts';
import { refuseParams } from './backtest-request.ts';
import type { DeclaredStrategies } from './declared.ts';
import { ask, principalOf } from './gateway.ts';
import type { Gateway } from './gateway.ts';
import { invalid } from './invalid.ts';
import { listingOf } from './markets.ts';
import { mustOwn } from './permissions.ts';
import { versionOf } from './routes/strategy-versions.ts';
import { feedsMax } from './schemas/deployments.ts';
import type { NewDeployment } from './schemas/deployments.ts';

type Asked = Static<typeof NewDeployment>;
type Feeds = readonly Pick<DeployedFeed, 'id' | 'symbol' | 'interval'>[];

/** Where neither the request nor the strategy says. */
const intervalDefault = '1m';
/** At a shorter one a decision would take as long as its bar. */
const intervalMsMin = 5_000;

export const deploymentOf = async (
  gateway: Gateway,
  strategies: DeclaredStrategies,
  request: Pick<FastifyRequest, 'id' | 'principal'>,
  { strategyId, asked }: { readonly strategyId: string; readonly asked: Asked },
): Promise<DeploymentSpec> => {
  const { accountId, params = {}, seed = 1 } = asked;
  mustOwn(principalOf(request), strategyId, 'strategy-unknown');
  mustOwn(principalOf(request), accountId, 'account-unknown');
  const strategy = await ask(gateway, request, strategyKind, strategyId, { type: 'GetStrategy' });
  await ask(gateway, request, accountKind, accountId, { type: 'GetAccount' });
  const { version, source } =
    asked.version === undefined
      ? { version: strategy.head, source: strategy.source }
      : await versionOf(gateway, request, strategyId, asked.version);
  const declared = await strategies.of(request, { strategyId, version: version.version, source });
  refuseParams(declared.params, [[params, '/params']]);
  const [feeds = []] = feedSetsOf(withIntervals(declared), {
    ...asked,
    ...(declared.data === 'all' ? { interval: asked.interval ?? intervalDefault } : {}),
  });
  refuseFeeds(declared, feeds);
  return {
    strategyId,
    strategyName: strategy.name,
    strategyVersion: version.version,
    source,
    accountId,
    params,
    feeds: await Promise.all(feeds.map(async (feed) => await liveFeed(gateway, request, feed))),
    seed,
  };
};

/** The same, where every feed says how long its bars are. */
const withIntervals = (declared: Declared): Declared => ({
  ...declared,
  data:
    declared.data === 'all'
      ? 'all'
      : declared.data.map((feed) => (feed.from === undefined ? { timeframe: intervalDefault, ...feed } : feed)),
});

const refuseFeeds = ({ data }: Declared, feeds: Feeds): void => {
  if (feeds.length > feedsMax)
    throw invalid('/symbols', `There are ${feeds.length} feeds.`, `A deployment has at most ${feedsMax}.`);
  const symbols = feeds.map(({ symbol }) => symbol);
  const twice = symbols.find((symbol, place) => symbols.indexOf(symbol) !== place);
  if (twice !== undefined)
    throw invalid('/feeds', `Two feeds are of ${twice}.`, 'The account has one position of a symbol: name each once.');
  for (const { id, interval } of feeds) {
    const ms = lengthOf(interval);
    const declared = data === 'all' ? undefined : data.find((feed) => feed.id === id)?.timeframe;
    if (declared !== undefined && lengthOf(declared) !== ms)
      throw invalid(
        '/interval',
        `The strategy asks for bars of ${declared} for "${id}", not ${interval}.`,
        'Leave the interval out: live, bars come as the strategy declares them.',
      );
  }
  const [first] = feeds;
  const odd = feeds.find(({ interval }) => first !== undefined && lengthOf(interval) !== lengthOf(first.interval));
  if (first !== undefined && odd !== undefined)
    throw invalid(
      '/interval',
      `"${first.id}" has bars of ${first.interval} and "${odd.id}" of ${odd.interval}.`,
      'Give all feeds one interval; longer bars are built in the strategy with from:.',
    );
};

const lengthOf = (interval: string): number => {
  try {
    const { ms } = parseTimeframe(interval);
    if (ms >= intervalMsMin) return ms;
  } catch (error) {
    if (!(error instanceof MarketDataMistake)) throw error;
  }
  throw invalid('/interval', `"${interval}" is no interval of live bars.`, 'Use 5s or longer: 30s, 1m, 15m, 4h, 1d.');
};

const liveFeed = async (
  gateway: Gateway,
  request: Pick<FastifyRequest, 'id'>,
  { id, symbol, interval }: Feeds[number],
): Promise<DeployedFeed> => {
  const listing = await listingOf(gateway, request, symbol);
  if (listing === null)
    throw invalid(
      '/symbols',
      `No symbol ${symbol} is listed.`,
      'data/symbols lists those there are.',
      'deployment-feed',
    );
  if (listing.feed === null)
    throw invalid(
      '/symbols',
      `${symbol} has no live prices.`,
      `Give it a feed: PUT data/symbols/${symbol}; or choose one that has, such as the synthetic ones.`,
      'deployment-feed',
    );
  return { id, symbol, interval, tick: listing.tick, lot: listing.lot };
};
