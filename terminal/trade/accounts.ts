/** The paper accounts of whoever is signed in; the chosen one is live. */

import { computed, signal } from '@preact/signals';
import type { Account, AccountEntry, AccountEvent, Order } from '#sdk';
import { tellProblem } from '../app/toasts.tsx';
import { client, forEachPerson, live } from '../session/session.ts';
import { afterAccountEvent, isOpen, withListed } from './account-book.ts';
import type { AccountBook } from './account-book.ts';

export const accounts = signal<readonly AccountEntry[]>([]);
export const areAccountsKnown = signal(false);
export const book = signal<AccountBook | null>(null);
export const chosenAccount = signal<string | null>(null);
export const openOrders = computed(() => book.value?.orders.filter(isOpen) ?? []);
export const positions = computed(
  () => book.value?.account.positions.filter(({ quantity }) => Number(quantity) !== 0) ?? [],
);

const listedRows = 100;
let key = '';
let endAccount = (): void => undefined;

export const chooseAccount = (id: string | null): void => {
  if (id === chosenAccount.peek()) return;
  endAccount();
  endAccount = () => undefined;
  chosenAccount.value = id;
  book.value = null;
  if (id === null) return;
  localStorage.setItem(key, id);
  endAccount = live().account(id, {
    onSnapshot: ({ account, orders }) => {
      book.value = { account, orders, fills: book.peek()?.fills ?? [] };
      loadPast(id);
    },
    onPublication: (event) => take(id, event),
  });
};

const take = (id: string, event: AccountEvent): void => {
  const before = book.peek();
  if (before === null || chosenAccount.peek() !== id) return;
  book.value = afterAccountEvent(before, event);
  // What an order holds, and positions and money after a fill, are the ledger's to say.
  refreshAccount(id);
};

let refreshing: string | null = null;

/** Events come in bursts: one question for all that have come while the answer is on its way. */
const refreshAccount = (id: string): void => {
  if (refreshing === id) return;
  refreshing = id;
  queueMicrotask(() => {
    refreshing = null;
    client.trading
      .account(id)
      .then(takeAccount, (error: unknown) => tellProblem('The account could not be read', error));
  });
};

/** The account as an answer has it. */
export const takeAccount = (account: Account): void => {
  const before = book.peek();
  if (before !== null && before.account.id === account.id) book.value = { ...before, account };
};

/** An order as the answer to its command has it; the channel tells it as well, before or after. */
export const takeOrder = (order: Order): void => {
  const before = book.peek();
  if (before !== null && before.account.id === order.accountId) book.value = withListed(before, [order], []);
};

const loadPast = (accountId: string): void => {
  Promise.all([
    client.trading.orders({ accountId, limit: listedRows }),
    client.trading.fills({ accountId, limit: listedRows }),
  ]).then(
    ([orders, fills]) => {
      const before = book.peek();
      if (before?.account.id === accountId) book.value = withListed(before, orders.data, fills.data);
    },
    (error: unknown) => tellProblem('Orders and fills could not be listed', error),
  );
};

export const addAccount = (account: AccountEntry): void => {
  accounts.value = [...accounts.value, account];
  chooseAccount(account.id);
};

forEachPerson(({ id }) => {
  key = `xtrading.account.${id}`;
  client.trading.accounts().then(
    ({ data }) => {
      accounts.value = data;
      areAccountsKnown.value = true;
      const last = localStorage.getItem(key);
      chooseAccount(data.find((account) => account.id === last)?.id ?? data[0]?.id ?? null);
    },
    (error: unknown) => tellProblem('The accounts could not be listed', error),
  );
  return () => {
    chooseAccount(null);
    accounts.value = [];
    areAccountsKnown.value = false;
  };
});
