/** The few numbers by which a trader judges a run, as text for a notification. */

import type { Statistics } from '#domain';

/** `return +12.30 %, Sharpe 1.05, maximum drawdown −8.40 %, 42 trades`; `n/a` where there are too few samples. */
export const performanceText = ({ return: total, sharpe, maxDrawdown, trades }: Statistics): string =>
  [
    `return ${percentText(total)}`,
    `Sharpe ${sharpe === null ? 'n/a' : signed(sharpe, '')}`,
    `maximum drawdown ${percentText(maxDrawdown)}`,
    `${trades ?? 0} ${trades === 1 ? 'trade' : 'trades'}`,
  ].join(', ');

const percentText = (fraction: number | null): string =>
  fraction === null ? 'n/a' : `${signed(fraction * 100, fraction > 0 ? '+' : '')} %`;

/** With a true minus sign, as in tables, and none before what rounds to nothing. */
const signed = (value: number, plus: string): string =>
  `${plus}${value.toFixed(2)}`.replace(/^-(?=0\.00$)/, '').replace('-', '−');
