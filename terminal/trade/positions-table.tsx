/** Open positions, valued as prices come. */

import { useState } from 'preact/hooks';
import type { Position } from '#sdk';
import { Link } from '../app/link.tsx';
import { tellProblem } from '../app/toasts.tsx';
import { directionOf, showChange, showDecimal, showMoney, showPercent } from '../format/numbers.ts';
import { marketOf } from '../market/markets.ts';
import { Empty } from '../parts/states.tsx';
import { client, may } from '../session/session.ts';
import { takeOrder } from './accounts.ts';
import { valuationOf } from './valuation.ts';

interface PositionsTableProps {
  readonly positions: readonly Position[];
  readonly accountId: string;
}

export const PositionsTable = ({ positions, accountId }: PositionsTableProps) => {
  if (positions.length === 0)
    return <Empty title="No open positions.">What you buy or sell short shows here with its profit, live.</Empty>;
  return (
    <table>
      <thead>
        <tr>
          <th>Symbol</th>
          <th class="number">Quantity</th>
          <th class="number">Average price</th>
          <th class="number">Price</th>
          <th class="number">Value</th>
          <th class="number">Unrealised</th>
          <th class="number">%</th>
          <th class="number">Realised</th>
          <th />
        </tr>
      </thead>
      <tbody>
        {positions.map((position) => (
          <PositionRow key={position.symbol} position={position} accountId={accountId} />
        ))}
      </tbody>
    </table>
  );
};

const PositionRow = ({ position, accountId }: { readonly position: Position; readonly accountId: string }) => {
  const { symbol, quantity, averagePrice } = position;
  const [isClosing, setClosing] = useState(false);
  const { price, profit, profitFraction, value } = valuationOf(position, marketOf(symbol).value?.quote?.last ?? null);
  const realised = Number(position.realisedProfit);
  const close = (): void => {
    setClosing(true);
    const isShort = quantity.startsWith('-');
    const order = {
      accountId,
      symbol,
      type: 'market',
      timeInForce: 'IOC',
      quantity: quantity.replace('-', ''),
    } as const;
    client.trading
      .placeOrder({ ...order, side: isShort ? 'buy' : 'sell' }, crypto.randomUUID())
      .then(takeOrder, (error: unknown) => tellProblem(`${symbol} was not closed`, error))
      .finally(() => setClosing(false));
  };
  return (
    <tr>
      <td>
        <Link to={`/trade/${encodeURIComponent(symbol)}`}>{symbol}</Link>
      </td>
      <td class="number">{showDecimal(quantity)}</td>
      <td class="number">{showDecimal(averagePrice)}</td>
      <td class="number">{price === null ? '—' : showDecimal(String(price))}</td>
      <td class="number">{value === null ? '—' : showMoney(value)}</td>
      <td class={`number ${directionOf(profit)}`}>{profit === null ? '—' : showChange(profit)}</td>
      <td class={`number ${directionOf(profit)}`}>{profitFraction === null ? '—' : showPercent(profitFraction)}</td>
      <td class={`number ${directionOf(realised)}`}>{showChange(realised)}</td>
      <td class="actions">
        {may('trading:write') && (
          <button type="button" class="small" disabled={isClosing} onClick={close}>
            Close
          </button>
        )}
      </td>
    </tr>
  );
};
