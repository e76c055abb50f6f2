/**
 * The ledger of a run: cash, positions and open trades. Every change of cash is a whole number of
 * money quanta, so that the books add up to the last unit.
 */

import {
  addQuanta,
  decimalGrid,
  fromSteps,
  gridOf,
  moneyDecimalsFor,
  nearestWhole,
  noGrid,
  notionalQuanta,
  stepsNearest,
  unitValueOf,
} from '../../money.ts';
import type { Grid, UnitValue } from '../../money.ts';
import type { Feed } from '../../market/feed.ts';
import type { RunLog } from '../run-log.ts';
import type { BarState } from './bar-state.ts';
import type { FillTerms } from './fill-terms.ts';
import type { Sign } from './matching.ts';
import { isClosedBy } from './open-trade.ts';
import type { Closes, OpenTrade, ProtectionLevels } from './open-trade.ts';
import type { WaitingOrder } from './waiting-order.ts';

export interface LedgerConfig {
  readonly cash: number;
  readonly moneyDecimals: number | null;
}

export class Ledger {
  readonly money: Grid;
  readonly ticks: readonly Grid[];
  readonly lots: readonly Grid[];
  readonly multipliers: readonly number[];
  readonly #units: readonly UnitValue[];
  readonly #log: RunLog;

  cashQuanta: number;
  /** `cashQuanta` in currency. */
  cash: number;
  readonly longLots: Float64Array;
  readonly shortLots: Float64Array;
  /** Signed units × multiplier, and units of both sides × multiplier: times a price they are values. */
  readonly weight: Float64Array;
  readonly gross: Float64Array;
  readonly openTrades: OpenTrade[][];
  /** How many feeds have an open position. */
  held = 0;
  /** True when losses could exceed what is there: a short position, or cash below zero. */
  risky = false;
  #nextTrade = 0;
  #commissionQuanta = 0;

