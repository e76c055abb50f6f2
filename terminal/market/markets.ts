/** Live markets: one subscription a symbol, however many parts of the page look at it. */

import { signal } from '@preact/signals';
import type { ReadonlySignal, Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Market, Quote } from '#sdk';
import { live } from '../session/session.ts';

export interface LiveMarket {
  readonly quote: Quote | null;
  readonly dayOpen: string | null;
  readonly dayHigh: string | null;
  readonly dayLow: string | null;
  readonly dayVolume: string;
  /** Latest prices, the newest last, for the line. */
  readonly recent: readonly number[];
  /** Whether the last price rose (1) or fell (−1). */
  readonly tick: -1 | 0 | 1;
}

const recentMax = 80;

interface Watched {
  readonly market: Signal<LiveMarket | null>;
  watchers: number;
  end: (() => void) | null;
}

const watched = new Map<string, Watched>();

const entryOf = (symbol: string): Watched => {
  const entry = watched.get(symbol) ?? { market: signal<LiveMarket | null>(null), watchers: 0, end: null };
  watched.set(symbol, entry);
  return entry;
};

export const marketOf = (symbol: string): ReadonlySignal<LiveMarket | null> => entryOf(symbol).market;

/** Live until the returned function is called. */
const watchMarket = (symbol: string): (() => void) => {
  const entry = entryOf(symbol);
  entry.watchers += 1;
  entry.end ??= live().quotes(symbol, {
    onSnapshot: (snapshot) => {
      entry.market.value = fromSnapshot(snapshot);
    },
    onPublication: (quote) => {
      entry.market.value = afterQuote(entry.market.peek(), quote);
    },
  });
  return () => {
    entry.watchers -= 1;
    if (entry.watchers > 0) return;
    entry.end?.();
    entry.end = null;
  };
};

/** Watches these symbols while the component is shown. */
export const useMarkets = (symbols: readonly string[]): void => {
  useEffect(() => {
    const ends = symbols.map(watchMarket);
    return () => {
      for (const end of ends) end();
    };
  }, [symbols.join(' ')]);
};

const fromSnapshot = ({ quote, dayOpen, dayHigh, dayLow, dayVolume, trades }: Market): LiveMarket => ({
  quote,
  dayOpen,
  dayHigh,
  dayLow,
  dayVolume,
  recent: trades.slice(-recentMax).map(({ price }) => Number(price)),
  tick: 0,
});

const afterQuote = (market: LiveMarket | null, quote: Quote): LiveMarket => {
  const last = Number(quote.last);
  const before = market?.quote === null || market === null ? last : Number(market.quote.last);
  const { recent = [] } = market ?? {};
  const { dayOpen, dayHigh, dayLow, dayVolume } = market !== null && isSameDay(market, quote) ? market : noDay;
  return {
    quote,
    dayOpen: dayOpen ?? quote.last,
    dayHigh: dayHigh === null || last > Number(dayHigh) ? quote.last : dayHigh,
    dayLow: dayLow === null || last < Number(dayLow) ? quote.last : dayLow,
    dayVolume: String(Number(dayVolume) + Number(quote.size)),
    recent: [...recent, last].slice(-recentMax),
    tick: last > before ? 1 : last < before ? -1 : 0,
  };
};

const noDay = { dayOpen: null, dayHigh: null, dayLow: null, dayVolume: '0' };

/** Days are those of UTC, as the server's. */
const isSameDay = (market: LiveMarket, { at }: Quote): boolean =>
  market.quote === null || market.quote.at.slice(0, 10) === at.slice(0, 10);

/** Change since the day began, as a fraction; null where one of the two prices is missing. */
export const dayChangeOf = (market: LiveMarket | null): number | null => {
  if (market?.quote == null || market.dayOpen === null) return null;
  const open = Number(market.dayOpen);
  return open === 0 ? null : Number(market.quote.last) / open - 1;
};
