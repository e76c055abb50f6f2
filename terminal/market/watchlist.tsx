/** The symbols that somebody follows, with live prices; searching shows the others. */

import { useState } from 'preact/hooks';
import type { ListedSymbol } from '#sdk';
import { matching } from '../app/matching.ts';
import { Link } from '../app/link.tsx';
import { Empty, Spinner } from '../parts/states.tsx';
import { may } from '../session/session.ts';
import { areSymbolsKnown, symbols } from './symbols.ts';
import { followed, isFollowed, toggleFollowed } from './followed.ts';
import { useMarkets } from './markets.ts';
import { WatchlistRow } from './watchlist-row.tsx';

/** Live at once; more would neither fit nor be read. */
const shownMax = 40;

const listOf = (text: string): readonly ListedSymbol[] => {
  const all = symbols.value;
  if (text.trim() !== '')
    return matching(
      all.map((listing) => ({ listing, title: listing.symbol, about: listing.description })),
      text,
    ).map(({ listing }) => listing);
  if (followed.value !== null) return all.filter(({ symbol }) => isFollowed(symbol));
  return [...all].sort((a, b) => Number(a.feed === null) - Number(b.feed === null));
};

export const Watchlist = ({ symbol }: { readonly symbol: string | null }) => {
  const [text, setText] = useState('');
  const shown = listOf(text).slice(0, shownMax);
  useMarkets(shown.filter(({ feed }) => feed !== null).map((listing) => listing.symbol));
  return (
    <section class="panel watchlist" aria-label="Watchlist">
      <div class="panel-head">
        <input
          type="search"
          class="small"
          placeholder="Filter or find a symbol"
          aria-label="Filter or find a symbol"
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setText('');
          }}
        />
      </div>
      {!areSymbolsKnown.value && <Spinner />}
      {areSymbolsKnown.value && symbols.value.length === 0 && (
        <Empty title="No symbols are listed.">
          {may('data:import') ? <Link to="/import">Import prices from a CSV file</Link> : 'Ask a quant to import some.'}
        </Empty>
      )}
      {areSymbolsKnown.value && symbols.value.length > 0 && shown.length === 0 && (
        <Empty title={text === '' ? 'You follow no symbols.' : 'No symbol fits.'}>
          {text === '' ? 'Find one above and press its star.' : 'Symbols and descriptions are searched.'}
        </Empty>
      )}
      <ul>
        {shown.map((listing) => (
          <WatchlistRow
            key={listing.symbol}
            listing={listing}
            isCurrent={listing.symbol === symbol}
            isStarred={isFollowed(listing.symbol)}
            onStar={() => toggleFollowed(listing.symbol)}
          />
        ))}
      </ul>
    </section>
  );
};
