/** Backtests and batches: submit, watch, cancel. */

import { Type } from 'typebox';
import { backtestKind, batchKind } from '#actors';
import { submissionOf } from '../backtest-request.ts';
import { DeclaredStrategies } from '../declared.ts';
import { withEntityTag } from '../entity-tags.ts';
import { change, principalOf } from '../gateway.ts';
import type { Routes } from '../gateway.ts';
import { listPage, listQuery, pageOf } from '../lists.ts';
import { backtestOnWire, ownBacktest } from '../own-backtest.ts';
import type { Backtest } from '../own-backtest.ts';
import { mustOwn } from '../permissions.ts';
import { answers, choice, closed, Id } from '../schemas/basics.ts';
import { AnyBacktest, BacktestEntry, BacktestId, backtestStatuses, NewBacktest } from '../schemas/backtests.ts';
import { SymbolName } from '../schemas/trading.ts';
import { submit } from '../submit-backtest.ts';
import { onWire } from '../wire.ts';
import { batchRoutes } from './batches.ts';

const tags = ['backtests'];
const params = closed({ id: BacktestId });
/** A submission may compile code. */
const submitWeight = 10;

export const backtestRoutes: Routes = (app, gateway) => {
  const strategies = new DeclaredStrategies(gateway);
  batchRoutes(app, gateway, strategies);

  app.post(
    '/backtests',
    {
      config: { permission: 'backtests:write', weight: submitWeight },
      schema: {
        tags,
        summary: 'Run a backtest, or with "batch" many',
        description:
          'Progress comes in real time on `backtest:{id}` or `batch:{id}`. `Prefer: wait=30` waits for the end, and is answered 200 when it has come.',
        body: NewBacktest,
        response: answers({ 200: AnyBacktest, 202: AnyBacktest }),
      },
    },
    async (request, reply) => {
      const submission = await submissionOf(gateway, strategies, request, request.body);
      return await submit(gateway, request, reply, submission);
    },
  );

  app.get(
    '/backtests',
    {
      config: { permission: 'backtests:read' },
      schema: {
        tags,
        summary: 'Your backtests and batches',
        querystring: listQuery({
          status: Type.Optional(choice(backtestStatuses)),
          symbol: Type.Optional(SymbolName),
          strategyId: Type.Optional(Id),
        }),
        response: answers({ 200: pageOf(BacktestEntry) }),
      },
    },
    async (request) => {
      const { status, symbol, strategyId, ...query } = request.query;
      const principal = principalOf(request);
      if (strategyId !== undefined) mustOwn(principal, strategyId, 'strategy-unknown');
      return await listPage(gateway, request, query, {
        list: 'backtests',
        owner: principal.userId,
        parent: strategyId,
        symbol,
        status: status === undefined ? undefined : [status],
        show: ({ doc }) => onWire(doc),
      });
    },
  );

  app.get(
    '/backtests/:id',
    {
      config: { permission: 'backtests:read', boundedByAsk: true },
      schema: { tags, summary: 'One backtest or batch', params, response: answers({ 200: AnyBacktest }) },
    },
    async (request, reply) => {
      const backtest = await ownBacktest(gateway, request, request.params.id);
      return withEntityTag(request, reply, { ...backtestOnWire(backtest), version: backtest.view.version });
    },
  );

  app.delete(
    '/backtests/:id',
    {
      config: { permission: 'backtests:write' },
      schema: { tags, summary: 'Cancel a backtest or a batch', params, response: answers({ 202: AnyBacktest }) },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { kind } = await ownBacktest(gateway, request, id);
      const cancelled: Backtest =
        kind === 'batch'
          ? { kind, view: await change(gateway, request, batchKind, id, { type: 'CancelBatch' }) }
          : { kind, view: await change(gateway, request, backtestKind, id, { type: 'CancelBacktest' }) };
      reply.code(202);
      return backtestOnWire(cancelled);
    },
  );
};
