/** A search as JSON for programs. */

import type { DeflatedSharpe, SearchSummary } from '#domain';
import type { StrategyDeclaration } from '#sandbox';

interface SearchOutput {
  readonly declaration: StrategyDeclaration;
  readonly summary: SearchSummary;
  readonly luck: DeflatedSharpe | null;
  /** Members that were known from an earlier search. */
  readonly cached: number;
  readonly seconds: number;
}

export const searchJson = ({ declaration, summary, luck, cached, seconds }: SearchOutput): string => {
  const { ranking, heatMap, params, stability, rankedBy, total, skipped, finished, failed } = summary;
  return JSON.stringify(
    {
      strategy: declaration.name,
      rankedBy,
      total,
      skipped,
      finished,
      failed,
      cached,
      seconds,
      ranking: ranking.map(({ index, score, result }, i) => ({
        rank: i + 1,
        index,
        score,
        params: result.params,
        statistics: result.statistics,
        tradeHash: result.tradeHash,
      })),
      stability,
      deflatedSharpe: luck,
      parameters: params,
      heatMap,
    },
    null,
    2,
  );
};
