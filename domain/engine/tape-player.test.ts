/** What a player asks of its rule book, seen from a book that only takes notes. */

import { describe, expect, it } from 'vitest';
import { allocateBars } from '../market/bars.ts';
import type { Market } from './market.ts';
import { parseOrderTape } from './order-tape.ts';
import type { Order, OrderRequest } from './order.ts';
import type { OpenTrade, RuleBook } from './rule-book.ts';
import { newRunLog } from './run-log.ts';
import { playTape } from './tape-player.ts';
import type { TapePlayer } from './tape-player.ts';

const feed = (id: string): Market['feeds'][number] => ({
  id,
  symbol: id.toUpperCase(),
  timeframeMs: 1,
  bars: allocateBars(10),
  instrument: { symbol: id, tick: 0, lot: 0, multiplier: 1, currency: 'USD' },
});

interface Notes {
  readonly player: TapePlayer;
  readonly requests: OrderRequest[];
  readonly calls: unknown[][];
  /** Plays bars 0 to `last` of all feeds. */
  play(last: number): void;
  readonly trades: OpenTrade[];
}

const floorFor = (
  tape: unknown,
  options: {
    readonly closesOnEntry?: boolean;
    readonly plain?: boolean;
    readonly sizesInUnits?: boolean;
    readonly feeds?: readonly string[];
  } = {},
): Notes => {
  const feeds = (options.feeds ?? ['main']).map(feed);
  const market: Market = {
    feeds,
    timeline: new Float64Array(10),
    step: -1,
    time: NaN,
    index: new Int32Array(feeds.length),
    fresh: new Uint8Array(feeds.length).fill(1),
  };
  const log = newRunLog(10);
  const requests: OrderRequest[] = [];
  const calls: unknown[][] = [];
  const trades: OpenTrade[] = [];
  const submit = (request: OrderRequest): Order => {
    const order: Order = {
      id: log.orders.length,
      request,
      feed: request.feed,
      side: request.side,
      type: request.type,
      quantity: 0,
      limit: request.limit ?? null,
      stop: request.stop ?? null,
      status: request.tag === 'bad' ? 'rejected' : 'waiting',
      filledQuantity: 0,
      fillPrice: null,
      createdStep: market.step,
      createdTime: 0,
      updatedStep: market.step,
      stopLossOrder: null,
      takeProfitOrder: null,
      reason: request.tag === 'bad' ? 'No.' : null,
    };
    log.orders.push(order);
    requests.push(request);
    return order;
  };
  const book: RuleBook = {
    cash: 0,
    equity: 1_000,
    ruined: false,
    log,
    position: () => ({ quantity: 4, averagePrice: 1, unrealized: 0 }),
    firstStep: (warm) => warm,
    unitsFor: (_feed, wish) => ('value' in wish ? wish.value / 10 : wish.fraction * 100),
    roundUnits: (_feed, units) => units,
    openOrders: () => log.orders.filter(({ status }) => status === 'waiting'),
    submit,
    amend: () => null,
    cancel(order) {
      calls.push(['cancel', order.id]);
      order.status = 'cancelled';
      return true;
    },
    open() {},
    close() {},
    finish() {},
    ...(options.plain === true
      ? {}
      : {
          openTrades: () => trades,
          protect(trade: number, exit: 'stop-loss' | 'take-profit', price: number | null) {
            calls.push([exit, trade, price]);
            return null;
          },
        }),
    ...(options.closesOnEntry === true ? { closesOnEntry: true } : {}),
    ...(options.sizesInUnits === true ? { sizesInUnits: true } : {}),
  };
  const player = playTape(parseOrderTape(tape), { market, book });
  return {
    player,
    requests,
    calls,
    trades,
    play(last) {
      for (let step = Math.max(0, market.step + 1); step <= last; step++) {
        market.step = step;
        market.index.fill(step);
        player.act();
      }
    },
  };
};

const long = (id: number, quantity: number, more: Partial<OpenTrade> = {}): OpenTrade => ({
  id,
  feed: 0,
  quantity,
  entryBar: 1,
  tag: null,
  stopLoss: null,
  takeProfit: null,
  ...more,
});

