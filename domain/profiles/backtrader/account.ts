/** The account of backtrader's broker: cash, what is held, and how a fill, a day's interest and a close change them. */

import type { Market } from '../../engine/market.ts';
import { recordFill, recordTrade, tell } from '../../engine/run-log.ts';
import type { RunLog } from '../../engine/run-log.ts';
import { dayIndex } from '../../market/calendar.ts';
import { boundCash, releasedCash } from './cash-check.ts';
import { Costs } from './commission-scheme.ts';
import type { BacktraderConfig } from './config.ts';
import { fillableUnits } from './filler.ts';
import { Holding, splitUnits } from './holding.ts';
import type { Split } from './holding.ts';
import type { Ticket } from './ticket.ts';

/** What came of an attempt to fill. */
export interface FillOutcome {
  /** True when units were traded. */
  readonly executed: boolean;
  /** Cash that opening units would have left, when that is less than none; else null. */
  readonly lack: number | null;
}

/** A fill split into what it closes and what it opens, signed as the order. */
interface FillParts {
  readonly price: number;
  readonly filledBar: number;
  readonly closed: number;
  readonly opened: number;
  readonly closedCommission: number;
  readonly openedCommission: number;
}

export class Account {
  cash: number;
  /** Cash and positions at the newest closes. */
  value: number;
  readonly holdings: readonly Holding[];
  readonly #market: Market;
  readonly #config: BacktraderConfig;
  readonly #log: RunLog;
  readonly #split: Split = { opened: 0, closed: 0 };
  #tradeCount = 0;

  constructor(market: Market, config: BacktraderConfig, log: RunLog) {
    this.#market = market;
    this.#config = config;
    this.#log = log;
    this.cash = config.cash;
    this.value = config.cash;
    this.holdings = market.feeds.map((feed, f) => {
      const scheme = config.schemes.get(feed.id) ?? config.schemes.get(feed.symbol) ?? config.scheme;
      return new Holding(feed, f, new Costs(scheme, feed.instrument.multiplier));
    });
  }

  holding(feed: number): Holding {
    const holding = this.holdings[feed];
    if (holding === undefined) throw new RangeError(`There is no feed ${feed}.`);
    return holding;
  }

  /** Takes in the closes of the new step; true when something is held. */
  takeCloses(): boolean {
    let held = false;
    for (let f = 0; f < this.holdings.length; f++) {
      const holding = this.holdings[f] as Holding; // f < length
      const bar = this.#market.index[f] as number; // one entry per feed
      if (bar >= 0) holding.close = holding.feed.bars.close[bar] as number; // a bar of the feed
      if (holding.quantity !== 0) held = true;
    }
    return held;
  }

