/**
 * The compatibility profile `backtrader`: the broker of version 1.9.78, its oddities included. Orders
 * made at a bar are checked against the cash, filled and booked when the next bar comes, in one pass.
 */

import type { Market } from '../../engine/market.ts';
import type { Order, OrderRequest } from '../../engine/order.ts';
import type { OrderChange, PositionView, RuleBook, RuleBookFactory } from '../../engine/rule-book.ts';
import { tell } from '../../engine/run-log.ts';
import type { RunLog } from '../../engine/run-log.ts';
import { Account } from './account.ts';
import { CashCheck } from './cash-check.ts';
import type { BacktraderConfig } from './config.ts';
import { makeMatcher } from './matching.ts';
import type { Matcher } from './matching.ts';
import { barTimeOf, makeTicket, refusalOf } from './intake.ts';
import { adjustTrail, isAlive } from './ticket.ts';
import type { Ticket } from './ticket.ts';

export const backtraderRuleBook =
  (config: BacktraderConfig): RuleBookFactory =>
  (market, log) =>
    new BacktraderRuleBook(market, config, log);

class BacktraderRuleBook implements RuleBook {
  readonly log: RunLog;
  readonly ruined = false;
  readonly sizesInUnits = true;
  readonly #account: Account;
  readonly #market: Market;
  readonly #config: BacktraderConfig;
  readonly #matcher: Matcher;
  readonly #check: CashCheck;
  readonly #tickets = new Map<number, Ticket>();
  /** Made, and waiting for the cash check of the next bar. */
  readonly #submitted: Ticket[] = [];
  /** Accepted. While a bar is matched, null marks the end of this round. */
  readonly #pending: (Ticket | null)[] = [];
  /** Children whose parent filled in the bar just matched. */
  readonly #toActivate: Ticket[] = [];
  readonly #groups = new Map<string, Set<number>>();

  constructor(market: Market, config: BacktraderConfig, log: RunLog) {
    this.#market = market;
    this.#config = config;
    this.log = log;
    this.#account = new Account(market, config, this.log);
    this.#matcher = makeMatcher(config);
    this.#check = new CashCheck(market.feeds.length, config);
  }

  get cash(): number {
    return this.#account.cash;
  }

  get equity(): number {
    return this.#account.value;
  }

  position(feed: number): PositionView {
    return this.#account.holding(feed);
  }

  /** The strategy's `next` is called once all indicators are defined and every feed has a bar. */
  firstStep(warm: number): number {
    const { feeds, timeline } = this.#market;
    let first = warm;
    for (const { bars } of feeds) {
      const start = bars.time[0] ?? Infinity;
      while (first < timeline.length && (timeline[first] as number) < start) first++; // first < length
    }
    return first;
  }

  /** As `order_target_value` and `order_target_percent`: what is missing to the target, in whole units at the close. */
  unitsFor(feed: number, wish: { readonly value: number } | { readonly fraction: number }): number {
    const holding = this.#account.holding(feed);
    const { costs, close, quantity } = holding;
    const target = 'value' in wish ? wish.value : wish.fraction * this.equity;
    if (target === 0 || !(close > 0)) return 0;
    const value = this.#account.valueOf(holding);
    if (target > value) return quantity + costs.sizeFor(close, target - value);
    return target < value ? quantity - costs.sizeFor(close, value - target) : quantity;
  }

  /** Units are not on a grid. */
  roundUnits(_feed: number, units: number): number {
    return units;
  }

