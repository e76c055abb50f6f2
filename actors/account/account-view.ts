/** What an account shows of itself: balances, positions, performance. Pure readings of its state. */

import { decimal, decimalText, overDecimal, timesDecimal } from '#domain';
import type { Decimal } from '#domain';
import type {
  AccountStanding,
  AccountView,
  GetStanding,
  OrderView,
  Performance,
  PositionView,
} from './account-messages.ts';
import { equityOf, freeOf, positionOf } from './account-state.ts';
import type { AccountState, PositionState } from './account-state.ts';

type Marks = Readonly<Record<string, string>>;

export const accountView = (id: string, seq: number, state: AccountState, marks: Marks = {}): AccountView => ({
  id,
  name: state.name,
  type: 'paper',
  currency: state.currency,
  cash: state.cash,
  reserved: decimalText(sum(Object.values(state.openOrders), ({ reserved }) => decimal(reserved))),
  equity: decimalText(equityOf(state, marks)),
  realisedProfit: decimalText(sum(Object.values(state.positions), ({ realised }) => decimal(realised))),
  fees: decimalText(sum(Object.values(state.positions), ({ fees }) => decimal(fees))),
  positions: Object.entries(state.positions)
    .filter(([, { quantity }]) => quantity !== '0')
    .map(([symbol, position]) => positionView(symbol, position, marks)),
  openOrders: Object.keys(state.openOrders).length,
  createdAt: state.createdAt,
  version: seq,
});

const positionView = (symbol: string, position: PositionState, marks: Marks): PositionView => {
  const mark = markOf(symbol, marks);
  return {
    symbol,
    quantity: position.quantity,
    averagePrice: position.averagePrice,
    lastPrice: mark,
    unrealisedProfit: mark === null ? null : decimalText(unrealised(position, mark)),
    realisedProfit: position.realised,
  };
};

const markOf = (symbol: string, marks: Marks): string | null =>
  (Object.hasOwn(marks, symbol) ? marks[symbol] : undefined) ?? null;

const unrealised = ({ quantity, averagePrice }: PositionState, mark: string): Decimal =>
  timesDecimal(decimal(quantity), decimal(mark)) - timesDecimal(decimal(quantity), decimal(averagePrice));

/** An order that the account remembers. */
export const orderOf = ({ openOrders, closedOrders }: AccountState, id: string): OrderView | undefined =>
  (Object.hasOwn(openOrders, id) ? openOrders[id]?.view : undefined) ?? closedOrders.find((each) => each.id === id);

export const standingOf = ({ symbols, orderIds }: GetStanding, state: AccountState): AccountStanding => {
  const positions = symbols.map((symbol) => positionOf(state, symbol));
  const own = sum(positions, ({ quantity, averagePrice }) => timesDecimal(decimal(quantity), decimal(averagePrice)));
  return {
    cash: state.cash,
    free: decimalText(freeOf(state)),
    elsewhere: decimalText(equityOf(state) - decimal(state.cash) - own),
    feeRate: state.feeRate,
    positions: positions.map(({ quantity, averagePrice }) => ({ quantity, averagePrice })),
    orders: orderIds.flatMap((id) => orderOf(state, id) ?? []),
  };
};

export const performanceOf = (id: string, state: AccountState, marks: Marks = {}): Performance => {
  const positions = Object.entries(state.positions);
  const equity = equityOf(state, marks);
  const deposited = decimal(state.deposited);
  const closes = positions.reduce((total, [, position]) => total + position.closes, 0);
  const wins = positions.reduce((total, [, position]) => total + position.wins, 0);
  return {
    accountId: id,
    realisedProfit: decimalText(sum(positions, ([, { realised }]) => decimal(realised))),
    unrealisedProfit: decimalText(
      sum(positions, ([symbol, position]) => {
        const mark = markOf(symbol, marks);
        return mark === null ? 0n : unrealised(position, mark);
      }),
    ),
    fees: decimalText(sum(positions, ([, { fees }]) => decimal(fees))),
    equity: decimalText(equity),
    returnPercent: deposited === 0n ? '0' : decimalText(percent(equity - deposited, deposited)),
    maxDrawdownPercent: decimalText(maxDrawdown(state)),
    trades: closes,
    winRatePercent: closes === 0 ? null : decimalText(percent(BigInt(wins), BigInt(closes))),
    bySymbol: positions.map(([symbol, { realised, fees, fills }]) => ({
      symbol,
      realisedProfit: realised,
      fees,
      fills,
    })),
    equityCurve: state.equityCurve,
  };
};

const hundred = decimal('100');
const percent = (part: bigint, whole: bigint): Decimal => timesDecimal(overDecimal(part, whole), hundred);

/** The deepest fall of the curve from a peak before it, in percent of that peak; 0 or negative. */
const maxDrawdown = ({ equityCurve }: AccountState): Decimal => {
  let peak = 0n;
  let deepest = 0n;
  for (const { equity } of equityCurve) {
    const value = decimal(equity);
    if (value > peak) peak = value;
    const fall = peak === 0n ? 0n : percent(value - peak, peak);
    if (fall < deepest) deepest = fall;
  }
  return deepest;
};

const sum = <T>(items: readonly T[], valueOf: (item: T) => Decimal): Decimal =>
  items.reduce((total, item) => total + valueOf(item), 0n);
