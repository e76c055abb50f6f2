/** The live market of one symbol: its latest quote, the bar in progress, and who watches. Volatile. */

import type { ActorAddress, Command, Refusal } from '#kernel';

export interface Quote {
  readonly symbol: string;
  readonly bid: string;
  readonly ask: string;
  readonly last: string;
  /** Size of the last trade. */
  readonly size: string;
  /** Milliseconds UTC. */
  readonly at: number;
}

export interface LiveBar {
  readonly time: number;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
}

export interface MarketView {
  readonly symbol: string;
  readonly status: 'live' | 'silent';
  readonly quote: Quote | null;
  /** The newest minute, still open. */
  readonly bar: LiveBar | null;
  /** Since midnight UTC, as far as the platform ran; null before the first quote of the day. */
  readonly dayOpen: string | null;
  readonly dayHigh: string | null;
  readonly dayLow: string | null;
  readonly dayVolume: string;
  /** The newest last, at most 100. */
  readonly trades: readonly { readonly price: string; readonly size: string; readonly at: number }[];
}

/** From a feed. */
export interface QuoteArrived extends Command<null> {
  readonly type: 'QuoteArrived';
  readonly quote: Quote;
}

export interface GetMarket extends Command<MarketView> {
  readonly type: 'GetMarket';
}

/** From now on the watcher is told `QuoteSeen` at each quote, the latest one at once. Watching twice is watching once. */
export interface Watch extends Command<null> {
  readonly type: 'Watch';
  readonly watcher: ActorAddress;
}

export interface Unwatch extends Command<null> {
  readonly type: 'Unwatch';
  readonly watcher: ActorAddress;
}

export type MarketCommand = QuoteArrived | GetMarket | Watch | Unwatch;
export type MarketRefusal = Refusal & { readonly code: 'quote-invalid' };
