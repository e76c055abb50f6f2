/** The chart of the chosen symbol with its head: price, change, day, interval. */

import { signal } from '@preact/signals';
import type { ListedSymbol } from '#sdk';
import { decimalsOf, directionOf, showDecimal, showPercent, showShort } from '../format/numbers.ts';
import { dayChangeOf, marketOf, useMarkets } from '../market/markets.ts';
import { intervals } from '../market/candles.ts';
import type { Interval } from '../market/candles.ts';
import { PriceChart } from '../market/price-chart.tsx';
import { Segments } from '../parts/segments.tsx';

const key = 'xtrading.interval';
const kept = intervals.find((interval) => interval === localStorage.getItem(key));
const chosen = signal<Interval | null>(kept ?? null);

/** What was chosen, else what there is most of. */
const intervalFor = ({ coverage, feed }: ListedSymbol): Interval =>
  chosen.value ?? (feed === null && coverage.every(({ interval }) => interval === '1d') ? '1d' : '1m');

export const ChartPanel = ({ listing }: { readonly listing: ListedSymbol }) => {
  const interval = intervalFor(listing);
  return (
    <section class="panel chart-panel" aria-label={`Chart of ${listing.symbol}`}>
      <div class="panel-head chart-head">
        <SymbolHead listing={listing} />
        <Segments
          label="Interval"
          value={interval}
          options={intervals.map((value) => ({ value, title: value }))}
          onChange={(next) => {
            chosen.value = next;
            localStorage.setItem(key, next);
          }}
        />
      </div>
      <PriceChart listing={listing} interval={interval} />
    </section>
  );
};

const SymbolHead = ({ listing }: { readonly listing: ListedSymbol }) => {
  const { symbol, description, tick, feed } = listing;
  useMarkets(feed === null ? [] : [symbol]);
  const market = marketOf(symbol).value;
  const decimals = decimalsOf(tick);
  const change = dayChangeOf(market);
  return (
    <div class="symbol-head">
      <div>
        <h1>{symbol}</h1>
        <small>{description}</small>
      </div>
      {market?.quote != null && (
        <>
          <span class={`last number ${directionOf(change)}`}>
            {showDecimal(market.quote.last, decimals)}
            <small>{change === null ? '' : showPercent(change)}</small>
          </span>
          <dl class="day number">
            <div>
              <dt>Bid</dt>
              <dd>{showDecimal(market.quote.bid, decimals)}</dd>
            </div>
            <div>
              <dt>Ask</dt>
              <dd>{showDecimal(market.quote.ask, decimals)}</dd>
            </div>
            <div>
              <dt>High</dt>
              <dd>{market.dayHigh === null ? '' : showDecimal(market.dayHigh, decimals)}</dd>
            </div>
            <div>
              <dt>Low</dt>
              <dd>{market.dayLow === null ? '' : showDecimal(market.dayLow, decimals)}</dd>
            </div>
            <div>
              <dt>Volume</dt>
              <dd>{showShort(Number(market.dayVolume))}</dd>
            </div>
          </dl>
        </>
      )}
      {feed === null && <span class="tag">History alone: no live prices</span>}
    </div>
  );
};
