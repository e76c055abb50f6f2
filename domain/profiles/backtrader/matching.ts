/** At what price an order fills in a bar, slippage included: backtrader's rules for each type of order. */

import type { Bars } from '../../market/bars.ts';
import type { Slippage } from './config.ts';
import type { Ticket } from './ticket.ts';

/** What matching is given of the broker's settings. */
export interface MatchingRules {
  readonly slippage: Slippage;
  readonly cheatOnClose: boolean;
  readonly cheatOnOpen: boolean;
}

export interface Matcher {
  /**
   * The price at which the ticket fills in bar `index`, NaN when it does not. May trigger the
   * ticket. `filledBar` then names the bar whose volume fills it.
   */
  price(ticket: Ticket, bars: Bars, index: number, barTime: number): number;
  readonly filledBar: number;
}

/** A matcher holds the settings and the last answer's bar, so that matching allocates nothing. */
export const makeMatcher = (rules: MatchingRules): Matcher => {
  const { slippage, cheatOnClose, cheatOnOpen } = rules;
  let filledBar = -1;

  const slipUp = (highest: number, price: number, isLimit: boolean): number => {
    const slipped = slippage.fraction !== 0 ? price * (1 + slippage.fraction) : price + slippage.amount;
    if (slipped === price || slipped <= highest) return slipped;
    if (!slippage.match && !(isLimit && slippage.limit)) return NaN;
    return slippage.out ? slipped : highest;
  };

  const slipDown = (lowest: number, price: number, isLimit: boolean): number => {
    const slipped = slippage.fraction !== 0 ? price * (1 - slippage.fraction) : price - slippage.amount;
    if (slipped === price || slipped >= lowest) return slipped;
    if (!slippage.match && !(isLimit && slippage.limit)) return NaN;
    return slippage.out ? slipped : lowest;
  };

  const market = (ticket: Ticket, bars: Bars, index: number): number => {
    let price: number;
    if (cheatOnClose) {
      price = ticket.madeAtClose;
      filledBar = ticket.madeAtBar;
    } else {
      if (!cheatOnOpen && index <= ticket.madeAtBar) return NaN;
      price = bars.open[index] as number; // index is a bar of the feed, here and below
    }
    if (!slippage.open) return price;
    return ticket.isBuy
      ? slipUp(bars.high[index] as number, price, false)
      : slipDown(bars.low[index] as number, price, false);
  };

  /** The close of the session: known one bar later where no bar stands exactly at its end. */
  const close = (ticket: Ticket, bars: Bars, index: number, barTime: number): number => {
    const price = bars.close[index] as number;
    if (index > ticket.madeAtBar && barTime >= ticket.sessionEnd) {
      if (ticket.closeSeen === 0 || barTime === ticket.sessionEnd) return price;
      filledBar = index - 1;
      return ticket.closeSeen;
    }
    ticket.closeSeen = price;
    return NaN;
  };

  const limit = (isBuy: boolean, price: number, bars: Bars, index: number): number => {
    const open = bars.open[index] as number;
    if (isBuy) {
      if (price >= open) return slippage.open ? slipUp(Math.min(bars.high[index] as number, price), open, true) : open;
      return price >= (bars.low[index] as number) ? price : NaN;
    }
    // Unlike a buy, a sell is capped at its limit alone and not at the bar's low: so 1.9.78 has it.
    if (price <= open) return slippage.open ? slipDown(price, open, true) : open;
    return price <= (bars.high[index] as number) ? price : NaN;
  };

  const stop = ({ isBuy, price }: Ticket, bars: Bars, index: number): number => {
    const open = bars.open[index] as number;
    if (isBuy) {
      const high = bars.high[index] as number;
      if (open >= price) return slippage.open ? slipUp(high, open, false) : open;
      return high >= price ? slipUp(high, price, false) : NaN;
    }
    const low = bars.low[index] as number;
    if (open <= price) return slippage.open ? slipDown(low, open, false) : open;
    return low <= price ? slipDown(low, price, false) : NaN;
  };

  /** Triggered inside the bar, a limit on the far side of the close is known to have traded. */
  const stopLimit = (ticket: Ticket, bars: Bars, index: number): number => {
    const { isBuy, price, limit: limitPrice } = ticket;
    const open = bars.open[index] as number;
    const high = bars.high[index] as number;
    const low = bars.low[index] as number;
    const closing = bars.close[index] as number;
    if (isBuy) {
      if (open >= price) {
        ticket.triggered = true;
        return limit(true, limitPrice, bars, index);
      }
      if (high < price) return NaN;
      ticket.triggered = true;
      if (limitPrice >= price) return slipUp(high, price, true);
      return open > closing && limitPrice >= closing ? limitPrice : NaN;
    }
    if (open <= price) {
      ticket.triggered = true;
      return limit(false, limitPrice, bars, index);
    }
    if (low > price) return NaN;
    ticket.triggered = true;
    if (limitPrice <= price) return slipDown(low, price, true);
    return open <= closing && limitPrice <= closing ? limitPrice : NaN;
  };

  return {
    price(ticket, bars, index, barTime) {
      filledBar = index;
      switch (ticket.execution) {
        case 'market':
          return market(ticket, bars, index);
        case 'close':
          return close(ticket, bars, index, barTime);
        case 'limit':
          return limit(ticket.isBuy, ticket.price, bars, index);
        case 'stop':
        case 'stop-trail':
          return stop(ticket, bars, index);
        case 'stop-limit':
        case 'stop-trail-limit':
          return ticket.triggered ? limit(ticket.isBuy, ticket.limit, bars, index) : stopLimit(ticket, bars, index);
      }
    },
    get filledBar() {
      return filledBar;
    },
  };
};
