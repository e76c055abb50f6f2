/** Plays an order tape: a trader that does at each bar what the tape says, and nothing of its own. */

import { ConfigMistake } from '../config.ts';
import type { Market } from './market.ts';
import type { Order, OrderRequest, OrderType } from './order.ts';
import type { TapeEntry } from './order-tape.ts';
import type { OpenTrade, RuleBook } from './rule-book.ts';
import type { Trader } from './trader.ts';

/** What a tape is played on. */
export interface TradingFloor {
  readonly market: Market;
  readonly book: RuleBook;
}

/** An entry that could not be done as it stands, and why. */
export interface MissedEntry {
  /** Its place on the tape. */
  readonly index: number;
  readonly reason: string;
}

export interface TapePlayer extends Trader {
  readonly missed: readonly MissedEntry[];
}

interface Line {
  readonly index: number;
  readonly entry: TapeEntry;
}

/** A player of `entries` on that floor. Throws ConfigMistake for a feed that the run does not have. */
export const playTape = (entries: readonly TapeEntry[], floor: TradingFloor): TapePlayer => {
  const { market, book } = floor;
  const missed: MissedEntry[] = [];
  const linesOfFeeds = sortByFeedAndBar(entries, floor, missed);
  const ordersById = new Map<string, Order>();
  const closing = new Set<number>(); // trades that this step's lines close already
  const fresh: Order[] = []; // protective orders that came alive in this step and were not yet met on the tape

  const miss = (line: Line, reason: string): void => void missed.push({ index: line.index, reason });

  const placeOrder = (feed: number, { entry, index }: Line): void => {
    const size = entry.size ?? missingTo(entry, feed, floor);
    if (size === 0) return;
    const order = book.submit(requestOf(entry, feed, size, floor, (id) => ordersById.get(id)?.id));
    if (entry.id !== null) ordersById.set(entry.id, order);
    if (order.status === 'rejected') missed.push({ index, reason: order.reason ?? 'Rejected.' });
  };

  const cancelOrder = (feed: number, line: Line): void => {
    const { size, limit, stop, contingent, cancels } = line.entry;
    if (cancels !== null) {
      const named = ordersById.get(cancels);
      if (named === undefined || !book.cancel(named)) miss(line, 'No such order waits.');
      return;
    }
    const alike = book
      .openOrders()
      .filter(
        (order) =>
          order.feed === feed &&
          askedSize(order) === size &&
          order.limit === limit &&
          (order.request.closesTrade === undefined) === (contingent === null),
      );
    // Of a stop-limit whose stop has been reached only the limit is left.
    const same = alike.filter((order) => order.stop === stop);
    const candidates = same.length > 0 ? same : alike.filter(({ type }) => stop === null && type === 'stop-limit');
    const found = candidates.find(({ request }) => (request.tag ?? null) === line.entry.tag) ?? candidates[0];
    if (found === undefined || !book.cancel(found)) miss(line, 'No such order waits.');
  };

  /** The open trades that an entry may mean, in the order of their entries; those of its own label if there are any. */
  const tradesMeant = (feed: number, { size, tag, closesTradeEnteredAtBar }: TapeEntry): readonly OpenTrade[] => {
    const trades = (book.openTrades?.() ?? []).filter(
      (trade) =>
        trade.feed === feed && trade.entryBar === closesTradeEnteredAtBar && trade.quantity > 0 === (size ?? 0) < 0,
    );
    const labelled = trades.filter((trade) => trade.tag === tag);
    return labelled.length > 0 ? labelled : trades;
  };

  const closeUnits = (feed: number, line: Line): void => {
    const { entry } = line;
    const quantity = Math.abs(entry.size ?? 0);
    if (book.openTrades === undefined) {
      placeOrder(feed, line); // an opposite order does it
      return;
    }
    const trades = tradesMeant(feed, entry);
    const trade =
      trades.find(({ id, quantity: held }) => !closing.has(id) && Math.abs(held) === quantity) ??
      trades.find(({ id }) => !closing.has(id)) ??
      trades[0];
    if (trade === undefined) {
      miss(line, 'No such trade is open.');
      return;
    }
    closing.add(trade.id);
    const order = book.submit({
      feed,
      side: trade.quantity > 0 ? 'sell' : 'buy',
      size: { quantity },
      type: 'market',
      closesTrade: trade.id,
      ...(entry.tag === null ? {} : { tag: entry.tag }),
    });
    if (order.status === 'rejected') miss(line, order.reason ?? 'Rejected.');
  };

  const moveExit = (feed: number, line: Line): void => {
    const { entry } = line;
    const exit = entry.contingent === 'sl' ? 'stop-loss' : 'take-profit';
    const price = exit === 'stop-loss' ? entry.stop : entry.limit;
    // A tape also has the protective orders that entries asked for, as they came alive: nothing to do.
    const echo = fresh.findIndex((order) => (exit === 'stop-loss' ? order.stop : order.limit) === price);
    if (echo >= 0 && !entry.cancel) {
      fresh.splice(echo, 1);
      return;
    }
    // What came alive and is gone again, or comes alive only when the end of the data is settled, is no trade now.
    const isFresh = (entry.closesTradeEnteredAtBar ?? 0) >= entry.bar - 1;
    const trade = tradesMeant(feed, entry).find(
      ({ quantity, tag }) => quantity === -(entry.size ?? 0) && (tag === entry.tag || !isFresh),
    );
    if (trade === undefined || book.protect === undefined) {
      if (!isFresh) miss(line, 'No such trade is open.');
    } else {
      book.protect(trade.id, exit, entry.cancel ? null : price);
    }
  };

  const play = (feed: number, line: Line): void => {
    const { contingent, cancel } = line.entry;
    if (contingent === 'sl' || contingent === 'tp') moveExit(feed, line);
    else if (cancel) cancelOrder(feed, line);
    else if (contingent === 'close') closeUnits(feed, line);
    else placeOrder(feed, line);
  };

  const playBar = (feed: number, lines: readonly Line[]): void => {
    closing.clear();
    fresh.length = 0;
    for (let at = book.log.orders.length - 1; book.log.orders[at]?.createdStep === market.step; at--) {
      const order = book.log.orders[at] as Order; // just seen
      if (order.request.closesTrade !== undefined && order.type !== 'market') fresh.push(order);
    }
    for (let at = 0; at < lines.length; at++) {
      const causedByNext = book.closesOnEntry === true && isCausedClose(lines, at, book.openTrades?.() ?? []);
      if (!causedByNext) play(feed, lines[at] as Line); // at < length
    }
  };

  return {
    missed,
    advance() {},
    isWarm: () => true,
    act() {
      for (let feed = 0; feed < linesOfFeeds.length; feed++) {
        const lines = market.fresh[feed] === 1 ? linesOfFeeds[feed]?.get(market.index[feed] ?? -1) : undefined;
        if (lines !== undefined) playBar(feed, lines);
      }
    },
    stop() {},
  };
};

