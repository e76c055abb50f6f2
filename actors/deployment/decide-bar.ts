/**
 * The task that decides a bar: reads the account, runs the strategy over all bars up to the newest one,
 * and tells what it wants. The run begins with bars from the history, which warm its indicators.
 */

import { allocateBars, barColumns, liveOutcome, MarketDataMistake, minuteMs, parseTimeframe } from '#domain';
import type { AccountFacts, BacktestResult, Bars, Feed, LiveOutcome, WantedOrder } from '#domain';
import { Outage, shardKeyOf } from '#kernel';
import type { ActorSystem, Answer, Clock, ReplyTo } from '#kernel';
import type { Diagnostic, History, Job, Lists } from '#ports';
import { accountKind } from '../account/account.ts';
import type { AccountRefusal, AccountStanding, GetStanding, OrderView } from '../account/account-messages.ts';
import { failure } from '../backtest/failure.ts';
import { patiently } from '../slots/patience.ts';
import type { DecisionDesk } from './decision-desk.ts';
import type { DeployedFeed, PostponeStep, TakeDecision, TakeFailure } from './deployment-messages.ts';
import type { Deployment } from './deployment-state.ts';
import { accountFacts, newestFacts } from './facts.ts';
import { withRows } from './taken-bars.ts';
import type { FeedProgress } from './taken-bars.ts';

export interface DecideNeeds {
  readonly ask: ActorSystem['ask'];
  readonly lists: Pick<Lists, 'get'>;
  readonly desk: Pick<DecisionDesk, 'decide'>;
  readonly warmUp: WarmUpBars;
  readonly clock: Clock;
}

/** Bars before the first at which the strategy acts, of each feed: enough for any usual indicator. */
const warmUpBarsMax = 5_000;
/** Sets of warm-up bars that are kept, a quarter of a megabyte each. */
const keptMax = 64;

export const decideBar = async (
  needs: DecideNeeds,
  deployment: Deployment,
  { id, signal }: { readonly id: string; readonly signal: AbortSignal },
): Promise<TakeDecision | TakeFailure | PostponeStep> => {
  const until = deployment.deciding ?? deployment.decidedUntil;
  const fail = (diagnostic: Diagnostic): TakeFailure => ({ type: 'TakeFailure', until, diagnostic });
  try {
    const standing = await readStanding(needs, deployment, signal);
    if ('code' in standing) return fail(failure(standing.code, standing.message));
    const newest = newestFacts(deployment, until, standing);
    const feeRate = Number(standing.feeRate);
    const facts = accountFacts(deployment, newest, feeRate);
    const told = { type: 'TakeDecision', until, facts: newest, feeRate } as const;
    const feeds = await feedsOf(needs, deployment, signal);
    // Before every feed has a bar there is nothing to decide on.
    if (feeds.some(({ bars }) => bars.time.length === 0)) return { ...told, outcome: nothingYet };
    const decided = await needs.desk.decide({
      userId: shardKeyOf(id),
      source: deployment.spec.source,
      feeds,
      job: jobOf(deployment, feeds, facts),
      signal,
    });
    signal.throwIfAborted();
    if (decided === null) return { type: 'PostponeStep' };
    if (!decided.ok) return fail(decided.diagnostic);
    const outcome = liveOutcome(decided.result as BacktestResult, facts); // keep: 'full' gives a full result
    return isSound(outcome, deployment, until)
      ? { ...told, outcome }
      : fail(failure('bad-result', 'What the strategy wants can not be read.'));
  } catch (error) {
    if (error instanceof MarketDataMistake) return fail(failure(error.code, error.message, error.remedy));
    signal.throwIfAborted();
    if (error instanceof Outage) return { type: 'PostponeStep' };
    throw error;
  }
};

const nothingYet: LiveOutcome = { bars: [], placed: [], changed: [], differences: 0, isWarm: false };

/** The account at this moment, with the strategy's orders, also those that it has forgotten itself. */
const readStanding = async (
  { ask, lists, clock }: DecideNeeds,
  { spec, tracked }: Deployment,
  signal: AbortSignal,
): Promise<AccountStanding | AccountRefusal> => {
  const command: GetStanding = {
    type: 'GetStanding',
    symbols: spec.feeds.map(({ symbol }) => symbol),
    orderIds: tracked.map((order) => order.id),
  };
  const answer: Answer<ReplyTo<GetStanding>, AccountRefusal> = await patiently(
    () => ask(accountKind, spec.accountId, command),
    { clock, signal },
  );
  if (answer.type === 'refused') return answer.refusal;
  const { orders, ...standing } = answer.reply;
  const absent = tracked.filter((order) => orders.every((one) => one.id !== order.id));
  const old = await patiently(() => Promise.all(absent.map((order) => lists.get('orders', order.id))), {
    clock,
    signal,
  });
  // The list of orders holds orders as their account shows them.
  return {
    ...standing,
    orders: [...orders, ...old.flatMap((entry) => (entry === null ? [] : [entry.doc as unknown as OrderView]))],
  };
};

