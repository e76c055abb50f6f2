/** Walks the price through a bar, as the chosen policy sees it, and executes the orders that it meets. */

import type { Bars } from '../../market/bars.ts';
import type { Feed } from '../../market/feed.ts';
import { BarState } from './bar-state.ts';
import type { Execution } from './execution.ts';
import type { Ledger } from './ledger.ts';
import { isMarketable, isTriggered } from './matching.ts';
import { canMeet, nextOnWay, sureLimit, worstStop } from './meeting.ts';
import type { BarPath } from './native-config.ts';
import type { OrderQueues } from './order-queues.ts';
import { followPrice, isTrailing } from './trailing.ts';
import { isImmediate } from './waiting-order.ts';
import type { WaitingOrder } from './waiting-order.ts';

export interface MatcherParts {
  readonly feeds: readonly Feed[];
  readonly path: BarPath;
  readonly ledger: Ledger;
  readonly queues: OrderQueues;
  readonly execution: Execution;
}

type Point = 'open' | 'close' | 'arrival';

export class BarMatcher {
  readonly #parts: MatcherParts;
  readonly #states: readonly BarState[];
  /** Per feed: how far the finer bars have been used. */
  readonly #finerAt: Int32Array;
  #serial = 0;
  /** Bars that `finer-bars` had to match without finer bars. */
  coarseBars = 0;

  constructor(parts: MatcherParts) {
    this.#parts = parts;
    this.#states = parts.feeds.map(({ bars }, feed) => new BarState(feed, bars));
    this.#finerAt = new Int32Array(parts.feeds.length);
  }

  /** The state of a feed's newest bar. */
  state(feed: number): BarState {
    return this.#states[feed]!; // feed indexes come from the market
  }

