/** The native engine: a rule book made of named policies, a ledger and a queue of waiting orders. */

import { fromSteps } from '../../money.ts';
import type { Market } from '../market.ts';
import type { Order, OrderRequest } from '../order.ts';
import type { OpenTrade, OrderChange, PositionView, RuleBook, RuleBookFactory } from '../rule-book.ts';
import type { RunLog } from '../run-log.ts';
import { BarMatcher } from './bar-matcher.ts';
import { Carry } from './carry.ts';
import { CorporateActions } from './corporate-actions.ts';
import { TradedVolume } from './commission.ts';
import { Execution } from './execution.ts';
import type { AccountParts } from './execution.ts';
import { expireOrders, startDays } from './expiry.ts';
import { amendOrder, takeIn } from './intake.ts';
import { FillTerms } from './fill-terms.ts';
import { KnownPrices } from './known-prices.ts';
import { Ledger } from './ledger.ts';
import { LivePosition } from './live-position.ts';
import { closeEverything, liquidateIfDue } from './liquidation.ts';
import { equityAt, money } from './margin.ts';
import type { NativeConfig } from './native-config.ts';
import { OrderQueues } from './order-queues.ts';
import { protectionOf, setExit } from './protection.ts';
import { roundToLot, targetUnits } from './sizing.ts';
import type { Wish } from './sizing.ts';
import { isOpen } from './waiting-order.ts';

/** Notes on a run are for people: a run that is liquidated each day says so often enough. */
const notesMax = 100;

/** The rules of the native engine under these settings. */
export const nativeRuleBook =
  (config: NativeConfig): RuleBookFactory =>
  (market, log) =>
    new NativeRuleBook(config, market, log);

class NativeRuleBook implements RuleBook {
  readonly log: RunLog;
  readonly #config: NativeConfig;
  readonly #market: Market;
  readonly #ledger: Ledger;
  readonly #queues: OrderQueues;
  readonly #prices: KnownPrices;
  readonly #execution: Execution;
  readonly #matcher: BarMatcher;
  readonly #carry: Carry;
  readonly #actions: CorporateActions;
  readonly #parts: AccountParts;
  readonly #positions: readonly PositionView[];
  readonly #feedCount: number;
  /** Columns of the first feed: with a single feed the hot path reads them directly. */
  readonly #close0: Float64Array;
  readonly #low0: Float64Array;
  readonly #high0: Float64Array;
  #ruined = false;
  /** The earliest time at which something is due that is no bar: interest, funding, split, expiry. */
  #nextDue = -Infinity;
  /** Orders were made in this step that `same-close` must look at. */
  #arrivals = false;
  closePosition?: (feed: number, tag?: string) => Order | null;