const feedsOf = async (
  { warmUp, clock }: DecideNeeds,
  { spec, feeds }: Deployment,
  signal: AbortSignal,
): Promise<readonly Feed[]> =>
  Promise.all(
    spec.feeds.map(async (feed, place): Promise<Feed> => {
      const { id, symbol, interval, tick, lot } = feed;
      const progress = feeds[place] ?? { rows: [], partial: null, next: 0 };
      const before = await patiently(() => warmUp.before(feed, beginOf(progress)), { clock, signal });
      return {
        id,
        symbol,
        timeframeMs: parseTimeframe(interval).ms,
        instrument: { symbol, tick: Number(tick), lot: Number(lot), multiplier: 1, currency: '' },
        bars: withRows(before, progress.rows),
      };
    }),
  );

/** Where a feed's own bars begin: before that the history has them. */
const beginOf = ({ rows, partial, next }: FeedProgress): number => rows[0] ?? partial?.[0] ?? next;

const jobOf = ({ spec, actsFrom }: Deployment, feeds: readonly Feed[], facts: AccountFacts): Job => {
  const times = feeds.map(({ bars }) => bars.time);
  return {
    params: spec.params,
    profile: 'account',
    config: facts,
    seed: spec.seed,
    keep: 'full',
    span: {
      from: Math.min(...times.map((time) => time[0] ?? 0)),
      to: Math.max(...times.map((time) => time.at(-1) ?? 0)) + 1,
      tradeFrom: actsFrom,
    },
  };
};

/** The outcome was made beside the strategy's own code: its numbers are believed no more than they have to be. */
const isSound = ({ placed, changed, bars, differences }: LiveOutcome, { spec }: Deployment, until: number): boolean =>
  placed.every((want) => isSoundOrder(want, spec.feeds, until)) &&
  changed.every(
    (want) => want.action === 'cancel' || (Number.isFinite(want.quantity) && Number.isFinite(want.limit)),
  ) &&
  changed.length <= changesMax &&
  bars.every(({ time, orders }) => time <= until && orders.length <= placesMax) &&
  Number.isSafeInteger(differences);

const isSoundOrder = (
  { key: { time, place }, feed, quantity, limit }: WantedOrder,
  feeds: readonly DeployedFeed[],
  until: number,
): boolean =>
  Number.isSafeInteger(time) &&
  time <= until &&
  Number.isSafeInteger(place) &&
  place >= 0 &&
  place < placesMax &&
  feeds[feed] !== undefined &&
  Number.isFinite(quantity) &&
  (limit === null || Number.isFinite(limit));

/** Above what the rules of a live run let through: orders of a bar, and orders that an account may have open. */
const placesMax = 64;
const changesMax = 1_024;

/** Bars from before a deployment, read once and kept as long as it is decided. */
export class WarmUpBars {
  readonly #history: Pick<History, 'bars'>;
  /** Least recently used first. */
  readonly #kept = new Map<string, Bars>();

  constructor(history: Pick<History, 'bars'>) {
    this.#history = history;
  }

  async before({ symbol, interval }: Pick<DeployedFeed, 'symbol' | 'interval'>, time: number): Promise<Bars> {
    // Nothing shorter than minutes is stored.
    if (parseTimeframe(interval).ms < minuteMs) return allocateBars(0);
    const key = JSON.stringify([symbol, interval, time]);
    const known = this.#kept.get(key);
    const bars = known ?? (await this.#read(symbol, interval, time));
    this.#kept.delete(key);
    this.#kept.set(key, bars);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > keptMax && oldest !== undefined) this.#kept.delete(oldest);
    return bars;
  }

  async #read(symbol: string, interval: string, to: number): Promise<Bars> {
    const newestFirst = await this.#history.bars({
      symbol,
      interval,
      from: Number.MIN_SAFE_INTEGER,
      to,
      limit: warmUpBarsMax,
      descending: true,
    });
    const bars = allocateBars(newestFirst.time.length);
    for (const name of barColumns) bars[name].set(newestFirst[name].toReversed());
    return bars;
  }
}
