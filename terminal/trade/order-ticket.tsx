/** Buying and selling. */

import { useEffect, useRef, useState } from 'preact/hooks';
import type { OrderSide, TimeInForce } from '#sdk';
import { tell } from '../app/toasts.tsx';
import { listenToKeys } from '../app/shortcuts.ts';
import { showDecimal, showMoney } from '../format/numbers.ts';
import { marketOf } from '../market/markets.ts';
import { symbols } from '../market/symbols.ts';
import { ChoiceField, TextField } from '../parts/field.tsx';
import { Segments } from '../parts/segments.tsx';
import { fieldProblem, otherProblem, useAction } from '../parts/use-action.ts';
import { client, may } from '../session/session.ts';
import { book, chosenAccount, takeOrder } from './accounts.ts';
import { canWait, estimateOf, orderOf, problemsOf } from './ticket.ts';
import type { Ticket } from './ticket.ts';

const lifetimes: readonly { readonly value: TimeInForce; readonly title: string }[] = [
  { value: 'GTC', title: 'Until cancelled' },
  { value: 'DAY', title: 'Today (UTC)' },
  { value: 'IOC', title: 'At once, rest cancelled' },
  { value: 'FOK', title: 'At once and whole' },
];

const empty: Ticket = { side: 'buy', type: 'market', quantity: '', limitPrice: '', timeInForce: 'GTC' };
const pointers = ['/quantity', '/limitPrice', '/timeInForce', '/symbol'];

export const OrderTicket = ({ symbol }: { readonly symbol: string | null }) => {
  const [ticket, setTicket] = useState(empty);
  const action = useAction();
  const form = useRef<HTMLFormElement>(null);
  /** One key for one order: sending it again after a lost answer places it once. */
  const key = useRef(crypto.randomUUID());
  const change = (part: Partial<Ticket>): void => {
    setTicket((before) => ({ ...before, ...part }));
    key.current = crypto.randomUUID();
    action.clear();
  };
  const beginWith = (side: OrderSide): void => {
    change({ side });
    form.current?.querySelector('input')?.focus();
  };
  useEffect(() => listenToKeys({ b: () => beginWith('buy'), s: () => beginWith('sell') }), []);
  useEffect(() => change({ limitPrice: '' }), [symbol]);

  const accountId = chosenAccount.value;
  const quote = symbol === null ? null : (marketOf(symbol).value?.quote ?? null);
  const hasLivePrices = symbols.value.find((listing) => listing.symbol === symbol)?.feed !== null;
  const isUnpriced = !hasLivePrices && !canWait(ticket);
  const problems = problemsOf(ticket);
  const order = symbol === null || accountId === null ? null : orderOf(ticket, { accountId, symbol });
  const estimate = estimateOf(ticket, quote);
  const { side, type } = ticket;
  const { failure } = action;
  const other = otherProblem(failure, pointers);
  const submit = (event: Event): void => {
    event.preventDefault();
    if (order === null) return;
    action.run(async () => {
      const placed = await client.trading.placeOrder(order, key.current);
      key.current = crypto.randomUUID();
      takeOrder(placed);
      if (placed.status === 'rejected') tell('bad', 'The order was rejected', placed.reason ?? '');
      // A market order is filled at the next quote, and the inbox tells that.
      else if (placed.type === 'limit' && placed.status === 'accepted')
        tell('plain', 'Order placed', `${side} ${showDecimal(placed.quantity)} ${placed.symbol}`);
      setTicket((before) => ({ ...before, quantity: '' }));
    });
  };
  return (
    <form ref={form} class={`panel ticket ${side}`} onSubmit={submit} aria-label="Order ticket">
      <Segments
        label="Side"
        value={side}
        options={[
          { value: 'buy', title: 'Buy' },
          { value: 'sell', title: 'Sell' },
        ]}
        onChange={(next) => change({ side: next })}
      />
      <Segments
        label="Type"
        value={type}
        options={[
          { value: 'market', title: 'Market' },
          { value: 'limit', title: 'Limit' },
        ]}
        onChange={(next) =>
          change({
            type: next,
            ...(next === 'limit' && ticket.limitPrice === '' && quote !== null
              ? { limitPrice: side === 'buy' ? quote.bid : quote.ask }
              : {}),
          })
        }
      />
      <TextField
        label="Quantity"
        value={ticket.quantity}
        onChange={(quantity) => change({ quantity })}
        isNumber
        placeholder="0"
        problem={problems.quantity ?? fieldProblem(failure, '/quantity')}
      />
      {type === 'limit' && (
        <TextField
          label="Limit price"
          value={ticket.limitPrice}
          onChange={(limitPrice) => change({ limitPrice })}
          isNumber
          problem={problems.limitPrice ?? fieldProblem(failure, '/limitPrice')}
        />
      )}
      <ChoiceField
        label="Good"
        value={ticket.timeInForce}
        options={lifetimes}
        onChange={(timeInForce) => change({ timeInForce })}
        problem={fieldProblem(failure, '/timeInForce')}
      />
      <dl class="estimate number">
        <dt>{side === 'buy' ? 'Costs about' : 'Brings about'}</dt>
        <dd>{estimate === null ? '—' : showMoney(estimate)}</dd>
        <dt>Free cash</dt>
        <dd>
          {book.value === null ? '—' : showMoney(Number(book.value.account.cash) - Number(book.value.account.reserved))}
        </dd>
      </dl>
      {(other ?? fieldProblem(failure, '/symbol')) !== null && (
        <p class="problem" role="alert">
          {other ?? fieldProblem(failure, '/symbol')}
        </p>
      )}
      <button
        type="submit"
        class={`primary ${side}`}
        disabled={order === null || isUnpriced || action.isBusy || !may('trading:write')}
      >
        {side === 'buy' ? 'Buy' : 'Sell'} {order === null ? '' : showDecimal(order.quantity)} {symbol ?? ''}
      </button>
      {accountId === null && <p class="hint">Open a paper account above first.</p>}
      {!hasLivePrices && (
        <p class="hint">
          {symbol} has no live prices:{' '}
          {isUnpriced ? 'it takes limit orders alone, which wait until it has.' : 'an order waits until it has.'}
        </p>
      )}
    </form>
  );
};
