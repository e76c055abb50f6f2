/** What is known of a symbol: its instrument, where its prices come from. */

import type { Command, Refusal } from '#kernel';

export interface SymbolView {
  readonly symbol: string;
  readonly description: string;
  readonly kind: 'stock' | 'crypto' | 'forex' | 'future' | 'other';
  readonly currency: string;
  /** Decimal strings: smallest steps of price and quantity. */
  readonly tick: string;
  readonly lot: string;
  readonly multiplier: string;
  /** What makes its live prices; null: none, it has history alone. */
  readonly feed: FeedSettings | null;
  readonly listedAt: number;
  readonly updatedAt: number;
}

export type FeedSettings =
  /** A random walk from a seed that needs no network. */
  | {
      readonly type: 'synthetic';
      readonly seed: string;
      readonly startPrice: string;
      readonly annualVolatility: number;
      readonly quotesPerSecond: number;
    }
  /** Stored history again, at a speed (1: as it was). */
  | {
      readonly type: 'replay';
      readonly interval: '1m' | '1d';
      /** Milliseconds UTC; null: from the first bar. */
      readonly from: number | null;
      readonly speed: number;
      readonly loop: boolean;
    };

/** Who wants to change a symbol or its history. */
export interface SymbolUser {
  readonly userId: string;
  /** May change what is others' too. */
  readonly mayManage: boolean;
}

/**
 * Lists a symbol, or changes what is known of it; what is not given stays. A symbol that was free
 * becomes the user's.
 */
export interface ListSymbol extends Command<SymbolView> {
  readonly type: 'ListSymbol';
  /** Absent: the platform itself, whose symbols are everybody's to read and the administrators' to change. */
  readonly by?: SymbolUser;
  readonly description?: string;
  readonly kind?: SymbolView['kind'];
  readonly currency?: string;
  readonly tick?: string;
  readonly lot?: string;
  readonly multiplier?: string;
  readonly feed?: FeedSettings | null;
  /** What is listed stays as it is: for callers who only guess, such as imports from a file's prices. */
  readonly onlyNew?: true;
}

/** Before its history is written: refused where the symbol is somebody else's; one that was free becomes the user's. */
export interface ClaimSymbol extends Command<null> {
  readonly type: 'ClaimSymbol';
  readonly by: SymbolUser;
}

export interface GetSymbol extends Command<SymbolView> {
  readonly type: 'GetSymbol';
}

export type SymbolCommand = ListSymbol | ClaimSymbol | GetSymbol;

export interface SymbolRefusal extends Refusal {
  readonly code: 'symbol-unknown' | 'symbol-invalid' | 'symbol-owned';
}