describe('playing an order tape', () => {
  it('takes a size below 1 as units where the rules say so', () => {
    const { play, requests } = floorFor([{ bar: 1, size: 0.5 }], { sizesInUnits: true });
    play(1);
    expect(requests.map(({ size }) => size)).toEqual([{ quantity: 0.5 }]);
  });

  it('withdraws the order of the entry that a line names', () => {
    const { play, calls, player } = floorFor([
      { bar: 1, id: 'a', size: 1, limit: 9 },
      { bar: 1, id: 'b', size: 1, limit: 9 },
      { bar: 2, cancel: 'b' },
      { bar: 2, cancel: 'c' },
    ]);
    play(2);
    expect(calls).toEqual([['cancel', 1]]);
    expect(player.missed).toEqual([{ index: 3, reason: 'No such order waits.' }]);
  });

  it('names an entry for a bar after the last', () => {
    const { play, requests, player } = floorFor([
      { bar: 1, size: 1 },
      { bar: 4000, size: 1 },
    ]);
    play(3);
    expect(requests).toHaveLength(1);
    expect(player.missed).toEqual([{ index: 1, reason: expect.stringContaining('There is no bar 4000') }]);
  });

  it('sends what is not transmitted with the last of its bracket, and never without', () => {
    const { play, requests, player } = floorFor([
      { bar: 1, id: 'p', size: 1, tag: 'parent', transmit: false },
      { bar: 1, size: 2, tag: 'between' },
      { bar: 1, size: -1, stop: 8, parent: 'p', tag: 'stop', transmit: false },
      { bar: 1, size: -1, limit: 12, parent: 'p', tag: 'limit' },
      { bar: 2, id: 'q', size: 1, transmit: false },
    ]);
    play(3);
    expect(requests.map(({ tag }) => tag)).toEqual(['between', 'parent', 'stop', 'limit']);
    expect(player.missed).toEqual([{ index: 4, reason: 'It was never transmitted.' }]);
  });

  it('orders at the bars of the tape, in its order, of the type that the prices say', () => {
    const { play, requests, player } = floorFor([
      { bar: 2, size: 5, tag: 'a' },
      { bar: 1, size: -0.5, limit: 9 },
      { bar: 2, size: 1, stop: 12, limit: 13, sl: 8, tp: 20 },
      { bar: 3, size: 1, stop: 12 },
      { bar: 3, size: -2, trailAmount: 1.5, oco: 'x', reduceOnly: true },
      { bar: 3, size: 2, type: 'market-on-close', timeInForce: 'DAY' },
    ]);
    play(0);
    expect(requests).toEqual([]);
    play(5);
    expect(requests).toEqual([
      { feed: 0, side: 'sell', size: { fraction: 0.5 }, type: 'limit', limit: 9 },
      { feed: 0, side: 'buy', size: { quantity: 5 }, type: 'market', tag: 'a' },
      {
        feed: 0,
        side: 'buy',
        size: { quantity: 1 },
        type: 'stop-limit',
        limit: 13,
        stop: 12,
        stopLoss: 8,
        takeProfit: 20,
      },
      { feed: 0, side: 'buy', size: { quantity: 1 }, type: 'stop', stop: 12 },
      {
        feed: 0,
        side: 'sell',
        size: { quantity: 2 },
        type: 'trailing-stop',
        trail: { amount: 1.5 },
        reduceOnly: true,
        ocoGroup: 'x',
      },
      { feed: 0, side: 'buy', size: { quantity: 2 }, type: 'market-on-close', timeInForce: 'DAY' },
    ]);
    expect(player.missed).toEqual([]);
  });

  it('orders what is missing to a target', () => {
    const { play, requests } = floorFor([
      { bar: 1, target: { units: 10 } },
      { bar: 1, target: { value: 20 } },
      { bar: 1, target: { percent: 0.04 } },
    ]);
    play(1);
    expect(requests.map(({ side, size }) => [side, size])).toEqual([
      ['buy', { quantity: 6 }],
      ['sell', { quantity: 2 }],
    ]);
  });

  it('knows feeds by id and by symbol, and parents by name', () => {
    const { play, requests } = floorFor(
      [
        { bar: 1, size: 1, symbol: 'SPY', id: 'p' },
        { bar: 1, size: -1, feed: 'spy', parent: 'p', limit: 5 },
      ],
      { feeds: ['main', 'spy'] },
    );
    play(1);
    expect(requests).toMatchObject([{ feed: 1 }, { feed: 1, parent: 0 }]);
    expect(() => floorFor([{ bar: 1, size: 1, feed: 'qqq' }])).toThrow('tape[0].feed: there is no feed "qqq".');
  });

  it('cancels the waiting order of the same size, limit and stop', () => {
    const { play, calls, player } = floorFor([
      { bar: 1, size: 1, limit: 5 },
      { bar: 1, size: 1, limit: 6 },
      { bar: 2, size: 1, limit: 6, cancel: true },
      { bar: 2, size: 1, limit: 6, cancel: true },
    ]);
    play(2);
    expect(calls).toEqual([['cancel', 1]]);
    expect(player.missed).toEqual([{ index: 3, reason: 'No such order waits.' }]);
  });

  it('closes units of the trade that was entered at a bar', () => {
    const { play, requests, trades, player } = floorFor([
      { bar: 2, size: -3, contingent: 'close', closesTradeEnteredAtBar: 1 },
      { bar: 2, size: -3, contingent: 'close', closesTradeEnteredAtBar: 1 },
      { bar: 3, size: 3, contingent: 'close', closesTradeEnteredAtBar: 1 },
    ]);
    trades.push(long(7, 3), long(8, 6), long(9, 3, { entryBar: 2 }));
    play(3);
    expect(requests).toMatchObject([
      { closesTrade: 7, side: 'sell', size: { quantity: 3 } },
      { closesTrade: 8, size: { quantity: 3 } },
    ]);
    expect(player.missed).toEqual([{ index: 2, reason: 'No such trade is open.' }]);
  });

  it('closes with an opposite order where trades are not kept apart', () => {
    const { play, requests } = floorFor([{ bar: 2, size: -3, contingent: 'close', closesTradeEnteredAtBar: 1 }], {
      plain: true,
    });
    play(2);
    expect(requests).toEqual([{ feed: 0, side: 'sell', size: { quantity: 3 }, type: 'market' }]);
  });

  it('moves and withdraws protective orders', () => {
    const entry = { size: -3, contingent: 'sl', closesTradeEnteredAtBar: 1 };
    const { play, calls, trades } = floorFor([
      { bar: 2, ...entry, stop: 9 },
      { bar: 3, ...entry, stop: 10, cancel: true },
      { bar: 3, ...entry, contingent: 'tp', limit: 15 },
    ]);
    trades.push(long(7, 5), long(8, 3, { stopLoss: 10 }));
    play(3);
    expect(calls).toEqual([
      ['stop-loss', 8, 9],
      ['stop-loss', 8, null],
      ['take-profit', 8, 15],
    ]);
  });

  it('tells trades of one bar and size apart by their labels', () => {
    const entry = { bar: 3, size: -3, tag: 'b', closesTradeEnteredAtBar: 1 };
    const { play, calls, requests, trades } = floorFor([
      { ...entry, contingent: 'sl', stop: 9 },
      { ...entry, contingent: 'close' },
    ]);
    trades.push(long(7, 3, { tag: 'a' }), long(8, 3, { tag: 'b' }));
    play(3);
    expect(calls).toEqual([['stop-loss', 8, 9]]);
    expect(requests).toMatchObject([{ closesTrade: 8 }]);
  });

  it('passes over protective orders of trades that live only while the end is settled', () => {
    const entry = { bar: 9, size: -3, tag: 'late', contingent: 'sl', stop: 9, closesTradeEnteredAtBar: 9 };
    const { play, calls, trades, player } = floorFor([entry]);
    trades.push(long(7, 3, { entryBar: 9 }));
    play(9);
    expect([calls, player.missed]).toEqual([[], []]);
  });

  it('withdraws what is left of a stop-limit, and a close by the trade it closes', () => {
    const { play, calls, trades } = floorFor([
      { bar: 1, size: 2, limit: 5, stop: 6 },
      { bar: 2, size: 2, limit: 5, cancel: true },
      { bar: 2, size: -3, contingent: 'close', closesTradeEnteredAtBar: 1 },
      { bar: 3, size: -3, contingent: 'close', closesTradeEnteredAtBar: 1, cancel: true },
    ]);
    trades.push(long(7, 3));
    play(3);
    expect(calls).toEqual([
      ['cancel', 0],
      ['cancel', 1],
    ]);
  });

  it('leaves out the closes that an exclusive entry causes, not those of the strategy', () => {
    const close = { bar: 2, size: -3, contingent: 'close', closesTradeEnteredAtBar: 1 };
    const { play, requests, trades } = floorFor([close, close, { bar: 2, size: 5 }, close], { closesOnEntry: true });
    trades.push(long(7, 3));
    play(2);
    expect(requests).toMatchObject([{ closesTrade: 7 }, { size: { quantity: 5 } }, { closesTrade: 7 }]);
  });

  it('notes what was refused', () => {
    const { play, player } = floorFor([
      { bar: 1, size: 1 },
      { bar: 1, size: 1, tag: 'bad' },
    ]);
    play(1);
    expect(player.missed).toEqual([{ index: 1, reason: 'No.' }]);
  });
});