  /**
   * False when bar `index` can't change anything about the feed's waiting orders, which is the usual
   * case and must be cheap.
   */
  concerns(feed: number, index: number): boolean {
    const queue = this.#queue(feed);
    if (queue.length === 0) return false;
    if (this.#parts.path === 'finer-bars') return true;
    const { bars } = this.#parts.feeds[feed]!; // as above
    let arrivals = false;
    for (let i = 0; i < queue.length; i++) {
      const waiting = queue[i]!; // i < length
      if (!waiting.arrived) {
        if (isImmediate(waiting)) return true;
        arrivals = true;
      }
      if (waiting.expiresAt === Infinity && waiting.order.request.timeInForce === 'DAY') return true; // its day starts
      const { waits, sign } = waiting;
      if (
        waits === 'limit'
          ? isMarketable(sign, waiting.limit, (sign > 0 ? bars.low : bars.high)[index]!) // index < length: the market has moved there
          : waits === 'stop'
            ? waiting.trail !== null || isTriggered(sign, waiting.stop, (sign > 0 ? bars.high : bars.low)[index]!) // as above
            : true
      )
        return true;
    }
    if (arrivals) for (const waiting of queue) waiting.arrived = true;
    return false;
  }

  /** Takes in bar `index` of a feed: the whole bar, or the first of its finer bars. */
  begin(feed: number, index: number): void {
    const { bars, finer } = this.#parts.feeds[feed]!; // as above
    const state = this.state(feed);
    state.bar = index;
    state.time = bars.time[index]!; // index < length: the market has moved there
    if (this.#parts.path === 'finer-bars') {
      const at = finer === undefined ? -1 : this.#firstFiner(feed, state.time, finer);
      if (at >= 0 && finer !== undefined) return this.#take(state, finer, at);
      this.coarseBars++;
    }
    this.#take(state, bars, index);
  }

  /** The open: orders that close something (`closing`), or the others, that can fill at the first price. */
  atOpen(feed: number, closing: boolean): void {
    this.#point(this.state(feed), 'open', closing);
  }

  /** From the open to the close. Ends with the whole bar as the state. */
  inside(feed: number): void {
    const { bars, finer, timeframeMs } = this.#parts.feeds[feed]!; // as above
    const state = this.state(feed);
    this.#between(state);
    if (this.#parts.path !== 'finer-bars' || finer === undefined) return;
    const end = state.time + timeframeMs;
    let at = this.#finerAt[feed]!; // as above
    if (at >= finer.time.length || finer.time[at]! < state.time || finer.time[at]! >= end) return;
    for (at += 1; at < finer.time.length && finer.time[at]! < end; at++) {
      this.trail(feed);
      this.#take(state, finer, at);
      this.#point(state, 'open', true);
      this.#point(state, 'open', false);
      this.#between(state);
    }
    this.#finerAt[feed] = at - 1;
    state.showWhole(bars);
  }

  /** The close: orders that wait for it, and what they set off at that price. */
  atClose(feed: number): void {
    const state = this.state(feed);
    state.moveTo(state.close);
    this.#point(state, 'close', true);
    this.#point(state, 'close', false);
  }

  /** The close of bar `index` as the first price that new orders meet (`same-close`). */
  atArrival(feed: number, index: number): void {
    const state = this.state(feed);
    const { bars } = this.#parts.feeds[feed]!; // as above
    if (state.bar === index) state.showWhole(bars);
    else {
      state.bar = index;
      state.time = bars.time[index]!; // the market has moved there
      this.#take(state, bars, index);
    }
    state.moveTo(state.close);
    this.#point(state, 'arrival', true);
    this.#point(state, 'arrival', false);
  }

  /** Moves trailing stops by the bar's extremes, where the policy knows no path inside the bar. */
  trail(feed: number): void {
    if (this.#parts.path === 'ohlc-path' || this.#parts.path === 'olhc-path') return;
    const { high, low } = this.state(feed);
    const ticks = this.#parts.ledger.ticks[feed]!; // as above
    for (const waiting of this.#queue(feed)) {
      if (!isTrailing(waiting)) continue;
      const known = Number.isNaN(waiting.from);
      followPrice(waiting, ticks, waiting.sign > 0 ? (known ? low : waiting.sureLow) : known ? high : waiting.sureHigh);
    }
  }

  /** After a bar nothing is inside it any more. */
  end(feed: number): void {
    for (const waiting of this.#queue(feed)) waiting.from = NaN;
  }

  #take(state: BarState, bars: Bars, index: number): void {
    state.serial = ++this.#serial;
    state.step = this.step;
    state.begin(bars, index); // index < length, as the callers see to
    state.lotsLeft = this.#parts.execution.lotsOfVolume(state);
    for (const waiting of this.#queue(state.feed)) waiting.from = NaN;
  }

  #firstFiner(feed: number, time: number, finer: Bars): number {
    let at = this.#finerAt[feed]!; // as above
    while (at < finer.time.length && finer.time[at]! < time) at++;
    this.#finerAt[feed] = at;
    return at < finer.time.length && finer.time[at]! < time + this.#parts.feeds[feed]!.timeframeMs ? at : -1;
  }

  /** One single price: everything that can fill at it does. */
  #point(state: BarState, point: Point, closing: boolean): void {
    const queue = this.#queue(state.feed);
    // Orders that come alive meanwhile are appended, and meet the same price.
    for (let i = 0; i < queue.length; i++) {
      const waiting = queue[i]!; // i < length
      if (!canMeet(waiting, state)) continue;
      if (point === 'arrival' && waiting.arrived && Number.isNaN(waiting.from)) continue;
      if (this.#closesSomething(waiting, state.feed) !== closing) continue;
      this.#meet(waiting, state, point);
    }
  }

  /** An order at one price. */
  #meet(waiting: WaitingOrder, state: BarState, point: Point): void {
    const { execution, queues } = this.#parts;
    const price = state.at;
    const first = !waiting.arrived;
    waiting.arrived = true;
    if (waiting.waits === 'at-close' ? point !== 'close' : waiting.waits === 'at-open' && point !== 'open') return;
    if (waiting.waits === 'stop') {
      if (!isTriggered(waiting.sign, waiting.stop, price)) return;
      if (this.#trigger(waiting) === 'limit') return this.#meetLimit(waiting, state, true);
    }
    if (waiting.waits === 'limit') {
      if (first && waiting.order.request.postOnly === true && isMarketable(waiting.sign, waiting.limit, price)) {
        return queues.end(waiting, 'cancelled', `Post-only: at ${price} it would have taken liquidity at once.`);
      }
      return this.#meetLimit(waiting, state, first);
    }
    execution.execute(waiting, state, price, true);
  }

  #meetLimit(waiting: WaitingOrder, state: BarState, first: boolean): void {
    const { execution, queues } = this.#parts;
    if (isMarketable(waiting.sign, waiting.limit, state.at)) execution.execute(waiting, state, state.at, first);
    else if (isImmediate(waiting))
      queues.end(waiting, 'cancelled', `${waiting.order.request.timeInForce}: ${state.at} is beyond the limit.`);
  }

  /** Between open and close. */
  #between(state: BarState): void {
    switch (this.#parts.path) {
      case 'ohlc-path':
        return this.#walk(state, [state.high, state.low, state.close]);
      case 'olhc-path':
        return this.#walk(state, [state.low, state.high, state.close]);
      default:
        return this.#assumeWorst(state);
    }
  }

  /** Stops first, over the whole range; then orders that want a better price, as far as that is certain. */
  #assumeWorst(state: BarState): void {
    for (;;) {
      const stop = worstStop(this.#queue(state.feed), state, (waiting) => this.#closesSomething(waiting, state.feed));
      if (stop !== null) {
        state.moveInside(stop.price, stop.waiting.sign);
        if (this.#trigger(stop.waiting) === 'limit') {
          this.#wake(stop.waiting, state);
          if (isImmediate(stop.waiting)) this.#meetLimit(stop.waiting, state, true);
        } else this.#parts.execution.execute(stop.waiting, state, stop.price, true);
        continue;
      }
      const limit = sureLimit(this.#queue(state.feed), state);
      if (limit === null) return;
      state.moveInside(limit.price, limit.waiting.sign > 0 ? -1 : 1);
      const atOnce =
        !Number.isNaN(limit.waiting.from) && isMarketable(limit.waiting.sign, limit.waiting.limit, limit.waiting.from);
      this.#parts.execution.execute(limit.waiting, state, limit.price, limit.waiting.waits === 'market' || atOnce);
    }
  }

  /** The price goes straight from turn to turn. */
  #walk(state: BarState, turns: readonly number[]): void {
    this.#ratchetAll(state);
    for (const turn of turns) {
      for (;;) {
        const next = nextOnWay(this.#queue(state.feed), state, turn);
        if (next === null) break;
        state.moveTo(next.price);
        this.#ratchetAll(state);
        if (next.waiting.waits === 'stop') {
          if (!isTriggered(next.waiting.sign, next.waiting.stop, state.at)) continue; // it was moved away meanwhile
          if (this.#trigger(next.waiting) === 'limit') {
            this.#meetLimit(next.waiting, state, true);
            continue;
          }
        }
        const taker = next.waiting.waits === 'market' || next.waiting.from === state.at;
        this.#parts.execution.execute(next.waiting, state, state.at, taker);
      }
      state.moveTo(turn);
      this.#ratchetAll(state);
    }
  }

  /** A triggered stop goes on as a market or a limit order. */
  #trigger(waiting: WaitingOrder): 'market' | 'limit' {
    return (waiting.waits = Number.isNaN(waiting.limit) ? 'market' : 'limit');
  }

  /** A triggered stop-limit counts on what the price does from its trigger on. */
  #wake(waiting: WaitingOrder, state: BarState): void {
    waiting.from = state.at;
    waiting.sureLow = state.sureLow;
    waiting.sureHigh = state.sureHigh;
  }

  #ratchetAll(state: BarState): void {
    const ticks = this.#parts.ledger.ticks[state.feed]!; // as above
    for (const waiting of this.#queue(state.feed)) if (isTrailing(waiting)) followPrice(waiting, ticks, state.at);
  }

  /** Step of the run, set by the rule book before each use. */
  step = 0;

  #closesSomething(waiting: WaitingOrder, feed: number): boolean {
    return this.#parts.ledger.closable(feed, waiting.sign, waiting.closes) > 0;
  }

  #queue(feed: number): WaitingOrder[] {
    return this.#parts.queues.byFeed[feed]!; // as above
  }
}