  /** Interest for the days since the last bar, on shorts and where asked for on longs. */
  chargeInterest(): void {
    let credit = 0;
    for (let f = 0; f < this.holdings.length; f++) {
      const holding = this.holdings[f] as Holding; // f < length
      if (holding.quantity === 0) continue;
      const { costs, feed, quantity, averagePrice, interestDay } = holding;
      const today = dayIndex(feed.bars.time[this.#market.index[f] as number] as number); // a feed that is held has a bar
      if (today > interestDay) {
        const due = costs.interestOn(quantity, averagePrice, today - interestDay);
        holding.interestDue += due;
        credit += due;
      }
      holding.interestDay = today;
    }
    this.cash -= credit;
    this.#log.borrow += credit;
  }

  /** Fills as much as the bar's volume and the cash allow. */
  fill(ticket: Ticket, price: number, filledBar: number): FillOutcome {
    const { order } = ticket;
    const { filler, shortCash } = this.#config;
    const holding = this.holding(order.feed);
    const { costs, averagePrice, quantity } = holding;
    const { scheme } = costs;
    const { bars } = holding.feed;
    // Cheating on the close, the volume is still that of the bar in which the order is processed.
    const volumeBar = ticket.execution === 'close' ? filledBar : (this.#market.index[order.feed] as number); // one entry per feed
    const units =
      filler === null
        ? ticket.remaining
        : (ticket.isBuy ? 1 : -1) * fillableUnits(filler, bars, volumeBar, Math.abs(ticket.remaining));
    splitUnits(quantity, units, this.#split);
    const { opened, closed } = this.#split;

    let { cash } = this;
    let closedCommission = 0;
    if (closed !== 0) {
      const profit = costs.profit(-closed, averagePrice, price);
      cash += releasedCash(costs, closed, averagePrice, shortCash) + (scheme.stocklike ? profit : 0);
      closedCommission = costs.commissionOn(closed, price);
      cash -= closedCommission;
      cash += costs.settlement(-closed, holding.settledPrice, price);
      this.cash = cash;
    }
    let openedCommission = 0;
    let affordable = opened;
    if (opened !== 0) {
      cash -= boundCash(costs, opened, price, shortCash);
      openedCommission = costs.commissionOn(opened, price);
      cash -= openedCommission;
      if (cash < 0) {
        affordable = 0;
        openedCommission = 0;
      } else {
        const heldBefore = quantity + units - opened;
        // What was held before joins the new units in being settled from this price on.
        if (Math.abs(quantity + units) > Math.abs(opened))
          cash += costs.settlement(heldBefore, holding.settledPrice, price);
        holding.settledPrice = price;
        this.cash = cash;
      }
    }
    const executed = closed + affordable !== 0;
    if (executed)
      this.#record(ticket, { price, filledBar, closed, opened: affordable, closedCommission, openedCommission });
    return { executed, lack: opened !== 0 && affordable === 0 ? cash : null };
  }

  #record(ticket: Ticket, part: FillParts): void {
    const { price, filledBar, closed, opened, closedCommission, openedCommission } = part;
    const { order } = ticket;
    const log = this.#log;
    const market = this.#market;
    const holding = this.holding(order.feed);
    const { bars } = holding.feed;
    const bar = market.index[order.feed] as number; // one entry per feed
    const units = closed + opened;
    const time = bars.time[bar] as number; // a bar of the feed
    holding.update(units, price);
    holding.interestDay = dayIndex(time);

    let interest = 0;
    if (closed !== 0 && this.#config.interestToProfit) {
      interest = holding.interestDue;
      holding.interestDue = 0;
    }
    const filledBefore = order.filledQuantity;
    order.filledQuantity += Math.abs(units);
    order.fillPrice = (filledBefore * (order.fillPrice ?? 0) + Math.abs(units) * price) / order.filledQuantity;
    ticket.remaining -= units;
    order.status = ticket.remaining === 0 ? 'filled' : 'partly-filled';
    order.updatedStep = market.step;
    const commission = closedCommission + openedCommission;
    const fill = {
      order: order.id,
      feed: order.feed,
      side: order.side,
      quantity: Math.abs(units),
      price,
      commission,
      step: market.step,
      bar: filledBar,
      time: bars.time[filledBar] as number, // the bar filled, or the one before
      tag: order.request.tag ?? null,
    };
    recordFill(log, fill);
    tell(log, order, fill);
    log.commission += commission;
    log.turnover += Math.abs(units) * price * holding.costs.multiplier;
    if (closed !== 0) {
      const trade = holding.book(
        { order, units: closed, price, commission: closedCommission + interest, bar, time },
        this.#tradeCount,
      );
      if (trade !== null) {
        this.#tradeCount++;
        recordTrade(log, trade);
      }
    }
    if (opened !== 0)
      holding.book({ order, units: opened, price, commission: openedCommission, bar, time }, this.#tradeCount);
  }

  /** Gains of futures go into the cash at each close. */
  settleFutures(): void {
    for (const holding of this.holdings) {
      if (holding.quantity === 0) continue;
      this.cash += holding.costs.settlement(holding.quantity, holding.settledPrice, holding.close);
      holding.settledPrice = holding.close;
    }
  }

  /** Values cash and positions at the newest closes. */
  revalue(): void {
    let positions = 0;
    for (const holding of this.holdings) {
      if (holding.quantity === 0) continue;
      let value = this.valueOf(holding);
      if (!this.#config.shortCash) value = Math.abs(value);
      const { unrealized } = holding;
      if (value > 0) {
        positions += (value - unrealized) / holding.costs.scheme.leverage;
        positions += unrealized;
      } else {
        positions += value;
      }
    }
    this.value = this.cash + positions;
  }

  /** Value of one holding: negative for a short one, unless short sales bind cash. */
  valueOf({ costs, quantity, averagePrice, close }: Holding): number {
    return this.#config.shortCash ? costs.valueOf(quantity, close) : costs.boundValueOf(quantity, averagePrice, close);
  }

  /** Enters the trades that are still open in the log. */
  finish(): void {
    for (const holding of this.holdings) {
      const trade = holding.openTrade(this.#tradeCount);
      if (trade === null) continue;
      this.#tradeCount++;
      recordTrade(this.#log, trade);
    }
  }
}
