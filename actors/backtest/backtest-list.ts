/** The list of backtests: single ones from their own events, batches from theirs, in one table. */

import type { EventContext, ListChange, ListEntry, ListProjection } from '#ports';
import type { BatchEvent } from '../batch/batch-state.ts';
import type { BacktestEvent } from './backtest-state.ts';

/** `doc` is a view without what a list has no room for, and `kind`. Times are milliseconds UTC. */
export const backtestsList: ListProjection<BacktestEvent> = {
  list: 'backtests',
  version: 1,
  kind: 'backtest',
  changes: (event, context) => {
    switch (event.type) {
      case 'BacktestRecorded': {
        const { owner, strategyId, strategyName, strategyVersion, params, feeds, from, to, profile } = event.spec;
        const doc = {
          id: context.id,
          kind: 'single',
          owner,
          strategyId,
          strategyName,
          strategyVersion,
          params,
          feeds,
          from,
          to,
          profile,
          status: 'queued',
          attempts: 0,
          attemptId: null,
          statistics: null,
          tradeHash: null,
          failure: null,
          createdAt: event.at,
          startedAt: null,
          finishedAt: null,
        };
        return [
          { type: 'put', entry: entryOf(context, { owner, at: event.at, symbol: onlySymbol(feeds), strategyId, doc }) },
        ];
      }
      case 'CapacityReserved':
        return [patch(context, 'reserved', { attempts: event.attempts })];
      case 'RunStarted':
        return [patch(context, 'running', { startedAt: event.at })];
      case 'AttemptLost':
        return [patch(context, 'queued', {})];
      case 'BacktestCompleted': {
        const { attemptId, statistics, tradeHash, at } = event;
        return [patch(context, 'completed', { attemptId, statistics, tradeHash, finishedAt: at })];
      }
      case 'BacktestFailed':
        return [patch(context, 'failed', { failure: event.diagnostic, finishedAt: event.at })];
      case 'BacktestCancelled':
        return [patch(context, 'cancelled', { finishedAt: event.at })];
      case 'LeaseRenewed':
      case 'ResultsStored':
      case 'CapacityReleased':
      case 'ResultsRemoved':
      case 'OwnerNotified':
        return [];
    }
  },
};

export const batchesList: ListProjection<BatchEvent> = {
  list: 'backtests',
  version: 1,
  kind: 'batch',
  changes: (event, context) => {
    switch (event.type) {
      case 'BatchRecorded': {
        const { owner, strategyId, strategyName, strategyVersion, plan, feedSets, periods, profile, rankBy } =
          event.spec;
        const doc = {
          id: context.id,
          kind: 'batch',
          owner,
          strategyId,
          strategyName,
          strategyVersion,
          feedSets,
          periods,
          profile,
          rankBy,
          plan: plan.type,
          status: 'queued',
          members: event.members,
          done: 0,
          failed: 0,
          excluded: 0,
          failure: null,
          createdAt: event.at,
          finishedAt: null,
        };
        const symbol = onlySymbol(feedSets.flat());
        return [{ type: 'put', entry: entryOf(context, { owner, at: event.at, symbol, strategyId, doc }) }];
      }
      case 'PortionReserved':
        return [patch(context, 'running', {})];
      case 'PortionStored':
        return [patch(context, 'running', { done: event.done, failed: event.failed, excluded: event.excluded })];
      case 'BatchCompleted':
        return [patch(context, 'completed', { finishedAt: event.at })];
      case 'BatchFailed':
        return [patch(context, 'failed', { failure: event.reason, finishedAt: event.at })];
      case 'BatchCancelled':
        return [patch(context, 'cancelled', { finishedAt: event.at })];
      case 'PortionRenewed':
      case 'PortionLost':
      case 'ResultsRemoved':
      case 'OwnerNotified':
        return [];
    }
  },
};

const entryOf = (
  { id }: EventContext,
  {
    owner,
    at,
    symbol,
    strategyId,
    doc,
  }: Pick<ListEntry, 'owner' | 'at' | 'symbol' | 'doc'> & { readonly strategyId: string },
): ListEntry => ({ id, owner, at, symbol, status: 'queued', parent: strategyId, doc });

const patch = ({ id }: EventContext, status: string, changed: Readonly<Record<string, unknown>>): ListChange => ({
  type: 'patch',
  id,
  patch: (entry) => ({ ...entry, status, doc: { ...entry.doc, status, ...changed } }),
});

/** The symbol by which it is found; null where it has several. */
const onlySymbol = (feeds: readonly { readonly symbol: string }[]): string | null => {
  const symbols = new Set(feeds.map(({ symbol }) => symbol));
  const [only = null] = symbols;
  return symbols.size === 1 ? only : null;
};