/**
 * True for a close that the plain entry after it brings about by itself: the lines just before such
 * an entry that close each open trade in full, in order. Closing them here as well would change
 * which waiting orders the entry finds.
 */
const isCausedClose = (lines: readonly Line[], at: number, open: readonly OpenTrade[]): boolean => {
  if (lines[at]?.entry.contingent !== 'close') return false;
  let entryAt = at;
  while (lines[entryAt]?.entry.contingent === 'close' && lines[entryAt]?.entry.cancel === false) entryAt++;
  const entry = lines[entryAt]?.entry;
  if (entry === undefined || entry.cancel || entry.contingent !== null || at < entryAt - open.length) return false;
  return open.every((trade, i) => {
    const close = lines[entryAt - open.length + i]?.entry;
    return (
      close?.contingent === 'close' &&
      close.closesTradeEnteredAtBar === trade.entryBar &&
      close.size === -trade.quantity
    );
  });
};

const sortByFeedAndBar = (
  entries: readonly TapeEntry[],
  { market }: TradingFloor,
  missed: MissedEntry[],
): readonly Map<number, Line[]>[] => {
  const maps = market.feeds.map(() => new Map<number, Line[]>());
  const untransmitted = new Map<string, Line[]>(); // by the id of the bracket's parent
  const put = (line: Line, bar: number): void => {
    const { entry, index } = line;
    const feed =
      entry.feed === null ? 0 : market.feeds.findIndex(({ id, symbol }) => id === entry.feed || symbol === entry.feed);
    const map = maps[feed];
    if (map === undefined) {
      const known = market.feeds.map(({ id }) => id).join(', ');
      throw new ConfigMistake(
        `tape[${index}].feed`,
        `there is no feed "${entry.feed ?? ''}".`,
        `The run's feeds are ${known}.`,
      );
    }
    const last = (market.feeds[feed]?.bars.time.length ?? 0) - 1;
    if (bar > last) {
      missed.push({ index, reason: `There is no bar ${bar}, the last is ${last}.` });
      return;
    }
    const lines = map.get(bar);
    if (lines === undefined) map.set(bar, [line]);
    else lines.push(line);
  };
  entries.forEach((entry, index) => {
    const family = entry.parent ?? entry.id ?? '';
    const held = untransmitted.get(family) ?? [];
    if (!entry.transmit) {
      untransmitted.set(family, [...held, { index, entry }]);
      return;
    }
    for (const line of held) put(line, entry.bar);
    if (held.length > 0) untransmitted.delete(family);
    put({ index, entry }, entry.bar);
  });
  for (const lines of untransmitted.values())
    for (const { index } of lines) missed.push({ index, reason: 'It was never transmitted.' });
  return maps;
};

