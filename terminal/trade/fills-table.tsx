/** What was traded. */

import type { Fill } from '#sdk';
import { Link } from '../app/link.tsx';
import { showDecimal, showMoney } from '../format/numbers.ts';
import { showTime } from '../format/times.ts';
import { Empty } from '../parts/states.tsx';

export const FillsTable = ({ fills }: { readonly fills: readonly Fill[] }) => {
  if (fills.length === 0) return <Empty title="Nothing was traded so far." />;
  return (
    <table>
      <thead>
        <tr>
          <th>Time</th>
          <th>Symbol</th>
          <th>Side</th>
          <th class="number">Quantity</th>
          <th class="number">Price</th>
          <th class="number">Value</th>
          <th class="number">Fee</th>
        </tr>
      </thead>
      <tbody>
        {fills.map(({ id, at, symbol, side, quantity, price, fee }) => (
          <tr key={id}>
            <td class="time">{showTime(at)}</td>
            <td>
              <Link to={`/trade/${encodeURIComponent(symbol)}`}>{symbol}</Link>
            </td>
            <td class={side === 'buy' ? 'up' : 'down'}>{side === 'buy' ? '▲ Bought' : '▼ Sold'}</td>
            <td class="number">{showDecimal(quantity)}</td>
            <td class="number">{showDecimal(price)}</td>
            <td class="number">{showMoney(Number(quantity) * Number(price))}</td>
            <td class="number">{showDecimal(fee)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};