  constructor(config: NativeConfig, market: Market, log: RunLog) {
    this.#config = config;
    this.#market = market;
    this.log = log;
    this.#ledger = new Ledger(market.feeds, config, this.log);
    this.#queues = new OrderQueues(market, this.log);
    this.#prices = new KnownPrices(market);
    const traded = new TradedVolume(config.commission);
    this.#parts = {
      config,
      market,
      ledger: this.#ledger,
      queues: this.#queues,
      prices: this.#prices,
      log: this.log,
      traded,
      terms: new FillTerms(config, this.#ledger, traded),
    };
    this.#execution = new Execution(this.#parts);
    this.#matcher = new BarMatcher({
      feeds: market.feeds,
      path: config.insideBar,
      ledger: this.#ledger,
      queues: this.#queues,
      execution: this.#execution,
    });
    this.#carry = new Carry(this.#parts);
    this.#actions = new CorporateActions(this.#parts);
    this.#positions = market.feeds.map((_, feed) => new LivePosition(this.#ledger, this.#prices, feed));
    this.#feedCount = market.feeds.length;
    const first = market.feeds[0]?.bars;
    this.#close0 = first?.close ?? new Float64Array(0);
    this.#low0 = first?.low ?? new Float64Array(0);
    this.#high0 = first?.high ?? new Float64Array(0);
    if (config.positions === 'hedging') this.closePosition = (feed, tag) => this.#closeBothSides(feed, tag);
  }

  get cash(): number {
    return this.#ledger.cash;
  }

  get equity(): number {
    return equityAt(this.#ledger, this.#prices);
  }

  get ruined(): boolean {
    return this.#ruined;
  }

  position(feed: number): PositionView {
    return this.#positions[feed]!; // the caller names a feed of the market
  }

  firstStep(warm: number): number {
    return warm;
  }

  unitsFor(feed: number, wish: Wish): number {
    return targetUnits(this.#parts, feed, wish);
  }

  roundUnits(feed: number, units: number): number {
    return roundToLot(this.#parts, feed, units);
  }

  openOrders(): readonly Order[] {
    return this.#queues.openOrders();
  }

  submit(request: OrderRequest): Order {
    this.#arrivals = true;
    const order = takeIn(this.#parts, request, this.#ruined);
    this.#planDue();
    return order;
  }

  amend(order: Order, change: OrderChange): string | null {
    this.#arrivals = true;
    return amendOrder(this.#parts, order, change);
  }

  cancel(order: Order): boolean {
    const waiting = this.#queues.find(order.id);
    if (waiting === null || waiting.order !== order || !isOpen(waiting)) return false;
    this.#queues.end(waiting, 'cancelled', 'Cancelled by the strategy.');
    this.#queues.sweep();
    return true;
  }

  openTrades(): readonly OpenTrade[] {
    return this.#ledger.openTrades.flatMap((trades, feed) =>
      trades.map(({ id, sign, lots, entryBar, levels, tag }): OpenTrade => ({
        id,
        feed,
        entryBar,
        tag,
        quantity: sign * fromSteps(this.#ledger.lots[feed]!, lots), // one grid per feed
        stopLoss: levels?.stopLoss ?? null,
        takeProfit: levels?.takeProfit ?? null,
      })),
    );
  }

  /** Protects what the trade's entry order opened, as a stopLoss or takeProfit of that order would have. */
  protect(trade: number, exit: 'stop-loss' | 'take-profit', price: number | null): Order | null {
    for (const trades of this.#ledger.openTrades) {
      const open = trades.find(({ id }) => id === trade);
      const entry = open === undefined ? undefined : this.log.orders[open.entryOrder];
      if (open === undefined || entry === undefined) continue;
      const protection = protectionOf(entry, this.#queues.protections);
      for (const sibling of trades) if (sibling.entryOrder === open.entryOrder) sibling.levels = protection.levels;
      const place = { queues: this.#queues, ledger: this.#ledger, market: this.#market, bar: null };
      if (price !== null) return setExit(protection, exit, price, place).order;
      const old = exit === 'stop-loss' ? protection.stopLoss : protection.takeProfit;
      if (exit === 'stop-loss') protection.levels.stopLoss = null;
      else protection.levels.takeProfit = null;
      if (old !== null) this.#queues.end(old, 'cancelled', 'Withdrawn.');
      return null;
    }
    return null;
  }

  open(): void {
    if (this.#ruined) return;
    const { time } = this.#market;
    const held = this.#ledger.held > 0;
    if (held) this.log.exposed[this.#market.step] = 1;
    if (time >= this.#nextDue) this.#settle(time);
    if (this.#queues.openCount > 0) this.#match();
    else if (held && this.#ledger.risky) this.#judge();
  }

  close(): void {
    const { step } = this.#market;
    const ledger = this.#ledger;
    if (this.#arrivals) this.#arrive();
    let equity = ledger.cash;
    if (ledger.held > 0) {
      equity =
        this.#feedCount === 1 ? equity + ledger.weight[0]! * this.#close0[step]! : equityAt(ledger, this.#prices); // a single feed's bars are the timeline
    }
    if (equity <= 0 && !this.#ruined) {
      this.#ruin(`At the close equity is ${money(equity)}.`);
      equity = ledger.cash;
    }
    this.log.equity[step] = equity;
  }

  finish(): void {
    for (let feed = 0; feed < this.#feedCount; feed++) this.#ledger.recordOpen(feed, this.#prices.of(feed));
    if (this.#matcher.coarseBars > 0) {
      this.log.notes.push(
        `finer-bars: ${this.#matcher.coarseBars} bars had no finer bars and were matched as pessimistic.`,
      );
    }
  }

  /** Interest, funding, splits, dividends and expiries that have become due. */
  #settle(time: number): void {
    this.#prices.startMatching();
    if (time >= this.#carry.next) this.#carry.charge(time);
    if (time >= this.#actions.next) this.#actions.apply(time);
    expireOrders(this.#queues, time);
    this.#queues.sweep();
    this.#prices.endMatching();
    this.#planDue();
  }

  #planDue(): void {
    this.#nextDue = Math.min(this.#carry.next, this.#actions.next, this.#queues.nextExpiry);
  }

  /** Matches the step's new bars: first all opens, closing orders ahead of opening ones; then bar by bar. */
  #match(): void {
    const { index, fresh, step } = this.#market;
    const matcher = this.#matcher;
    matcher.step = step;
    let matched = 0;
    for (let f = 0; f < this.#feedCount; f++) {
      if (fresh[f] !== 1 || !matcher.concerns(f, index[f]!)) continue; // one index per feed
      matched++;
      matcher.begin(f, index[f]!); // as above
      startDays(this.#queues, f, matcher.state(f).time, this.#config.dayStartMs);
    }
    if (matched === 0) {
      if (this.#ledger.risky && this.#ledger.held > 0) this.#judge();
      return;
    }
    this.#prices.startMatching();
    for (let f = 0; f < this.#feedCount; f++) if (this.#isMatched(f)) matcher.atOpen(f, true);
    for (let f = 0; f < this.#feedCount; f++) if (this.#isMatched(f)) matcher.atOpen(f, false);
    // After market orders nothing may be left for the rest of the bar.
    if (this.#queues.openCount > 0) this.#matchInside();
    else if (this.#ledger.risky && this.#ledger.held > 0) this.#liquidate();
    this.#queues.sweep();
    this.#prices.endMatching();
    this.#planDue();
  }

  /** After the opens: inside the bars, liquidation, and the closes. */
  #matchInside(): void {
    const matcher = this.#matcher;
    for (let f = 0; f < this.#feedCount; f++) if (this.#isMatched(f)) matcher.inside(f);
    if (this.#ledger.risky && this.#ledger.held > 0) this.#liquidate();
    for (let f = 0; f < this.#feedCount; f++) {
      if (!this.#isMatched(f)) continue;
      matcher.atClose(f);
      matcher.trail(f);
      matcher.end(f);
    }
  }

  /** True for feeds whose new bar has been taken in. */
  #isMatched(feed: number): boolean {
    return this.#market.fresh[feed] === 1 && this.#matcher.state(feed).bar === this.#market.index[feed];
  }

  #judge(): void {
    if (this.#feedCount === 1 && this.#isSafe()) return;
    this.#prices.startMatching();
    this.#liquidate();
    this.#prices.endMatching();
  }

  /** The judgement of {@link liquidateIfDue} for a single feed, without a call. */
  #isSafe(): boolean {
    const { step } = this.#market; // a single feed's bars are the timeline
    const weight = this.#ledger.weight[0]!; // the feed is there
    const price = weight > 0 ? this.#low0[step]! : this.#high0[step]!; // as above
    const equity = this.#ledger.cash + weight * price;
    return equity > 0 && equity >= this.#ledger.gross[0]! * price * this.#config.maintenanceMargin; // as above
  }

  #liquidate(): void {
    const reason = liquidateIfDue(this.#parts, this.#execution);
    if (reason === null) return;
    if (this.#ledger.cash <= 0) this.#ruin(reason);
    else if (this.log.notes.length < notesMax) this.log.notes.push(`Step ${this.#market.step}: ${reason}`);
  }

  /** The close of this step's bars as the first price of the orders just made. */
  #arrive(): void {
    this.#arrivals = false;
    if (this.#config.fillAt !== 'same-close' || this.#queues.openCount === 0) return;
    const { index, fresh, step } = this.#market;
    this.#matcher.step = step;
    for (let f = 0; f < this.#feedCount; f++) {
      if (fresh[f] !== 1 || this.#queues.byFeed[f]!.length === 0) continue; // one queue per feed
      this.#matcher.atArrival(f, index[f]!); // as above
      this.#matcher.end(f);
    }
    this.#queues.sweep();
  }

  /** Nothing is left: positions are closed, what is owed is written off, and the run trades no more. */
  #ruin(reason: string): void {
    const ledger = this.#ledger;
    closeEverything(this.#parts, this.#execution, { reason, priceOf: (feed) => this.#prices.of(feed), feeFraction: 0 });
    this.#queues.sweep();
    if (ledger.cashQuanta < 0) {
      this.log.shortfall += -ledger.cash;
      ledger.move(-ledger.cashQuanta);
    }
    this.#ruined = true;
    this.log.ruin = `Ruined: ${reason}`;
  }

  #closeBothSides(feed: number, tag: string | undefined): Order | null {
    const ledger = this.#ledger;
    let first: Order | null = null;
    for (const side of ['sell', 'buy'] as const) {
      const lots = side === 'sell' ? ledger.longLots[feed]! : ledger.shortLots[feed]!; // the caller names a feed of the market
      if (lots === 0) continue;
      const quantity = fromSteps(ledger.lots[feed]!, lots); // as above
      const order = this.submit({
        feed,
        side,
        size: { quantity },
        type: 'market',
        reduceOnly: true,
        ...(tag === undefined ? {} : { tag }),
      });
      first ??= order;
    }
    return first;
  }
}
