/** What came of a batch: its ranking, a map of it, and each of its members as a backtest of its own. */

import { Type } from 'typebox';
import { batchKind } from '#actors';
import type { BacktestSpec, BatchSpec } from '#actors';
import type { FastifyRequest } from 'fastify';
import { statisticKeys } from '#domain';
import { planned } from '../backtest-request.ts';
import type { DeclaredStrategies } from '../declared.ts';
import { ProblemError } from '../errors.ts';
import { ask } from '../gateway.ts';
import type { Gateway, GatewayApp } from '../gateway.ts';
import { batchHeatMap } from '../heat-map.ts';
import { invalid } from '../invalid.ts';
import { ownBatch } from '../own-backtest.ts';
import { rankingPage } from '../ranking.ts';
import { answers, choice, closed } from '../schemas/basics.ts';
import { Backtest, BacktestId, HeatMapOnWire, Ranking } from '../schemas/backtests.ts';
import { submit } from '../submit-backtest.ts';

const tags = ['backtests'];
const config = { permission: 'backtests:read' } as const;
const params = closed({ id: BacktestId });
const ParamName = Type.String({ minLength: 1, maxLength: 100, examples: ['fast'] });
const Place = Type.Integer({ minimum: 0, maximum: 10_000, default: 0 });

export const batchRoutes = (app: GatewayApp, gateway: Gateway, strategies: DeclaredStrategies): void => {
  app.get(
    '/backtests/:id/ranking',
    {
      config: { ...config, weight: 5 },
      schema: {
        tags,
        summary: 'Members of a batch, best first',
        params,
        querystring: closed({
          rankBy: Type.Optional(choice(statisticKeys, { description: 'Default: what the batch ranks by.' })),
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 50 })),
          cursor: Type.Optional(Type.String({ maxLength: 300, description: 'nextCursor of the page before.' })),
        }),
        response: answers({ 200: Ranking }),
      },
    },
    async (request) => {
      const batch = await ownBatch(gateway, request, request.params.id);
      return await rankingPage(gateway, batch, request.query);
    },
  );

  app.get(
    '/backtests/:id/heat-map',
    {
      config: { ...config, weight: 20 },
      schema: {
        tags,
        summary: 'A grid seen over two of its parameters',
        params,
        querystring: closed({
          x: ParamName,
          y: ParamName,
          statistic: Type.Optional(choice(statisticKeys, { description: 'Default: what the batch ranks by.' })),
          aggregate: Type.Optional(
            choice(['best', 'mean', 'median'], {
              default: 'best',
              description: 'Of members that differ in other parameters.',
            }),
          ),
          feedSet: Type.Optional(Place),
          period: Type.Optional(Place),
        }),
        response: answers({ 200: HeatMapOnWire }),
      },
    },
    async (request) => {
      const batch = await ownBatch(gateway, request, request.params.id);
      return await batchHeatMap(gateway, strategies, request, batch, request.query);
    },
  );

  app.post(
    '/backtests/:id/members/:index/run',
    {
      config: { permission: 'backtests:write', weight: 10 },
      schema: {
        tags,
        summary: 'Run a member by itself, to have its trades',
        params: closed({ id: BacktestId, index: Type.Integer({ minimum: 0, maximum: 10_000_000 }) }),
        response: answers({ 200: Backtest, 202: Backtest }),
      },
    },
    async (request, reply) => {
      const { id, index } = request.params;
      await ownBatch(gateway, request, id);
      const batch = await ask(gateway, request, batchKind, id, { type: 'GetBatchSpec' });
      const spec = await memberSpec(strategies, request, batch, index);
      return await submit(gateway, request, reply, { kind: 'single', spec });
    },
  );
};

/** What the member of that number runs. */
const memberSpec = async (
  strategies: DeclaredStrategies,
  request: Pick<FastifyRequest, 'id' | 'principal'>,
  batch: BatchSpec,
  index: number,
): Promise<BacktestSpec> => {
  const { plan: _plan, feedSets, periods, rankBy: _rankBy, ...common } = batch;
  const { strategyId, strategyVersion: version, source } = batch;
  const declared = await strategies.of(request, { strategyId, version, source });
  const plan = planned(declared.params, batch);
  if (index >= plan.total) throw new ProblemError('not-found');
  const [member] = plan.members(index, index + 1);
  const feeds = feedSets[member?.feedSet ?? -1];
  const period = periods[member?.period ?? -1];
  if (member === undefined || feeds === undefined || period === undefined) throw new ProblemError('not-found');
  if (member.params === null) {
    throw invalid('index', 'A walk-forward has no parameters of its own to run.', 'Run those of one of its windows.');
  }
  return { ...common, params: member.params, feeds, ...period };
};
