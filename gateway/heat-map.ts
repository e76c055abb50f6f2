/** A batch seen over two of its parameters. */

import { batchKind } from '#actors';
import type { BatchView } from '#actors';
import { heatMap, readGrid, Scores, SearchMistake } from '#domain';
import type { CellAggregate, Grid, HeatMap } from '#domain';
import type { FastifyRequest } from 'fastify';
import type { DeclaredStrategies } from './declared.ts';
import { ask } from './gateway.ts';
import type { Gateway } from './gateway.ts';
import { invalid } from './invalid.ts';
import { isLowerBetter, statisticOf } from './ranking.ts';

export interface HeatMapQuery {
  /** Names of two parameters of the grid. */
  readonly x: string;
  readonly y: string;
  readonly statistic?: string;
  readonly aggregate?: CellAggregate;
  /** Which of the sets of feeds and of the periods; from 0. */
  readonly feedSet?: number;
  readonly period?: number;
}

export const batchHeatMap = async (
  gateway: Gateway,
  strategies: DeclaredStrategies,
  request: Pick<FastifyRequest, 'id' | 'principal'>,
  batch: BatchView,
  query: HeatMapQuery,
): Promise<HeatMap & { readonly statistic: string }> => {
  const { x, y, aggregate = 'best', feedSet = 0, period = 0 } = query;
  const statistic = statisticOf(query.statistic ?? batch.rankBy, 'statistic');
  if (feedSet >= batch.feedSets.length) throw beyond('feedSet', batch.feedSets.length);
  if (period >= batch.periods.length) throw beyond('period', batch.periods.length);
  const grid = await gridOf(gateway, strategies, request, batch);
  const { index, score } = await gateway.parts.results.scores(batch.id, { attemptIds: batch.attemptIds, statistic });
  try {
    const scores = new Scores(grid.size);
    // Members of one set of feeds and one period stand next to each other, in the order of the grid.
    const first = (feedSet * batch.periods.length + period) * grid.size;
    index.forEach((member, place) => {
      if (member >= first && member < first + grid.size) scores.add(member - first, score[place] ?? null);
    });
    return { statistic, ...heatMap(grid, scores, { x, y, aggregate, lowerIsBetter: isLowerBetter(statistic) }) };
  } catch (error) {
    if (!(error instanceof SearchMistake)) throw error;
    throw invalid('x', error.message, error.remedy);
  }
};

const gridOf = async (
  gateway: Gateway,
  strategies: DeclaredStrategies,
  request: Pick<FastifyRequest, 'id' | 'principal'>,
  batch: BatchView,
): Promise<Grid> => {
  const { plan } = batch;
  if (plan.type !== 'grid') {
    throw invalid('id', `A batch of type ${plan.type} has no heat map.`, 'Only all combinations of a grid fill one.');
  }
  const {
    source,
    params,
    strategyId,
    strategyVersion: version,
  } = await ask(gateway, request, batchKind, batch.id, {
    type: 'GetBatchSpec',
  });
  const declared = await strategies.of(request, { strategyId, version, source });
  // Read in the same way when the batch was submitted, so its axes are what a grid takes.
  return readGrid(declared.params, plan.grid as Parameters<typeof readGrid>[1], params);
};

const beyond = (name: string, count: number) =>
  invalid(name, `The batch has ${count} of these.`, `Give 0 to ${count - 1}.`);
