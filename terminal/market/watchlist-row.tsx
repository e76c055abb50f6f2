/** One symbol: price, change of the day, where it has gone lately. */

import type { ListedSymbol } from '#sdk';
import { Link } from '../app/link.tsx';
import { decimalsOf, directionOf, showDecimal, showPercent } from '../format/numbers.ts';
import { Sparkline } from '../parts/sparkline.tsx';
import { dayChangeOf, marketOf } from './markets.ts';

interface RowProps {
  readonly listing: ListedSymbol;
  readonly isCurrent: boolean;
  readonly isStarred: boolean;
  readonly onStar: () => void;
}

export const WatchlistRow = ({ listing, isCurrent, isStarred, onStar }: RowProps) => {
  const { symbol, description, tick, feed } = listing;
  const market = marketOf(symbol).value;
  const change = dayChangeOf(market);
  const last = market?.quote?.last;
  return (
    <li class={isCurrent ? 'current' : undefined}>
      <Link to={`/trade/${encodeURIComponent(symbol)}`} current={isCurrent} class="watch-link">
        <span class="watch-name">
          <b>{symbol}</b>
          <small>{description === '' ? listing.kind : description}</small>
        </span>
        <Sparkline values={market?.recent ?? []} />
        <span class="watch-price number">
          {/* The key makes the flash begin anew with each quote. */}
          <span key={market?.quote?.at} class={market === null ? '' : tickClass(market.tick)}>
            {last === undefined ? (feed === null ? '' : '…') : showDecimal(last, decimalsOf(tick))}
          </span>
          <small class={directionOf(change)}>
            {change === null ? (feed === null ? 'history' : '') : showPercent(change)}
          </small>
        </span>
      </Link>
      <button
        type="button"
        class={`plain star${isStarred ? ' on' : ''}`}
        aria-label={isStarred ? `Do not follow ${symbol}` : `Follow ${symbol}`}
        aria-pressed={isStarred}
        onClick={onStar}
      >
        ★
      </button>
    </li>
  );
};

const tickClass = (tick: -1 | 0 | 1): string => (tick === 1 ? 'ticked-up' : tick === -1 ? 'ticked-down' : '');