  openOrders(): readonly Order[] {
    const open: Order[] = [];
    for (const ticket of this.#pending) if (ticket !== null) open.push(ticket.order);
    for (const ticket of this.#submitted) open.push(ticket.order);
    return open;
  }

  submit(request: OrderRequest): Order {
    const parent = request.parent === undefined ? null : (this.#tickets.get(request.parent) ?? null);
    const ticket = this.#newTicket(request, parent);
    const { order } = ticket;
    const refusal =
      refusalOf(request) ??
      (request.parent !== undefined && parent?.bracket.alive !== true ? 'Its parent is not there any more.' : null);
    if (refusal !== null) {
      this.#end(ticket, 'rejected', refusal);
      return order;
    }
    this.#send(ticket);
    const { stopLoss, takeProfit } = request;
    if (stopLoss !== undefined) order.stopLossOrder = this.#sendExit(ticket, { type: 'stop', stop: stopLoss });
    if (takeProfit !== undefined) order.takeProfitOrder = this.#sendExit(ticket, { type: 'limit', limit: takeProfit });
    return order;
  }

  /** The original knows no amendment: it is a cancellation and a new order, checked against the cash again. */
  amend(order: Order, change: OrderChange): string | null {
    const ticket = this.#tickets.get(order.id);
    const at = ticket === undefined ? -1 : this.#pending.indexOf(ticket);
    if (ticket === undefined || at < 0)
      return isWaiting(order) ? 'The order is accepted at the next bar only.' : 'The order does not wait any more.';
    const { execution } = ticket;
    if (change.limit !== undefined && execution !== 'limit' && execution !== 'stop-limit')
      return 'The order has no limit that can be set.';
    if (change.stop !== undefined && execution !== 'stop' && execution !== 'stop-limit')
      return 'The order has no stop that can be set.';
    if (change.stop !== undefined && ticket.triggered) return 'The stop has been reached.';
    const quantity = change.quantity ?? order.quantity;
    if (!(quantity > order.filledQuantity))
      return `The quantity must be greater than what has filled, ${order.filledQuantity}.`;
    order.quantity = quantity;
    ticket.remaining = (ticket.isBuy ? 1 : -1) * (quantity - order.filledQuantity);
    if (change.stop !== undefined) ticket.price = order.stop = change.stop;
    if (change.limit !== undefined) {
      ticket.limit = order.limit = change.limit;
      if (execution === 'limit') ticket.price = change.limit;
    }
    this.#pending.splice(at, 1);
    this.#transmit(ticket);
    this.#tell(ticket);
    return null;
  }

  /** Like the original, only of accepted orders: one made at this very bar can be cancelled at the next. */
  cancel(order: Order): boolean {
    const ticket = this.#tickets.get(order.id);
    return ticket !== undefined && this.#cancelPending(ticket, false, 'Cancelled.');
  }

  open(): void {
    const account = this.#account;
    const heldBefore = account.takeCloses();
    if (this.#toActivate.length > 0) this.#activateChildren();
    if (this.#submitted.length > 0) this.#checkSubmitted();
    if (heldBefore) account.chargeInterest();
    const held = (this.#pending.length > 0 && this.#matchPending()) || heldBefore;
    if (held) {
      account.settleFutures();
      this.log.exposed[this.#market.step] = 1;
    }
    account.revalue();
  }

  close(): void {
    this.log.equity[this.#market.step] = this.equity;
  }

  finish(): void {
    this.#account.finish();
  }

  #newTicket(request: OrderRequest, parent: Ticket | null): Ticket {
    const holding = this.#account.holding(request.feed);
    const bar = this.#market.index[request.feed] ?? -1;
    const ticket = makeTicket({
      request,
      parent,
      holding,
      bar,
      market: this.#market,
      id: this.log.orders.length,
      sessionEndMs: this.#config.sessionEndMs,
    });
    this.log.orders.push(ticket.order);
    return ticket;
  }

  #sendExit(parent: Ticket, exit: Pick<OrderRequest, 'type' | 'stop' | 'limit'>): number {
    const { feed, size, tag, timeInForce, expiresAt } = parent.order.request;
    const side = parent.isBuy ? 'sell' : 'buy';
    // As `buy_bracket` has it, all three ends of a bracket are valid equally long.
    const shared = {
      ...(tag === undefined ? {} : { tag }),
      ...(timeInForce === undefined ? {} : { timeInForce }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    };
    const child = this.#newTicket({ feed, side, size, ...exit, ...shared, parent: parent.order.id }, parent);
    this.#send(child);
    return child.order.id;
  }

  /** Enters an order in its bracket and its group, and hands it to the cash check. */
  #send(ticket: Ticket): void {
    const { id, request } = ticket.order;
    this.#tickets.set(id, ticket);
    ticket.bracket.members.push(ticket);
    if (request.ocoGroup !== undefined) {
      const group = this.#groups.get(request.ocoGroup);
      if (group === undefined) this.#groups.set(request.ocoGroup, new Set([id]));
      else group.add(id);
    }
    this.#transmit(ticket);
  }

  #transmit(ticket: Ticket): void {
    if (this.#config.checkSubmit) this.#submitted.push(ticket);
    else this.#accept(ticket);
  }

  #accept(ticket: Ticket): void {
    ticket.closeSeen = 0;
    this.#pending.push(ticket);
    this.#tell(ticket);
  }

  #activateChildren(): void {
    for (const child of this.#toActivate) {
      child.active = true;
      if (child.order.status === 'held') child.order.status = 'waiting';
    }
    this.#toActivate.length = 0;
  }

  #checkSubmitted(): void {
    const check = this.#check;
    check.start(this.cash, this.#account.holdings);
    for (let ticket = this.#submitted.shift(); ticket !== undefined; ticket = this.#submitted.shift()) {
      if (!ticket.bracket.alive) {
        this.#end(ticket, 'rejected', 'Its parent is not there any more.');
        continue;
      }
      const { feed } = ticket.order;
      const {
        costs,
        feed: { bars },
      } = this.#account.holding(feed);
      const atOpen = this.#config.cheatOnOpen && ticket.execution === 'market';
      const price = atOpen ? (bars.open[this.#market.index[feed] as number] as number) : ticket.price; // an order needs a bar to be made
      check.take(feed, costs, ticket.remaining, price);
      if (check.cash >= 0) this.#accept(ticket);
      else this.#refuseForMargin(ticket, check.cash);
    }
  }

  #refuseForMargin(ticket: Ticket, cash: number): void {
    this.#end(ticket, 'rejected', `Margin: it would leave ${cash.toFixed(2)} in cash.`);
    this.#cancelGroup(ticket);
    this.#endBracket(ticket);
  }

  /**
   * One round over the accepted orders; true when something filled. Of several feeds, one without a
   * bar at this step is matched on its last bar again (market orders excepted): so the original does it.
   */
  #matchPending(): boolean {
    const pending = this.#pending;
    const fillsBefore = this.log.fillCount;
    pending.push(null);
    for (let ticket = pending.shift(); ticket !== null && ticket !== undefined; ticket = pending.shift()) {
      const { order } = ticket;
      const { feed } = this.#account.holding(order.feed);
      const bar = this.#market.index[order.feed] as number; // one entry per feed
      const barTime = barTimeOf(feed, bar, this.#config.sessionEndMs);
      // Whole milliseconds, so that a time to live can be given to the end of a day.
      if (ticket.execution !== 'market' && ticket.validUntil !== null && Math.floor(barTime) > ticket.validUntil) {
        this.#end(ticket, 'expired', 'It was not filled in its time.');
        this.#cancelGroup(ticket);
        this.#endBracket(ticket);
        continue;
      }
      if (ticket.active) this.#tryFill(ticket, bar, barTime);
      if (isAlive(ticket)) pending.push(ticket);
      else if (order.status === 'filled') this.#bracketFilled(ticket);
    }
    return this.log.fillCount > fillsBefore;
  }

  #tryFill(ticket: Ticket, bar: number, barTime: number): void {
    const { bars } = this.#account.holding(ticket.order.feed).feed;
    const wasTriggered = ticket.triggered;
    const price = this.#matcher.price(ticket, bars, bar, barTime);
    if (!Number.isNaN(price)) {
      const { executed, lack } = this.#account.fill(ticket, price, this.#matcher.filledBar);
      if (executed) this.#cancelGroup(ticket);
      if (lack !== null) this.#refuseForMargin(ticket, lack);
    }
    const trails = ticket.execution === 'stop-trail' || (ticket.execution === 'stop-trail-limit' && !wasTriggered);
    if (trails && isAlive(ticket)) {
      adjustTrail(ticket, bars.close[bar] as number); // a bar of the feed
      const { order } = ticket;
      order.stop = ticket.price;
      if (ticket.execution === 'stop-trail-limit') order.limit = ticket.limit;
    }
  }

  #bracketFilled(ticket: Ticket): void {
    if (!ticket.isParent) {
      this.#endBracket(ticket);
      return;
    }
    const { members } = ticket.bracket;
    members.shift();
    this.#toActivate.push(...members);
  }

  /** Cancels what is left of a bracket. */
  #endBracket({ bracket }: Ticket): void {
    bracket.alive = false;
    for (let member = bracket.members.shift(); member !== undefined; member = bracket.members.shift()) {
      this.#cancelPending(member, true, 'The other end of its bracket has ended.');
    }
  }

  /** One order of a group has filled or ended: the others go. */
  #cancelGroup({ order: { request } }: Ticket): void {
    if (request.ocoGroup === undefined) return;
    const group = this.#groups.get(request.ocoGroup);
    if (group === undefined) return;
    this.#groups.delete(request.ocoGroup);
    for (let at = this.#pending.length - 1; at >= 0; at--) {
      const ticket = this.#pending[at];
      if (ticket === null || ticket === undefined || !group.has(ticket.order.id)) continue;
      this.#pending.splice(at, 1);
      this.#end(ticket, 'cancelled', `Another order of its group "${request.ocoGroup}" came first.`);
    }
  }

  #cancelPending(ticket: Ticket, withBracket: boolean, reason: string): boolean {
    const at = this.#pending.indexOf(ticket);
    if (at < 0) return false;
    this.#pending.splice(at, 1);
    this.#end(ticket, 'cancelled', reason);
    this.#cancelGroup(ticket);
    if (!withBracket) this.#endBracket(ticket);
    return true;
  }

  #end(ticket: Ticket, status: 'cancelled' | 'expired' | 'rejected', reason: string): void {
    ticket.order.status = status;
    ticket.order.reason = reason;
    this.#tickets.delete(ticket.order.id);
    this.#tell(ticket);
  }

  #tell({ order }: Ticket): void {
    order.updatedStep = this.#market.step;
    tell(this.log, order);
  }
}

const isWaiting = ({ status }: Order): boolean =>
  status === 'waiting' || status === 'held' || status === 'partly-filled';
