/** `xtrading order place`, `list`, `cancel`: trading on a paper account of a server. */

import type { NewOrder, Order } from '#sdk';
import type { Arguments, CommandDeclaration } from '../arguments.ts';
import { exitCode } from '../exit-code.ts';
import { serverCommand, serverNote, serverOptions } from '../server/connection.ts';
import { money } from '../server/money.ts';
import { accountOption, chosenAccount } from '../server/own-account.ts';
import { positionals } from '../server/positionals.ts';
import { shortTime, table, tell } from '../server/table.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

const placeExample = 'xtrading order place buy 10 GOOG';

const placeDeclaration: CommandDeclaration = {
  name: 'order place',
  usage: ['order place buy|sell QUANTITY SYMBOL [options]'],
  summary: 'Places an order: at the market, or with --limit no worse than that price.',
  options: {
    limit: {
      value: 'PRICE',
      group: 'Order',
      help: 'The worst price; without it the order takes what the market gives.',
    },
    'time-in-force': {
      value: 'TIF',
      group: 'Order',
      help: 'GTC until cancelled (default), DAY until midnight UTC, IOC at once or in part, FOK at once and whole.',
    },
    'client-id': {
      value: 'ID',
      group: 'Order',
      help: 'Your own id of the order: placing it again shows the order as it is, instead of a second one.',
    },
    ...accountOption,
    ...serverOptions,
  },
  examples: [
    [placeExample, 'at the market'],
    ['xtrading order place sell 0.5 BTC-USD --limit 64000 --account Paper', 'no cheaper than that'],
  ],
  notes: [serverNote, 'The command returns when the order is accepted; order list shows what has filled.'],
};

export const orderPlaceCommand = serverCommand(placeDeclaration, async (given, { client, terminal }) => {
  const [side = '', quantity = '', symbol = ''] = positionals(given, {
    names: ['side (buy or sell)', 'quantity', 'symbol'],
    example: placeExample,
  });
  if (side !== 'buy' && side !== 'sell')
    throw new UsageError('option-value', `"${side}" is no side of an order.`, `Write for example ${placeExample}.`);
  const timeInForce = timeInForceOf(given.text('time-in-force') ?? 'GTC');
  const limitPrice = given.text('limit');
  const clientOrderId = given.text('client-id');
  const { id: accountId } = await chosenAccount(client, given);
  const request: NewOrder = {
    accountId,
    symbol: symbol.toUpperCase(),
    side,
    quantity,
    timeInForce,
    ...(limitPrice === undefined ? { type: 'market' } : { type: 'limit', limitPrice }),
    ...(clientOrderId === undefined ? {} : { clientOrderId }),
  };
  const order = await client.trading.placeOrder(request);
  tell(terminal, { isJson: given.flag('json'), value: order, text: () => orderText(order, terminal) });
  return exitCode.done;
});

const timesInForce = ['GTC', 'DAY', 'IOC', 'FOK'] as const;

const timeInForceOf = (text: string): (typeof timesInForce)[number] => {
  const found = timesInForce.find((one) => one === text.toUpperCase());
  if (found !== undefined) return found;
  throw new UsageError(
    'option-value',
    `--time-in-force ${text} is not known.`,
    `Write one of ${timesInForce.join(', ')}.`,
  );
};

const orderText = (order: Order, terminal: Terminal): string => {
  const { id, side, quantity, symbol, type, limitPrice, status, reason } = order;
  const price = type === 'limit' && limitPrice !== null ? ` at ${money(limitPrice)} or better` : ' at the market';
  return [
    `${terminal.style(side === 'buy' ? 'green' : 'red', side)} ${quantity} ${symbol}${price}  ${status}${reason === null ? '' : `: ${reason}`}`,
    terminal.style('dim', `order ${id}`),
  ].join('\n');
};

