/** The account that is traded on: switch, open, deposit, reset; what it is worth now. */

import { useState } from 'preact/hooks';
import { directionOf, showChange, showMoney } from '../format/numbers.ts';
import { marketOf, useMarkets } from '../market/markets.ts';
import { Empty, Spinner } from '../parts/states.tsx';
import { Icon } from '../parts/icon.tsx';
import { may } from '../session/session.ts';
import { AccountDialog } from './account-dialog.tsx';
import type { AccountDialogKind } from './account-dialog.tsx';
import { accounts, areAccountsKnown, book, chooseAccount, chosenAccount, positions } from './accounts.ts';
import { equityOf, valuationOf } from './valuation.ts';

export const AccountBar = () => {
  const [dialog, setDialog] = useState<AccountDialogKind | null>(null);
  return (
    <section class="panel account-bar" aria-label="Account">
      {!areAccountsKnown.value && <Spinner />}
      {areAccountsKnown.value && accounts.value.length === 0 && (
        <Empty title="You have no account yet.">
          <p>A paper account trades play money at live prices.</p>
          {may('trading:write') && (
            <button type="button" class="primary" onClick={() => setDialog('open')}>
              Open a paper account
            </button>
          )}
        </Empty>
      )}
      {accounts.value.length > 0 && (
        <>
          <div class="account-choice">
            <select
              aria-label="Account"
              value={chosenAccount.value ?? ''}
              onChange={({ currentTarget }) => chooseAccount(currentTarget.value)}
            >
              {accounts.value.map(({ id, name, currency }) => (
                <option key={id} value={id}>
                  {name} · {currency}
                </option>
              ))}
            </select>
            <button
              type="button"
              class="plain"
              title="Open another account"
              aria-label="Open another account"
              onClick={() => setDialog('open')}
            >
              <Icon name="plus" />
            </button>
          </div>
          <AccountFigures />
          <div class="account-actions">
            <button type="button" onClick={() => setDialog('deposit')}>
              Deposit
            </button>
            <button type="button" onClick={() => setDialog('reset')}>
              Reset
            </button>
          </div>
        </>
      )}
      {dialog !== null && <AccountDialog kind={dialog} onClose={() => setDialog(null)} />}
    </section>
  );
};

const AccountFigures = () => {
  const shown = book.value;
  const held = positions.value;
  useMarkets(held.map(({ symbol }) => symbol));
  if (shown === null) return <Spinner />;
  const { account } = shown;
  const prices = Object.fromEntries(held.map(({ symbol }) => [symbol, marketOf(symbol).value?.quote?.last]));
  const unrealised = held.reduce(
    (sum, position) => sum + (valuationOf(position, prices[position.symbol] ?? null).profit ?? 0),
    0,
  );
  const realised = Number(account.realisedProfit);
  return (
    <dl class="figures number">
      <div class="wide">
        <dt>Equity</dt>
        <dd class="big">
          {showMoney(equityOf(account, prices))} <small>{account.currency}</small>
        </dd>
      </div>
      <div>
        <dt>Cash</dt>
        <dd>{showMoney(Number(account.cash))}</dd>
      </div>
      <div>
        <dt>Held for orders</dt>
        <dd>{showMoney(Number(account.reserved))}</dd>
      </div>
      <div>
        <dt>Unrealised</dt>
        <dd class={directionOf(unrealised)}>{showChange(unrealised)}</dd>
      </div>
      <div>
        <dt>Realised</dt>
        <dd class={directionOf(realised)}>{showChange(realised)}</dd>
      </div>
    </dl>
  );
};
