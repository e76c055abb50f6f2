/** What a whole system of live strategies is made of, for tests: actors, markets that tests move, and runs in this process. */

import { allocateBars, isStrategy, prepareRunData, resolveProfile, runBacktest, StrategyFailure } from '#domain';
import type { Strategy } from '#domain';
import type { ActorSystem, Bus, Clock, StoredEvent } from '#kernel';
import type { GitObjects, History, Job, JobOutcome, JobRunner, SourceFiles } from '#ports';
import { accountKind } from '../../account/account.ts';
import { failure } from '../../backtest/failure.ts';
import { inboxKind } from '../../inbox/inbox.ts';
import { marketKind, marketKindWith } from '../../market/market.ts';
import type { Quote } from '../../market/market-messages.ts';
import { strategyKindWith } from '../../strategy/strategy.ts';
import { symbolKind } from '../../symbol/symbol.ts';
import { deploymentKind } from '../deployment.ts';
import type { DeploymentSpec, DeploymentView } from '../deployment-messages.ts';
import type { DeploymentEvent } from '../deployment-state.ts';
import { liveDeployments } from '../live-deployments.ts';
import { deploymentId, minuteMs, spec, start } from './specs.ts';

export interface LiveOptions {
  /** By the text of their source. */
  readonly strategies: Readonly<Record<string, Strategy | (() => JobOutcome)>>;
  readonly history?: Pick<History, 'bars'>;
  /** In the place of asking the account. */
  readonly askThrough?: (ask: ActorSystem['ask']) => ActorSystem['ask'];
}

/** The running system of a test. */
interface Running {
  readonly system: ActorSystem;
  readonly bus: Bus;
  readonly clock: Clock & { readonly advance: (ms: number) => void };
  readonly journal: {
    readonly eventsOf: (address: { readonly kind: string; readonly id: string }) => readonly StoredEvent[];
    readonly until: (isMet: () => boolean) => Promise<void>;
  };
}

const noHistory: Pick<History, 'bars'> = { bars: () => Promise.resolve(allocateBars(0)) };

const noObjects: GitObjects = { put: () => Promise.resolve(), get: () => Promise.resolve(null) };

/** The kinds to start a system with, and what a test does with the running one. */
export const liveParts = ({ strategies, history = noHistory, askThrough = (ask) => ask }: LiveOptions) => {
  let running: Running | null = null;
  const its = (): Running => {
    if (running === null) throw new Error('The system is not running yet.');
    return running;
  };
  const lists = {
    page: () => Promise.resolve({ entries: [], hasMore: false }),
    get: () => Promise.resolve(null),
  };
  const live = liveDeployments({
    ask: (...question) => askThrough(its().system.ask.bind(its().system))(...question),
    lists,
    history,
    bus: { subscribe: (...subscription) => its().bus.subscribe(...subscription) },
    clock: { now: () => its().clock.now(), at: (time, call) => its().clock.at(time, call) },
    openRunner: () => runnerOf(strategies),
    places: 2,
  });
  const kinds = [
    accountKind,
    symbolKind,
    marketKindWith({ lists, keptOf: () => null }),
    inboxKind,
    strategyKindWith(noObjects),
    live.kind,
  ];
  const on = <R extends Running>(test: R) => {
    running = test;
    return { ...test, ...doings(test) };
  };
  return { kinds, on };
};

const doings = ({ system, clock, journal }: Running) => {
  const eventsOf = (id = deploymentId): readonly DeploymentEvent[] =>
    journal
      .eventsOf({ kind: 'deployment', id })
      .map(({ type, payload }) => ({ type, ...(JSON.parse(payload) as object) }) as DeploymentEvent); // as the actor wrote it

  return {
    eventsOf,
    /** The account with its money, and the deployment of that strategy. */
    async deploy(part: Partial<DeploymentSpec> = {}, id = deploymentId): Promise<void> {
      const money = { name: 'Paper', currency: 'USD', initialCash: '10000' };
      await system.ask(accountKind, spec.accountId, { type: 'OpenAccount', ...money });
      const answer = await system.ask(deploymentKind, id, {
        type: 'StartDeployment',
        spec: { ...spec, ...part },
        slot: 0,
      });
      if (answer.type === 'refused') throw new Error(answer.refusal.message);
    },
    /** A quote at that second after the start. */
    async quote(second: number, price: string, symbol = 'BTC-USD'): Promise<void> {
      const at = start + second * 1_000;
      if (at > clock.now()) clock.advance(at - clock.now());
      const quote: Quote = { symbol, bid: price, ask: price, last: price, size: '1', at };
      await system.ask(marketKind, symbol, { type: 'QuoteArrived', quote });
    },
    /** Resolves when the minute's bar was decided, and what was wanted at it is settled. */
    async decided(minute: number, id = deploymentId): Promise<void> {
      await journal.until(() => isSettled(eventsOf(id), start + minute * minuteMs));
    },
    async view(id = deploymentId): Promise<DeploymentView> {
      const answer = await system.ask(deploymentKind, id, { type: 'GetDeployment' });
      if (answer.type === 'refused') throw new Error(answer.refusal.message);
      return answer.reply;
    },
  };
};

const isSettled = (events: readonly DeploymentEvent[], bar: number): boolean => {
  const place = events.findLastIndex((event) => event.type === 'BarsDecided' && event.until >= bar);
  const event = events[place];
  if (event?.type !== 'BarsDecided') return false;
  const pending = event.signals.filter(({ view }) => view.status === 'pending').length;
  const settled = events
    .slice(place)
    .reduce((sum, one) => sum + (one.type === 'SignalsSettled' ? one.outcomes.length : 0), 0);
  return settled >= pending;
};

const runnerOf = (strategies: LiveOptions['strategies']): JobRunner => ({
  compile: () => Promise.reject(new Error('Nothing is compiled here.')),
  run: ({ source, feeds, jobs, onOutcome }) => {
    for (const [index, job] of jobs.entries()) onOutcome(index, outcomeOf(strategyOf(source, strategies), job, feeds));
    return Promise.resolve();
  },
  close: () => undefined,
});

const strategyOf = ({ files, entry }: SourceFiles, strategies: LiveOptions['strategies']) => {
  const found = strategies[files[entry] ?? ''];
  if (found === undefined) throw new Error('The test has no such strategy.');
  return found;
};

const outcomeOf = (
  strategy: Strategy | (() => JobOutcome),
  job: Job,
  feeds: Parameters<typeof prepareRunData>[1],
): JobOutcome => {
  if (!isStrategy(strategy)) return strategy();
  try {
    const result = runBacktest({
      trader: { strategy, params: job.params },
      data: prepareRunData(strategy.data, feeds, job.span?.tradeFrom),
      profile: resolveProfile(job.profile, job.config),
      seed: job.seed,
    });
    return { ok: true, result };
  } catch (error) {
    const cause = error instanceof StrategyFailure ? error.cause : error;
    return { ok: false, diagnostic: failure('strategy-threw', cause instanceof Error ? cause.message : String(cause)) };
  }
};
