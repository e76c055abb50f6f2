/** What strategies want, and what became of it. */

import type { Signal } from '#sdk';
import { Link } from '../app/link.tsx';
import { showDecimal } from '../format/numbers.ts';
import { showTime } from '../format/times.ts';

interface SignalsTableProps {
  readonly signals: readonly Signal[];
  /** Of one deployment it is the same in every row. */
  readonly isOfOne?: boolean;
}

export const SignalsTable = ({ signals, isOfOne = false }: SignalsTableProps) => (
  <div class="table-place">
    <table>
      <thead>
        <tr>
          <th>Bar</th>
          {!isOfOne && <th>Strategy</th>}
          <th>Symbol</th>
          <th>Wants</th>
          <th>Type</th>
          <th class="number">Quantity</th>
          <th class="number">Price</th>
          <th>Outcome</th>
        </tr>
      </thead>
      <tbody>
        {signals.map((signal) => (
          <SignalRow key={signal.id} signal={signal} isOfOne={isOfOne} />
        ))}
      </tbody>
    </table>
  </div>
);

const SignalRow = ({ signal, isOfOne }: { readonly signal: Signal; readonly isOfOne: boolean }) => {
  const { deploymentId, strategyName, symbol, action, side, orderType, quantity, limitPrice, tag } = signal;
  const verb = side === 'buy' ? '▲ Buy' : '▼ Sell';
  return (
    <tr>
      <td class="time">{showTime(signal.barAt)}</td>
      {!isOfOne && (
        <td>
          <Link to={`/live/${deploymentId}`}>{strategyName}</Link>
        </td>
      )}
      <td>
        <Link to={`/trade/${encodeURIComponent(symbol)}`}>{symbol}</Link>
      </td>
      <td class={side === 'buy' ? 'up' : 'down'}>
        {action === 'place' ? verb : `${action === 'cancel' ? 'Cancel' : 'Change'} ${side}`}{' '}
        {tag !== null && <span class="tag">{tag}</span>}
      </td>
      <td>{orderType}</td>
      <td class="number">{showDecimal(quantity)}</td>
      <td class="number">{limitPrice === null ? '' : showDecimal(limitPrice)}</td>
      <td class="wrap">
        <span class={`status ${signal.status}`} title={signal.code ?? undefined}>
          {signal.status}
        </span>
        {signal.reason !== null && <small class="muted"> {signal.reason}</small>}
      </td>
    </tr>
  );
};
