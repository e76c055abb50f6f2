/**
 * What a fill pays: its price on the tick, and its commission in whole quanta. Sizing, the gate for
 * new orders and the fill itself all ask here, so that what was found affordable can be paid.
 */

import { fromSteps, stepsNearest } from '../../money.ts';
import { noFees, orderFee } from './commission.ts';
import type { FeeAsk, FeeTally, TradedVolume } from './commission.ts';
import type { Ledger } from './ledger.ts';
import type { TradeToJudge } from './margin.ts';
import { better } from './matching.ts';
import type { Sign } from './matching.ts';
import type { NativeConfig } from './native-config.ts';
import { adverseTicks, hasTakerCosts, takerPrice } from './slippage.ts';
import type { PricedBar } from './slippage.ts';

/** So many lots at the price that a policy names. */
interface Lots {
  readonly feed: number;
  readonly sign: Sign;
  readonly lots: number;
  /** How many of them can close something. */
  readonly closable: number;
  readonly price: number;
}

export interface FillAsk extends Lots {
  /** True when it takes liquidity: then it pays spread and slippage. */
  readonly taker: boolean;
  /** The price is not worse than that; NaN where nothing bounds it. */
  readonly limit: number;
  /** The bar in which it happens. */
  readonly bar: PricedBar;
  /** What the order has paid for its earlier fills. */
  readonly tally: FeeTally;
  readonly paidQuanta: number;
}

/** Worked out in place: each order asks three times, and answers would be a third of the garbage of a run. */
export class FillTerms implements FeeAsk, TradeToJudge {
  feed = -1;
  lots = NaN;
  units = NaN;
  /** Units that close something. */
  closes = NaN;
  /** Lots that have closed something and lots that have opened: known when the ledger has entered the fill. */
  closedLots = NaN;
  openedLots = NaN;
  /** What a unit costs, in ticks and in currency. */
  ticks = NaN;
  price = NaN;
  /** Of all units, currency; never negative. */
  value = NaN;
  taker = true;
  /** What the account had traded before, in the measure of the commission's table. */
  traded = NaN;
  /** The commission, in quanta and in currency. */
  feeQuanta = NaN;
  fee = NaN;
  readonly #config: NativeConfig;
  readonly #ledger: Ledger;
  readonly #traded: TradedVolume;
  readonly #takerCosts: boolean;

  constructor(config: NativeConfig, ledger: Ledger, traded: TradedVolume) {
    this.#config = config;
    this.#ledger = ledger;
    this.#traded = traded;
    this.#takerCosts = hasTakerCosts(config);
  }

  workOut(ask: FillAsk): this {
    const { sign, taker, limit, bar } = ask;
    let { price } = ask;
    if (taker && this.#takerCosts) {
      const units = fromSteps(this.#ledger.lots[ask.feed]!, ask.lots); // feed indexes come from the market
      price = takerPrice(this.#config, { sign, price, units, bar });
    }
    this.#buy(ask, Number.isNaN(limit) ? price : better(sign, price, limit));
    return this.#charge(taker, bar.time, ask.tally, ask.paidQuanta, 0);
  }

  /** Of a forced close: at that price, and with a fraction of the value on top of the commission. */
  workOutForced(lots: Lots, time: number, surcharge: number): this {
    this.#buy(lots, lots.price);
    return this.#charge(true, time, noFees, 0, surcharge);
  }

  #buy({ feed, sign, lots, closable }: Lots, price: number): void {
    const ledger = this.#ledger;
    const grid = ledger.lots[feed]!; // as above
    this.feed = feed;
    this.lots = lots;
    this.units = fromSteps(grid, lots);
    this.closes = closable >= lots ? this.units : fromSteps(grid, closable);
    this.ticks = adverseTicks(ledger.ticks[feed]!, sign, price); // as above
    this.price = fromSteps(ledger.ticks[feed]!, this.ticks); // as above
    this.value = this.units * Math.abs(this.price) * ledger.multipliers[feed]!; // as above
  }

  /** The commission is rounded here alone: judged by half a quantum less than is paid, the largest order that fits does not. */
  #charge(taker: boolean, time: number, tally: FeeTally, paidQuanta: number, surcharge: number): this {
    const { money } = this.#ledger;
    this.taker = taker;
    this.traded = this.#traded.at(time);
    const total = orderFee(this.#config.commission, tally, this) + this.value * surcharge;
    this.feeQuanta = stepsNearest(money, total) - paidQuanta;
    this.fee = fromSteps(money, this.feeQuanta);
    return this;
  }
}
