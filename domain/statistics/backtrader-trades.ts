/** Counts, profits, streaks and lengths of trades as backtrader's TradeAnalyzer gives them, under its names. */

import type { Trade } from '../engine/order.ts';

type Values = Readonly<Record<string, number | null>>;

interface ClosedTrade {
  readonly isLong: boolean;
  /** A trade that ends even is won. */
  readonly isWon: boolean;
  readonly net: number;
  readonly gross: number;
  /** Bars from entry to exit. */
  readonly length: number;
}

const outcomes = ['won', 'lost'] as const;
const sides = ['long', 'short'] as const;

/** Without trades there is `TradeAnalyzer.total.total` alone, as in the original. */
export const analyzeTrades = (trades: readonly Trade[]): Values => {
  const closed = trades.flatMap(closedTrade);
  const values: Record<string, number | null> = { 'TradeAnalyzer.total.total': trades.length };
  const put = (name: string, value: number): void => void (values[`TradeAnalyzer.${name}`] = value);
  if (trades.length === 0) return values;
  put('total.open', trades.length - closed.length);
  if (closed.length === 0) return values;
  put('total.closed', closed.length);
  putStreaks(closed, put);
  putSum(
    'pnl.gross',
    closed.map(({ gross }) => gross),
    put,
  );
  putSum(
    'pnl.net',
    closed.map(({ net }) => net),
    put,
  );
  for (const outcome of outcomes) {
    const chosen = closed.filter(({ isWon }) => isWon === (outcome === 'won'));
    put(`${outcome}.total`, chosen.length);
    putProfits(`${outcome}.pnl`, outcome, chosen, put);
  }
  for (const side of sides) {
    const chosen = closed.filter(({ isLong }) => isLong === (side === 'long'));
    put(`${side}.total`, chosen.length);
    putSum(
      `${side}.pnl`,
      chosen.map(({ net }) => net),
      put,
    );
    for (const outcome of outcomes) {
      const some = chosen.filter(({ isWon }) => isWon === (outcome === 'won'));
      put(`${side}.${outcome}`, some.length);
      putProfits(`${side}.pnl.${outcome}`, outcome, some, put);
    }
  }
  putLengths('len', closed, put);
  // Of all trades, one within a single bar is the shortest until the next one ends: so the original has it.
  put(
    'len.min',
    closed.reduce((shortest, { length }) => (shortest === 0 ? length : Math.min(shortest, length)), 0),
  );
  for (const outcome of outcomes)
    putLengths(
      `len.${outcome}`,
      closed.filter(({ isWon }) => isWon === (outcome === 'won')),
      put,
    );
  for (const side of sides) {
    const chosen = closed.filter(({ isLong }) => isLong === (side === 'long'));
    putLengths(`len.${side}`, chosen, put);
    for (const outcome of outcomes)
      putLengths(
        `len.${side}.${outcome}`,
        chosen.filter(({ isWon }) => isWon === (outcome === 'won')),
        put,
      );
  }
  return values;
};

type Put = (name: string, value: number) => void;

const closedTrade = ({ side, pnl, commission, entryBar, exitBar }: Trade): ClosedTrade[] =>
  exitBar === null
    ? []
    : [{ isLong: side === 'long', isWon: pnl >= 0, net: pnl, gross: pnl + commission, length: exitBar - entryBar }];

const putStreaks = (closed: readonly ClosedTrade[], put: Put): void => {
  for (const outcome of outcomes) {
    let current = 0;
    let longest = 0;
    for (const { isWon } of closed) {
      current = isWon === (outcome === 'won') ? current + 1 : 0;
      longest = Math.max(longest, current);
    }
    put(`streak.${outcome}.current`, current);
    put(`streak.${outcome}.longest`, longest);
  }
};

const putSum = (name: string, numbers: readonly number[], put: Put): void => {
  const total = numbers.reduce((sum, value) => sum + value, 0);
  put(`${name}.total`, total);
  put(`${name}.average`, total / Math.max(1, numbers.length));
};

/** `max` is the best of the won and the worst of the lost, 0 where there is none. */
const putProfits = (
  name: string,
  outcome: (typeof outcomes)[number],
  trades: readonly ClosedTrade[],
  put: Put,
): void => {
  const profits = trades.map(({ net }) => net);
  putSum(name, profits, put);
  put(
    `${name}.max`,
    profits.reduce((best, value) => (outcome === 'won' ? Math.max(best, value) : Math.min(best, value)), 0),
  );
};

const putLengths = (name: string, trades: readonly ClosedTrade[], put: Put): void => {
  const lengths = trades.map(({ length }) => length);
  putSum(name, lengths, put);
  put(
    `${name}.max`,
    lengths.reduce((longest, value) => Math.max(longest, value), 0),
  );
  const counted = lengths.filter((value) => value > 0);
  if (counted.length > 0)
    put(
      `${name}.min`,
      counted.reduce((shortest, value) => Math.min(shortest, value)),
    );
};
