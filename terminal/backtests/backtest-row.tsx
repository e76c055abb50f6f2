/** One backtest of the list. */

import type { Statistics } from '#sdk';
import { Link } from '../app/link.tsx';
import { go } from '../app/router.ts';
import { directionOf, showNumber } from '../format/numbers.ts';
import { showAgo } from '../format/times.ts';
import { isUnderWay, useLiveBacktest } from './live-backtest.ts';
import type { AnyBacktest } from './live-backtest.ts';
import { showStatistic } from './statistic-words.ts';

export const symbolsOf = (view: AnyBacktest): readonly string[] => [
  ...new Set((view.kind === 'single' ? view.feeds : view.feedSets.flat()).map(({ symbol }) => symbol)),
];

/** More would fill the column. */
const symbolsShown = 4;

export const BacktestRow = ({ backtest }: { readonly backtest: AnyBacktest }) => {
  const { view, progress } = useLiveBacktest(backtest, () => undefined);
  const symbols = symbolsOf(view);
  const statistics: Statistics = (view.kind === 'single' ? view.statistics : view.best?.[0]?.statistics) ?? {};
  const shown = (key: string): string =>
    Object.keys(statistics).length === 0 ? '' : showStatistic(key, statistics[key]);
  const path = `/backtests/${view.id}`;
  return (
    <tr class="link" onClick={() => go(path)}>
      <td>
        <Link to={path}>{view.strategyName}</Link> <small class="muted">v{view.strategyVersion}</small>{' '}
        {view.kind === 'batch' && <span class="tag">batch of {showNumber(view.members, 0)}</span>}
      </td>
      <td>
        {symbols.slice(0, symbolsShown).join(', ')}
        {symbols.length > symbolsShown && ` +${symbols.length - symbolsShown}`}
      </td>
      <td>
        {isUnderWay(view) && progress !== null ? (
          <progress class="in-row" max={100} value={progress.percent} aria-label={`${progress.percent} %`} />
        ) : (
          <span class={`status ${view.status}`}>{view.status}</span>
        )}
      </td>
      <td class={`number ${directionOf(statistics['return'] ?? null)}`}>{shown('return')}</td>
      <td class="number">{shown('sharpe')}</td>
      <td class="number">{shown('maxDrawdown')}</td>
      <td class="number">{shown('trades')}</td>
      <td class="time">{showAgo(view.createdAt)}</td>
    </tr>
  );
};
