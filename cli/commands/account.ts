/** `xtrading account list`, `show`, `create`, `deposit`: the paper accounts that you have on a server. */

import type { Account } from '#sdk';
import type { Arguments, CommandDeclaration } from '../arguments.ts';
import { exitCode } from '../exit-code.ts';
import { serverCommand, serverNote, serverOptions } from '../server/connection.ts';
import { money } from '../server/money.ts';
import { ownAccount, ownAccounts } from '../server/own-account.ts';
import { onePositional, positionals } from '../server/positionals.ts';
import { shortTime, table, tell } from '../server/table.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

const listDeclaration: CommandDeclaration = {
  name: 'account list',
  usage: ['account list'],
  summary: 'Lists your accounts on a server.',
  options: serverOptions,
  examples: [['xtrading account list', 'names, cash, ids']],
  notes: [serverNote],
};

export const accountListCommand = serverCommand(listDeclaration, async (given, { client, terminal }) => {
  const accounts = await ownAccounts(client);
  tell(terminal, {
    isJson: given.flag('json'),
    value: accounts,
    text: () =>
      accounts.length === 0
        ? 'You have no account yet: xtrading account create Paper.'
        : table(
            accounts,
            [
              { title: 'name', text: ({ name }) => name },
              { title: 'cash', text: ({ cash, currency }) => `${money(cash)} ${currency}`, isNumber: true },
              { title: 'opened (UTC)', text: ({ createdAt }) => shortTime(createdAt) },
              { title: 'id', text: ({ id }) => id },
            ],
            terminal,
          ),
  });
  return exitCode.done;
});

const showDeclaration: CommandDeclaration = {
  name: 'account show',
  usage: ['account show [ACCOUNT]'],
  summary: 'Shows an account at live prices: cash, equity, positions.',
  options: serverOptions,
  examples: [['xtrading account show Paper', 'by its name; without one, the only account that you have']],
  notes: [serverNote],
};

export const accountShowCommand = serverCommand(showDeclaration, async (given, { client, terminal }) => {
  const { id } = await ownAccount(client, given.positionals[0]);
  return show(await client.trading.account(id), given, terminal);
});

const createDeclaration: CommandDeclaration = {
  name: 'account create',
  usage: ['account create NAME [options]'],
  summary: 'Opens a paper account.',
  options: {
    cash: { value: 'AMOUNT', group: 'Account', help: 'Play money to begin with. Default 100000.' },
    currency: { value: 'C', group: 'Account', help: 'Default USD.' },
    'fee-rate': { value: 'FRACTION', group: 'Account', help: 'Commission of each fill: 0.001 is 0.1 %. Default 0.' },
    ...serverOptions,
  },
  examples: [['xtrading account create Breakouts --cash 25000 --fee-rate 0.001', '25,000 USD']],
  notes: [serverNote],
};

export const accountCreateCommand = serverCommand(createDeclaration, async (given, { client, terminal }) => {
  const name = onePositional(given, { what: 'name for the account', example: 'xtrading account create Paper' });
  const cash = given.text('cash');
  const currency = given.text('currency')?.toUpperCase();
  const feeRate = given.text('fee-rate');
  const account = await client.trading.openAccount({
    name,
    ...(cash === undefined ? {} : { initialCash: decimal(cash) }),
    ...(currency === undefined ? {} : { currency }),
    ...(feeRate === undefined ? {} : { feeRate: decimal(feeRate) }),
  });
  return show(account, given, terminal);
});

const depositDeclaration: CommandDeclaration = {
  name: 'account deposit',
  usage: ['account deposit ACCOUNT AMOUNT'],
  summary: 'Pays play money into a paper account.',
  options: serverOptions,
  examples: [['xtrading account deposit Paper 5000', 'in the currency of the account']],
  notes: [serverNote],
};

export const accountDepositCommand = serverCommand(depositDeclaration, async (given, { client, terminal }) => {
  const [asked = '', amount = ''] = positionals(given, {
    names: ['account', 'amount'],
    example: 'xtrading account deposit Paper 5000',
  });
  const { id } = await ownAccount(client, asked);
  return show(await client.trading.deposit(id, decimal(amount)), given, terminal);
});

/** As it is sent: `1_000.50` is 1000.50. */
const decimal = (text: string): string => {
  const plain = text.replaceAll('_', '');
  if (/^\d{1,30}(\.\d{1,30})?$/.test(plain)) return plain;
  throw new UsageError('option-value', `"${text.slice(0, 40)}" is no amount.`, 'Write for example 5000 or 0.001.');
};

const show = (account: Account, given: Arguments, terminal: Terminal): number => {
  tell(terminal, { isJson: given.flag('json'), value: account, text: () => accountText(account, terminal) });
  return exitCode.done;
};

const accountText = (account: Account, terminal: Terminal): string => {
  const { id, name, currency, cash, reserved, equity, realisedProfit, fees, openOrders, positions } = account;
  const lines = [
    ['cash', `${money(cash)} ${currency}`],
    ['reserved', `${money(reserved)} ${currency}`],
    ['equity', `${money(equity)} ${currency}`],
    ['realised', `${money(realisedProfit)} ${currency}`],
    ['fees', `${money(fees)} ${currency}`],
    ['open orders', String(openOrders)],
  ].map(([title = '', text = '']) => `  ${title.padEnd(12)}${text.padStart(20)}`);
  const held = table(
    positions,
    [
      { title: 'symbol', text: ({ symbol }) => symbol },
      { title: 'quantity', text: ({ quantity }) => quantity, isNumber: true },
      { title: 'paid', text: ({ averagePrice }) => money(averagePrice), isNumber: true },
      { title: 'last', text: ({ lastPrice }) => (lastPrice === null ? 'n/a' : money(lastPrice)), isNumber: true },
      {
        title: 'profit',
        text: ({ unrealisedProfit }) => (unrealisedProfit === null ? 'n/a' : money(unrealisedProfit)),
        isNumber: true,
      },
    ],
    terminal,
  );
  return [
    terminal.style('bold', name),
    ...lines,
    ...(positions.length === 0 ? [] : ['', held, '']),
    terminal.style('dim', `account ${id}`),
  ].join('\n');
};
