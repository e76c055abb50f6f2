/** Trades that are still open, and what decides which of them a fill closes. */

import type { Sign } from './matching.ts';

/** Exit prices that protect a trade, as they stand now. */
export interface ProtectionLevels {
  stopLoss: number | null;
  takeProfit: number | null;
}

/** Units that one fill opened and that are still held. */
export interface OpenTrade {
  readonly id: number;
  readonly sign: Sign;
  lots: number;
  entryPrice: number;
  readonly entryBar: number;
  readonly entryTime: number;
  /** Value at entry of what is still held, and the entry commission not yet charged to an exit; quanta. */
  costQuanta: number;
  feeQuanta: number;
  readonly entryOrder: number;
  levels: ProtectionLevels | null;
  readonly tag: string | null;
}

/** What a fill closes: opposite trades first in first out, a chosen one, or none (hedging). */
export type Closes =
  | { readonly what: 'opposite' }
  | { readonly what: 'nothing' }
  | { readonly what: 'trade'; readonly trade: number }
  | { readonly what: 'entry'; readonly order: number };

/** The usual case, made once. */
export const closesOpposite: Closes = { what: 'opposite' };

/** True when a fill of that sign may close the trade. */
export const isClosedBy = (trade: OpenTrade, sign: Sign, closes: Closes): boolean => {
  if (trade.sign === sign) return false;
  switch (closes.what) {
    case 'opposite':
      return true;
    case 'nothing':
      return false;
    case 'trade':
      return trade.id === closes.trade;
    case 'entry':
      return trade.entryOrder === closes.order;
  }
};
