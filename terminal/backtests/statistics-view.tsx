/** Statistics: the key figures as cards, all of them in groups. */

import type { Statistics } from '#sdk';
import { directionOf } from '../format/numbers.ts';
import { keyFigures, showStatistic, wordsOf } from './statistic-words.ts';

/** Which way the number itself points, for those that have a good side. */
const toneOf = (key: string, value: number | null | undefined): string =>
  ['return', 'cagr', 'sharpe', 'maxDrawdown'].includes(key) ? directionOf(value ?? null) : '';

export const KeyFigures = ({ statistics }: { readonly statistics: Statistics }) => (
  <dl class="cards">
    {keyFigures.map((key) => (
      <div key={key} class="card figure">
        <dt>{wordsOf(key).title}</dt>
        <dd class={`number ${toneOf(key, statistics[key])}`}>{showStatistic(key, statistics[key])}</dd>
      </div>
    ))}
  </dl>
);

const groups = ['Result', 'Risk', 'Trades', 'Costs', 'Benchmark'] as const;

export const StatisticsTable = ({ statistics }: { readonly statistics: Statistics }) => {
  const keys = Object.keys(statistics);
  return (
    <div class="statistics">
      {groups.map((group) => {
        const own = keys.filter((key) => wordsOf(key).group === group);
        if (own.length === 0) return null;
        return (
          <div key={group}>
            <h3>{group}</h3>
            <dl>
              {own.map((key) => (
                <div key={key}>
                  <dt>{wordsOf(key).title}</dt>
                  <dd class="number">{showStatistic(key, statistics[key])}</dd>
                </div>
              ))}
            </dl>
          </div>
        );
      })}
    </div>
  );
};