const requestOf = (
  entry: TapeEntry,
  feed: number,
  size: number,
  { book }: TradingFloor,
  idOf: (name: string) => number | undefined,
): OrderRequest => {
  const units = Math.abs(size);
  const isFraction = units < 1 && entry.target === null && book.sizesInUnits !== true;
  const parent = entry.parent === null ? undefined : idOf(entry.parent);
  return {
    feed,
    side: size < 0 ? 'sell' : 'buy',
    size: isFraction ? { fraction: units } : { quantity: units },
    type: entry.type ?? impliedType(entry),
    ...(entry.limit === null ? {} : { limit: entry.limit }),
    ...(entry.stop === null ? {} : { stop: entry.stop }),
    ...(entry.sl === null ? {} : { stopLoss: entry.sl }),
    ...(entry.tp === null ? {} : { takeProfit: entry.tp }),
    ...(entry.trailAmount === null ? {} : { trail: { amount: entry.trailAmount } }),
    ...(entry.trailPercent === null ? {} : { trail: { fraction: entry.trailPercent } }),
    ...(entry.timeInForce === null && entry.validUntil === null ? {} : { timeInForce: entry.timeInForce ?? 'GTD' }),
    ...(entry.validUntil === null ? {} : { expiresAt: entry.validUntil }),
    ...(entry.postOnly ? { postOnly: true } : {}),
    ...(entry.reduceOnly ? { reduceOnly: true } : {}),
    ...(entry.oco === null ? {} : { ocoGroup: entry.oco }),
    ...(parent === undefined ? {} : { parent }),
    ...(entry.tag === null ? {} : { tag: entry.tag }),
  };
};

const impliedType = ({ limit, stop, trailAmount, trailPercent }: TapeEntry): OrderType => {
  if (trailAmount !== null || trailPercent !== null) return limit === null ? 'trailing-stop' : 'trailing-stop-limit';
  if (limit !== null) return stop === null ? 'limit' : 'stop-limit';
  return stop === null ? 'market' : 'stop';
};

const missingTo = ({ target }: TapeEntry, feed: number, { book }: TradingFloor): number => {
  if (target === null) return 0;
  const held = book.position(feed).quantity;
  if ('units' in target) return target.units - held;
  const wish = 'value' in target ? { value: target.value } : { fraction: target.percent };
  return book.unitsFor(feed, wish) - held;
};

/** Signed, as a tape has it. */
const askedSize = ({ side, request: { size } }: Order): number => {
  const asked = 'fraction' in size ? size.fraction : size.quantity;
  return side === 'sell' ? -asked : asked;
};
