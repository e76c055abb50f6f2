/** Orders: open ones with a way to cancel them, or those that are done. */

import { useState } from 'preact/hooks';
import type { Order } from '#sdk';
import { Link } from '../app/link.tsx';
import { tell, tellProblem } from '../app/toasts.tsx';
import { showDecimal } from '../format/numbers.ts';
import { showTime } from '../format/times.ts';
import { Empty } from '../parts/states.tsx';
import { client, may } from '../session/session.ts';
import { chosenAccount, takeOrder } from './accounts.ts';

export const OrdersTable = ({ orders, isOpen }: { readonly orders: readonly Order[]; readonly isOpen: boolean }) => {
  const accountId = chosenAccount.value;
  if (orders.length === 0)
    return isOpen ? (
      <Empty title="No open orders.">Limit orders wait here until the market reaches their price.</Empty>
    ) : (
      <Empty title="No orders so far.">Filled, cancelled and rejected orders stay here.</Empty>
    );
  const cancelAll = (): void => {
    if (accountId === null) return;
    client.trading.cancelAll(accountId).then(
      ({ cancelled }) => tell('plain', `${cancelled} cancelled`),
      (error: unknown) => tellProblem('The orders were not cancelled', error),
    );
  };
  return (
    <table>
      <thead>
        <tr>
          <th>Time</th>
          <th>Symbol</th>
          <th>Side</th>
          <th>Type</th>
          <th class="number">Quantity</th>
          <th class="number">Filled</th>
          <th class="number">{isOpen ? 'Limit' : 'Price'}</th>
          <th>Good</th>
          {isOpen ? (
            <th class="actions">
              {may('trading:write') && (
                <button type="button" class="small" onClick={cancelAll}>
                  Cancel all
                </button>
              )}
            </th>
          ) : (
            <th>Status</th>
          )}
        </tr>
      </thead>
      <tbody>
        {orders.map((order) => (
          <OrderRow key={order.id} order={order} isOpen={isOpen} />
        ))}
      </tbody>
    </table>
  );
};

const OrderRow = ({ order, isOpen }: { readonly order: Order; readonly isOpen: boolean }) => {
  const { id, symbol, side, type, quantity, filledQuantity, limitPrice, filledPrice, status, reason } = order;
  const [isCancelling, setCancelling] = useState(false);
  const cancel = (): void => {
    setCancelling(true);
    client.trading
      .cancelOrder(id)
      .then(
        (cancelled) => {
          if (cancelled !== null) takeOrder(cancelled);
        },
        (error: unknown) => tellProblem('The order was not cancelled', error),
      )
      .finally(() => setCancelling(false));
  };
  const price = isOpen ? limitPrice : (filledPrice ?? limitPrice);
  return (
    <tr>
      <td class="time">{showTime(order.placedAt)}</td>
      <td>
        <Link to={`/trade/${encodeURIComponent(symbol)}`}>{symbol}</Link>
      </td>
      <td class={side === 'buy' ? 'up' : 'down'}>{side === 'buy' ? '▲ Buy' : '▼ Sell'}</td>
      <td>{type}</td>
      <td class="number">{showDecimal(quantity)}</td>
      <td class="number">{showDecimal(filledQuantity)}</td>
      <td class="number">{price === null ? 'market' : showDecimal(price)}</td>
      <td>{order.timeInForce}</td>
      {isOpen ? (
        <td class="actions">
          {may('trading:write') && (
            <button type="button" class="small" disabled={isCancelling} onClick={cancel}>
              Cancel
            </button>
          )}
        </td>
      ) : (
        <td>
          <span class={`status ${status}`} title={reason ?? undefined}>
            {status}
          </span>
          {reason !== null && <small class="muted"> {reason}</small>}
        </td>
      )}
    </tr>
  );
};
