/** Takes in the results of a search one at a time, in any order, and sums them up: ranking, heat map, stability, luck. */

import type { BatchResult } from '../engine/result.ts';
import type { StatisticKey } from '../statistics/definitions.ts';
import type { Combination, Grid } from './grid.ts';
import { heatMap } from './heat-map.ts';
import type { HeatMap } from './heat-map.ts';
import { isLowerBetter, Ranking } from './ranking.ts';
import type { Ranked } from './ranking.ts';
import { Scores, scoresMax, summarizeParams } from './scores.ts';
import type { ParamSummary } from './scores.ts';
import { stabilityOf } from './stability.ts';
import type { Stability } from './stability.ts';

/** What is known of a search once its results are in. */
export interface SearchSummary {
  readonly rankedBy: StatisticKey;
  /** Combinations to try, those that the constraint left out, and how the others ended. */
  readonly total: number;
  readonly skipped: number;
  readonly finished: number;
  readonly failed: number;
  /** Best first; results without the statistic come last. */
  readonly ranking: readonly Ranked<BatchResult>[];
  /** Of the two parameters with the most values; null with fewer than two, or too many combinations. */
  readonly heatMap: HeatMap | null;
  /** null when the search is not a whole grid. */
  readonly params: readonly ParamSummary[] | null;
  readonly stability: Stability | null;
  /** Annualised Sharpe ratios of all trials that have one. */
  readonly sharpes: Float64Array;
}

export interface SearchCollectorOptions {
  /** The grid searched; null for a random search over intervals. */
  readonly grid: Grid | null;
  readonly rankBy: StatisticKey;
  /** How many of the best to keep. */
  readonly keep: number;
  readonly total: number;
}

export class SearchCollector {
  readonly #options: SearchCollectorOptions;
  readonly #ranking: Ranking<BatchResult>;
  readonly #scores: Scores | null;
  readonly #returns: Scores | null;
  readonly #sharpes: number[] = [];
  #skipped = 0;
  #failed = 0;
  #finished = 0;

  constructor(options: SearchCollectorOptions) {
    this.#options = options;
    this.#ranking = new Ranking({ by: options.rankBy, keep: options.keep });
    const { grid } = options;
    const isTable = grid !== null && grid.size <= scoresMax;
    this.#scores = isTable ? new Scores(grid.size) : null;
    this.#returns = isTable ? new Scores(grid.size) : null;
  }

  /** Results so far, of any outcome. */
  get seen(): number {
    return this.#finished + this.#failed + this.#skipped;
  }

  get best(): Ranked<BatchResult> | undefined {
    return this.#ranking.best()[0];
  }

  finish({ index }: Pick<Combination, 'index'>, result: BatchResult): void {
    this.#finished++;
    const score = result.statistics[this.#options.rankBy];
    this.#ranking.add(index, score, result);
    this.#scores?.add(index, score);
    this.#returns?.add(index, result.statistics.return);
    const { sharpe } = result.statistics;
    if (sharpe !== null && this.#sharpes.length < scoresMax) this.#sharpes.push(sharpe);
  }

  skip(): void {
    this.#skipped++;
  }

  fail(): void {
    this.#failed++;
  }

  summary(): SearchSummary {
    const { grid, rankBy, total } = this.#options;
    const lowerIsBetter = isLowerBetter(rankBy);
    const ranking = this.#ranking.best();
    const [best] = ranking;
    const scores = this.#scores;
    const returns = this.#returns;
    const isTable = grid !== null && scores !== null && returns !== null;
    return {
      rankedBy: rankBy,
      total,
      skipped: this.#skipped,
      finished: this.#finished,
      failed: this.#failed,
      ranking,
      heatMap: isTable ? heatMapOf(grid, scores, lowerIsBetter) : null,
      params: isTable ? summarizeParams(grid, scores, lowerIsBetter) : null,
      stability:
        isTable && best !== undefined ? stabilityOf({ grid, scores, returns, lowerIsBetter, index: best.index }) : null,
      // By size, so that the order of arrival leaves no trace in sums over them.
      sharpes: Float64Array.from(this.#sharpes).sort(),
    };
  }
}

/** Cells that a person can still tell apart. */
const cellsMax = 2_500;

const heatMapOf = (grid: Grid, scores: Scores, lowerIsBetter: boolean): HeatMap | null => {
  const [y, x] = [...grid.axes].filter(({ count }) => count > 1).sort((a, b) => b.count - a.count);
  if (x === undefined || y === undefined || x.count * y.count > cellsMax) return null;
  return heatMap(grid, scores, { x: x.param, y: y.param, aggregate: 'best', lowerIsBetter });
};