const listDeclaration: CommandDeclaration = {
  name: 'order list',
  usage: ['order list [options]'],
  summary: 'Lists orders, the newest first.',
  options: {
    status: { value: 'S', group: 'Which', help: 'open, closed or all (default).' },
    symbol: { value: 'S', group: 'Which', help: 'Of this symbol alone.' },
    limit: { value: 'N', group: 'Which', help: 'So many at most, up to 1000. Default 20.' },
    ...accountOption,
    ...serverOptions,
  },
  examples: [['xtrading order list --status open', 'what still waits, on all accounts']],
  notes: [serverNote],
};

const listedDefault = 20;

export const orderListCommand = serverCommand(listDeclaration, async (given, { client, terminal }) => {
  const account = given.has('account') ? await chosenAccount(client, given) : null;
  const symbol = given.text('symbol')?.toUpperCase();
  const { data } = await client.trading.orders({
    limit: given.number('limit', { min: 1, max: 1_000, whole: true }) ?? listedDefault,
    status: statusOf(given),
    ...(account === null ? {} : { accountId: account.id }),
    ...(symbol === undefined ? {} : { symbol }),
  });
  tell(terminal, {
    isJson: given.flag('json'),
    value: data,
    text: () => (data.length === 0 ? 'There are none.' : ordersText(data, terminal)),
  });
  return exitCode.done;
});

const statuses = ['open', 'closed', 'all'] as const;

const statusOf = (given: Arguments): (typeof statuses)[number] => {
  const text = given.text('status') ?? 'all';
  const found = statuses.find((one) => one === text);
  if (found !== undefined) return found;
  throw new UsageError('option-value', `--status ${text} is not known.`, `Write one of ${statuses.join(', ')}.`);
};

const ordersText = (orders: readonly Order[], terminal: Terminal): string =>
  table(
    orders,
    [
      { title: 'placed (UTC)', text: ({ placedAt }) => shortTime(placedAt) },
      { title: 'side', text: ({ side }) => side },
      { title: 'quantity', text: ({ quantity }) => quantity, isNumber: true },
      { title: 'symbol', text: ({ symbol }) => symbol },
      {
        title: 'price',
        text: ({ limitPrice }) => (limitPrice === null ? 'market' : money(limitPrice)),
        isNumber: true,
      },
      { title: 'filled', text: ({ filledQuantity }) => filledQuantity, isNumber: true },
      { title: 'at', text: ({ filledPrice }) => (filledPrice === null ? '' : money(filledPrice)), isNumber: true },
      { title: 'status', text: ({ status, reason }) => (reason === null ? status : `${status}: ${reason}`) },
      { title: 'id', text: ({ id }) => id },
    ],
    terminal,
  );

const cancelDeclaration: CommandDeclaration = {
  name: 'order cancel',
  usage: ['order cancel ORDER', 'order cancel --all [--account ACCOUNT] [--symbol S]'],
  summary: 'Cancels one open order, or all of an account.',
  options: {
    all: { group: 'Which', help: 'All open orders of the account.' },
    symbol: { value: 'S', group: 'Which', help: 'With --all: of this symbol alone.' },
    ...accountOption,
    ...serverOptions,
  },
  examples: [['xtrading order cancel --all --symbol GOOG', 'those on one symbol']],
  notes: [serverNote],
};

export const orderCancelCommand = serverCommand(cancelDeclaration, async (given, { client, terminal }) => {
  const isJson = given.flag('json');
  if (given.flag('all')) {
    positionals(given, { names: [], example: 'xtrading order cancel --all' });
    const { id, name } = await chosenAccount(client, given);
    const answer = await client.trading.cancelAll(id, given.text('symbol')?.toUpperCase());
    tell(terminal, { isJson, value: answer, text: () => `${answer.cancelled} cancelled on ${name}.` });
    return exitCode.done;
  }
  const [id = ''] = positionals(given, {
    names: ['order'],
    example: 'xtrading order cancel ID, with an id of order list, or xtrading order cancel --all',
  });
  const order = await client.trading.cancelOrder(id);
  tell(terminal, {
    isJson,
    value: order,
    text: () =>
      order === null ? 'No such order has arrived; it will be refused when it does.' : orderText(order, terminal),
  });
  return exitCode.done;
});
