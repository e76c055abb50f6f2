/** Trades, orders and log of a result. */

import type { Backtest, ResultRow, TradeRow } from '#sdk';
import { directionOf, showChange, showNumber, showPercent } from '../format/numbers.ts';
import { showInstant } from '../format/times.ts';
import { plain } from '../format/plain.ts';
import { client } from '../session/session.ts';
import { PagedRows } from './paged-rows.tsx';

export const TradesTable = ({ view }: { readonly view: Backtest }) => (
  <PagedRows<TradeRow>
    id={view.id}
    load={(page) => client.backtests.trades(view.id, page)}
    empty="It made no trades."
    head={
      <>
        <th class="number">#</th>
        <th>Symbol</th>
        <th>Side</th>
        <th class="number">Quantity</th>
        <th>Entry</th>
        <th class="number">Price</th>
        <th>Exit</th>
        <th class="number">Price</th>
        <th class="number">Profit</th>
        <th class="number">%</th>
      </>
    }
    row={({ id, feed, side, quantity, entryTime, entryPrice, exitTime, exitPrice, pnl, returnFraction }) => (
      <tr key={id}>
        <td class="number muted">{id + 1}</td>
        <td>{view.feeds[feed]?.symbol}</td>
        <td class={side === 'long' ? 'up' : 'down'}>{side === 'long' ? '▲ long' : '▼ short'}</td>
        <td class="number">{plain(quantity)}</td>
        <td class="time">{showInstant(entryTime)}</td>
        <td class="number">{plain(entryPrice)}</td>
        <td class="time">{exitTime === null ? 'open' : showInstant(exitTime)}</td>
        <td class="number">{plain(exitPrice)}</td>
        <td class={`number ${directionOf(pnl)}`}>{showChange(pnl)}</td>
        <td class={`number ${directionOf(pnl)}`}>{showPercent(returnFraction)}</td>
      </tr>
    )}
  />
);

export const OrdersTable = ({ view }: { readonly view: Backtest }) => (
  <PagedRows<ResultRow>
    id={view.id}
    load={(page) => client.backtests.rows(view.id, 'orders', page)}
    empty="It placed no orders."
    head={
      <>
        <th class="number">#</th>
        <th>Time</th>
        <th>Symbol</th>
        <th>Side</th>
        <th>Type</th>
        <th class="number">Quantity</th>
        <th class="number">Limit</th>
        <th class="number">Stop</th>
        <th class="number">Filled</th>
        <th class="number">Price</th>
        <th>Status</th>
      </>
    }
    row={(order) => (
      <tr key={String(order['id'])}>
        <td class="number muted">{showNumber(Number(order['id']) + 1, 0)}</td>
        <td class="time">{showInstant(String(order['createdTime']))}</td>
        <td>{view.feeds[Number(order['feed'])]?.symbol}</td>
        <td class={order['side'] === 'buy' ? 'up' : 'down'}>{order['side'] === 'buy' ? '▲ buy' : '▼ sell'}</td>
        <td>{String(order['type'])}</td>
        <td class="number">{plain(order['quantity'])}</td>
        <td class="number">{plain(order['limit'])}</td>
        <td class="number">{plain(order['stop'])}</td>
        <td class="number">{plain(order['filledQuantity'])}</td>
        <td class="number">{plain(order['fillPrice'])}</td>
        <td>
          <span class={`status ${String(order['status'])}`}>{String(order['status'])}</span>
          {order['reason'] !== null && <small class="muted"> {plain(order['reason'])}</small>}
        </td>
      </tr>
    )}
  />
);

export const LogTable = ({ id }: { readonly id: string }) => (
  <PagedRows<ResultRow>
    id={id}
    load={(page) => client.backtests.rows(id, 'log', page)}
    empty="It logged nothing. ctx.log(…) writes lines that show here."
    head={
      <>
        <th>Time</th>
        <th>Line</th>
      </>
    }
    row={({ time, text }) => (
      <tr key={`${String(time)} ${String(text)}`}>
        <td class="time">{showInstant(String(time))}</td>
        <td class="wrap mono">{String(text)}</td>
      </tr>
    )}
  />
);