  constructor(feeds: readonly Feed[], config: LedgerConfig, log: RunLog) {
    const gridded = feeds.every(({ instrument }) => instrument.tick > 0 && instrument.lot > 0);
    this.money = gridded ? decimalGrid(config.moneyDecimals ?? moneyDecimalsFor(config.cash)) : noGrid;
    this.ticks = feeds.map(({ instrument }) => gridOf(instrument.tick));
    this.lots = feeds.map(({ instrument }) => gridOf(instrument.lot));
    this.multipliers = feeds.map(({ instrument }) => instrument.multiplier);
    this.#units = feeds.map(({ instrument }) =>
      unitValueOf(this.money, instrument.tick, instrument.lot, instrument.multiplier),
    );
    this.#log = log;
    this.cashQuanta = stepsNearest(this.money, config.cash);
    this.cash = fromSteps(this.money, this.cashQuanta);
    this.longLots = new Float64Array(feeds.length);
    this.shortLots = new Float64Array(feeds.length);
    this.weight = new Float64Array(feeds.length);
    this.gross = new Float64Array(feeds.length);
    this.openTrades = feeds.map(() => []);
  }

  /** Signed lots of both sides together. */
  netLots(feed: number): number {
    return this.longLots[feed]! - this.shortLots[feed]!; // feed indexes come from the market
  }

  /** What is held cost at entry, shorts counted negative; currency. */
  netCost(feed: number): number {
    let quanta = 0;
    for (const trade of this.#trades(feed)) quanta += trade.sign * trade.costQuanta;
    return fromSteps(this.money, quanta);
  }

  /** Lots that such a fill could close. */
  closable(feed: number, sign: Sign, closes: Closes): number {
    if (closes.what === 'nothing') return 0;
    if (closes.what === 'opposite') return sign > 0 ? this.shortLots[feed]! : this.longLots[feed]!; // as above
    let sum = 0;
    for (const trade of this.#trades(feed)) if (isClosedBy(trade, sign, closes)) sum += trade.lots;
    return sum;
  }

  /** True while some of what an order opened is held. */
  isOpenEntry(order: number): boolean {
    return this.openTrades.some((trades) => trades.some((trade) => trade.entryOrder === order));
  }

  /** Value of lots at a price in ticks, quanta. */
  notional(feed: number, ticks: number, lots: number): number {
    return notionalQuanta(this.money, this.#units[feed]!, ticks, lots); // as above
  }

  /** Adds to cash (quanta, negative to take). */
  move(quanta: number): void {
    this.cashQuanta = addQuanta(this.money, this.cashQuanta, quanta);
    this.cash = fromSteps(this.money, this.cashQuanta);
    this.#assess();
  }

  /** Enters a fill: cash, fee, closed trades, and what is opened, which `levels` protect. */
  enter(terms: FillTerms, waiting: WaitingOrder, bar: BarState, levels: ProtectionLevels | null): void {
    const { feed, lots, ticks, feeQuanta } = terms;
    const { order, sign, closes } = waiting;
    const notional = this.notional(feed, ticks, lots);
    const closable = this.closable(feed, sign, closes);
    // Without a grid, sums of lots carry rounding: what is nearly all is all.
    const closed = Math.abs(lots - closable) <= closable * 1e-12 ? closable : Math.min(lots, closable);
    const opened = closed === closable && lots - closed <= closable * 1e-12 ? 0 : lots - closed;
    this.cashQuanta = addQuanta(this.money, this.cashQuanta, -sign * notional - feeQuanta);
    this.cash = fromSteps(this.money, this.cashQuanta);
    this.#commissionQuanta = addQuanta(this.money, this.#commissionQuanta, feeQuanta);
    this.#log.commission = fromSteps(this.money, this.#commissionQuanta);
    this.#log.turnover += fromSteps(this.money, notional);

    const closedNotional = opened === 0 ? notional : this.notional(feed, ticks, closed);
    const closedFee = opened === 0 ? feeQuanta : closed === 0 ? 0 : this.share(feeQuanta, closed, lots);
    if (closed > 0) {
      const whole = closed === closable;
      this.#close(terms, waiting, bar, { closed, whole, notional: closedNotional, fee: closedFee });
    }
    if (opened > 0) {
      this.#trades(feed).push({
        id: this.#nextTrade++,
        sign,
        lots: opened,
        entryPrice: terms.price,
        entryBar: bar.bar,
        entryTime: bar.time,
        costQuanta: notional - closedNotional,
        feeQuanta: feeQuanta - closedFee,
        entryOrder: order.id,
        levels,
        tag: order.request.tag ?? null,
      });
    }
    this.recount(feed);
    terms.closedLots = closed;
    terms.openedLots = opened;
  }

  /** The part of an amount of quanta that belongs to `part` of `whole`. */
  share(quanta: number, part: number, whole: number): number {
    if (part === whole) return quanta;
    const exact = (quanta * part) / whole;
    return this.money.step === 0 ? exact : nearestWhole(exact);
  }

  /** Takes `lots` out of an open trade and records them as a closed trade. Money in quanta. */
  closePart(
    feed: number,
    trade: OpenTrade,
    lots: number,
    exit: {
      readonly price: number;
      readonly bar: number;
      readonly time: number;
      readonly valueQuanta: number;
      readonly feeQuanta: number;
    },
  ): void {
    const whole = trade.lots;
    const cost = this.share(trade.costQuanta, lots, whole);
    const entryFee = this.share(trade.feeQuanta, lots, whole);
    const remains = whole - lots;
    this.#record(feed, trade, {
      id: remains > 0 ? this.#nextTrade++ : trade.id,
      lots,
      cost,
      pnl: trade.sign * (exit.valueQuanta - cost) - entryFee - exit.feeQuanta,
      fee: entryFee + exit.feeQuanta,
      exitBar: exit.bar,
      exitTime: exit.time,
      exitPrice: exit.price,
    });
    trade.lots = remains;
    trade.costQuanta -= cost;
    trade.feeQuanta -= entryFee;
  }

  /** What is still open, marked at `price`, as trades without an exit. */
  recordOpen(feed: number, price: number): void {
    for (const trade of this.#trades(feed)) {
      const value = stepsNearest(this.money, fromSteps(this.lots[feed]!, trade.lots) * this.multipliers[feed]! * price); // as above
      this.#record(feed, trade, {
        id: trade.id,
        lots: trade.lots,
        cost: trade.costQuanta,
        pnl: trade.sign * (value - trade.costQuanta) - trade.feeQuanta,
        fee: trade.feeQuanta,
        exitBar: null,
        exitTime: null,
        exitPrice: null,
      });
    }
  }

  /** Sums positions up again after trades of a feed have changed. */
  recount(feed: number): void {
    let long = 0;
    let short = 0;
    for (const trade of this.#trades(feed)) {
      if (trade.sign > 0) long += trade.lots;
      else short += trade.lots;
    }
    const lots = this.lots[feed]!; // as above
    const multiplier = this.multipliers[feed]!;
    this.longLots[feed] = long;
    this.shortLots[feed] = short;
    this.weight[feed] = fromSteps(lots, long - short) * multiplier;
    this.gross[feed] = fromSteps(lots, long + short) * multiplier;
    this.#assess();
  }

  #assess(): void {
    let held = 0;
    let shorts = 0;
    for (let f = 0; f < this.openTrades.length; f++) {
      if (this.gross[f]! > 0) held++;
      if (this.shortLots[f]! > 0) shorts++;
    }
    this.held = held;
    this.risky = shorts > 0 || this.cashQuanta < 0;
  }

  /** Closes lots of the trades that the fill may close; `whole` when that is all there are. Money in quanta. */
  #close(
    { feed, ticks, price }: FillTerms,
    { sign, closes }: WaitingOrder,
    { bar, time }: BarState,
    {
      closed,
      whole,
      notional,
      fee,
    }: { readonly closed: number; readonly whole: boolean; readonly notional: number; readonly fee: number },
  ): void {
    const trades = this.#trades(feed);
    let lotsLeft = closed;
    let valueLeft = notional;
    let feeLeft = fee;
    for (const trade of trades) {
      if (!whole && lotsLeft <= 0) break;
      if (!isClosedBy(trade, sign, closes)) continue;
      const part = whole ? trade.lots : Math.min(trade.lots, lotsLeft);
      const last = part >= lotsLeft;
      const valueQuanta = last ? valueLeft : this.notional(feed, ticks, part);
      const feeQuanta = last ? feeLeft : this.share(fee, part, closed);
      this.closePart(feed, trade, part, { price, bar, time, valueQuanta, feeQuanta });
      lotsLeft -= part;
      valueLeft -= valueQuanta;
      feeLeft -= feeQuanta;
    }
    let kept = 0;
    for (const trade of trades) if (trade.lots > 0) trades[kept++] = trade;
    while (trades.length > kept) trades.pop(); // in place: a new list for every close would be garbage soon
  }

  #record(
    feed: number,
    trade: OpenTrade,
    part: {
      id: number;
      lots: number;
      cost: number;
      pnl: number;
      fee: number;
      exitBar: number | null;
      exitTime: number | null;
      exitPrice: number | null;
    },
  ): void {
    const log = this.#log;
    const pnl = fromSteps(this.money, part.pnl);
    const returnFraction = part.cost > 0 ? part.pnl / part.cost : 0;
    const commission = fromSteps(this.money, part.fee);
    const lengthMs = part.exitTime === null ? NaN : part.exitTime - trade.entryTime;
    log.figures.add(pnl, returnFraction, lengthMs, commission, trade.sign > 0);
    if (!log.keepsRows) return;
    log.trades.push({
      id: part.id,
      feed,
      side: trade.sign > 0 ? 'long' : 'short',
      quantity: fromSteps(this.lots[feed]!, part.lots), // as above
      entryBar: trade.entryBar,
      entryTime: trade.entryTime,
      entryPrice: trade.entryPrice,
      exitBar: part.exitBar,
      exitTime: part.exitTime,
      exitPrice: part.exitPrice,
      stopLoss: trade.levels?.stopLoss ?? null,
      takeProfit: trade.levels?.takeProfit ?? null,
      pnl,
      returnFraction,
      commission,
      tag: trade.tag,
    });
  }

  #trades(feed: number): OpenTrade[] {
    return this.openTrades[feed]!; // as above
  }
}
