/** Trading: watchlist, chart, order ticket, and what the account has open. */

import { useEffect } from 'preact/hooks';
import { Empty, Spinner } from '../parts/states.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import { areSymbolsKnown, symbols } from '../market/symbols.ts';
import { Watchlist } from '../market/watchlist.tsx';
import { client } from '../session/session.ts';
import { goInstead } from '../app/router.ts';
import { AccountBar } from './account-bar.tsx';
import { AccountTables } from './account-tables.tsx';
import { ChartPanel } from './chart-panel.tsx';
import { OrderTicket } from './order-ticket.tsx';

const lastSymbolKey = 'xtrading.symbol';

export const TradePage = ({ symbol }: { readonly symbol: string | null }) => {
  const known = symbols.value;
  useEffect(() => {
    if (symbol !== null) localStorage.setItem(lastSymbolKey, symbol);
    else if (areSymbolsKnown.value) {
      const last = localStorage.getItem(lastSymbolKey);
      const first =
        known.find((listing) => listing.symbol === last) ?? known.find(({ feed }) => feed !== null) ?? known[0];
      if (first !== undefined) goInstead(`/trade/${encodeURIComponent(first.symbol)}`);
    }
  }, [symbol, areSymbolsKnown.value]);
  return (
    <div class="trade">
      <Watchlist symbol={symbol} />
      <div class="trade-middle">
        {symbol === null ? (
          <section class="panel chart-panel">
            {areSymbolsKnown.value ? <Empty title="Choose a symbol.">Its prices are shown here.</Empty> : <Spinner />}
          </section>
        ) : (
          <SymbolChart key={symbol} symbol={symbol} />
        )}
        <AccountTables />
      </div>
      <div class="trade-side">
        <AccountBar />
        <OrderTicket symbol={symbol} />
      </div>
    </div>
  );
};

/** The listing comes from the list where it is there, else by itself. */
const SymbolChart = ({ symbol }: { readonly symbol: string }) => {
  const listed = symbols.value.find((listing) => listing.symbol === symbol);
  const asked = useLoaded(
    () => (areSymbolsKnown.value && listed === undefined ? client.data.symbol(symbol) : Promise.resolve(null)),
    [symbol, areSymbolsKnown.value],
  );
  const listing = listed ?? (asked.state.status === 'ready' ? asked.state.value : null);
  if (listing !== null) return <ChartPanel listing={listing} />;
  return (
    <section class="panel chart-panel">
      {asked.state.status === 'failed' ? (
        <Empty title={`There is no symbol ${symbol}.`}>Choose one on the left, or import its prices.</Empty>
      ) : (
        <Spinner />
      )}
    </section>
  );
};
