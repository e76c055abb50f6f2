/** Checks what a strategy writes into an order, and turns it into an order request. */

import type { OrderRequest, OrderType, TimeInForce } from '../engine/order.ts';
import type { OrderChange } from '../engine/rule-book.ts';
import { nearest } from './define-strategy.ts';
import { StrategyMistake } from './mistake.ts';
import { Series } from './series.ts';
import type { Amount, OrderOptions } from './strategy.ts';

/** Stands for options that were left out: the common case, kept free of allocation. */
export const noOptions: OrderOptions = Object.freeze({});

/** All of a request that its options decide. */
export type OrderTerms = Omit<OrderRequest, 'feed' | 'side' | 'size'>;

/** Characters of names that a strategy gives to orders, timers and plots. */
export const nameLengthMax = 64;

const optionNames: readonly string[] = [
  'limit',
  'stop',
  'trailAmount',
  'trailPercent',
  'onClose',
  'timeInForce',
  'expiresAt',
  'postOnly',
  'reduceOnly',
  'stopLoss',
  'takeProfit',
  'ocoGroup',
  'tag',
];
const timesInForce: readonly TimeInForce[] = ['GTC', 'DAY', 'GTD', 'IOC', 'FOK'];
const amountNames: readonly string[] = ['quantity', 'value', 'percent'];
const changeNames: readonly string[] = ['quantity', 'limit', 'stop'];

/** Of an order without options. */
export const marketTerms: OrderTerms = Object.freeze({ type: 'market' });

/** The options of the call, checked. Throws StrategyMistake `order-option`. */
export const readOptions = (call: string, options: OrderOptions): OrderTerms => {
  if (options === noOptions) return marketTerms;
  checkNames(call, 'option', options, optionNames, "Write options as an object: { limit: 95 } or { tag: 'entry' }.");
  const limit = readPrice(call, 'limit', options.limit);
  const stop = readPrice(call, 'stop', options.stop);
  const stopLoss = readPrice(call, 'stopLoss', options.stopLoss);
  const takeProfit = readPrice(call, 'takeProfit', options.takeProfit);
  const trail = readTrail(call, options);
  const onClose = readFlag(call, 'onClose', options.onClose);
  const postOnly = readFlag(call, 'postOnly', options.postOnly);
  const reduceOnly = readFlag(call, 'reduceOnly', options.reduceOnly);
  if (onClose === true && (limit !== undefined || stop !== undefined || trail !== undefined)) {
    throw wrongOption(call, 'onClose is for market orders', 'Leave out limit, stop and trail, or onClose.');
  }
  return {
    type: typeOf({ onClose, trail, limit, stop }),
    ...(limit === undefined ? {} : { limit }),
    ...(stop === undefined ? {} : { stop }),
    ...(trail === undefined ? {} : { trail }),
    ...readDuration(call, options),
    ...(postOnly === undefined ? {} : { postOnly }),
    ...(reduceOnly === undefined ? {} : { reduceOnly }),
    ...(stopLoss === undefined ? {} : { stopLoss }),
    ...(takeProfit === undefined ? {} : { takeProfit }),
    ...readLabels(call, options),
  };
};

/** The amount of a buy or sell, as one of its three kinds. Throws StrategyMistake `order-amount`. */
export const readAmount = (
  call: string,
  amount: Amount,
): { readonly kind: 'quantity' | 'value' | 'percent'; readonly size: number } => {
  if (typeof amount === 'number') return { kind: 'quantity', size: readSize(call, 'the quantity', amount) };
  const remedy = `Write ${call}(id, 10) for units, { value: 5000 } for currency, or { percent: 0.5 } for half of equity.`;
  if (amount === undefined || amount === null)
    throw new StrategyMistake('order-amount', `${call}: the amount is missing.`, remedy);
  if (typeof amount !== 'object' || amount instanceof Series)
    throw notANumber('order-amount', call, 'the amount', amount);
  const names = Object.keys(amount).filter((name) => (amount as Readonly<Record<string, unknown>>)[name] !== undefined); // its names may be wrong
  const unknown = names.find((name) => !amountNames.includes(name));
  if (unknown !== undefined)
    throw new StrategyMistake(
      'order-amount',
      `${call}: there is no amount "${unknown}".`,
      `${nearest(unknown, amountNames)}${remedy}`,
    );
  if (names.length !== 1) {
    throw new StrategyMistake(
      'order-amount',
      names.length === 0 ? `${call}: the amount is missing.` : `${call}: ${names.join(' and ')} exclude each other.`,
      remedy,
    );
  }
  if ('quantity' in amount) return { kind: 'quantity', size: readSize(call, 'quantity', amount.quantity) };
  if ('value' in amount) return { kind: 'value', size: readSize(call, 'value', amount.value) };
  return { kind: 'percent', size: readSize(call, 'percent', amount.percent) };
};

/** The change of a waiting order. Throws StrategyMistake `order-option`. */
export const readChange = (change: OrderChange): OrderChange => {
  const remedy = 'Write for example order.amend({ limit: 95 }).';
  checkNames('amend', 'field', change, changeNames, remedy);
  const wanted: Record<string, number> = {};
  for (const name of ['quantity', 'limit', 'stop'] as const) {
    const value = readPrice('amend', name, change[name]);
    if (value !== undefined) wanted[name] = value;
  }
  if (Object.keys(wanted).length === 0) throw wrongOption('amend', 'there is nothing to change', remedy);
  return wanted;
};

/** A finite number, or a StrategyMistake with `code`. */
export const readNumber = (code: 'order-amount' | 'timer', call: string, what: string, value: unknown): number => {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw notANumber(code, call, what, value);
  return value;
};

/** Sizes may come to nothing: the rules then refuse the order with the reason. */
const readSize = (call: string, what: string, value: unknown): number => {
  const size = readNumber('order-amount', call, what, value);
  if (size < 0)
    throw new StrategyMistake(
      'order-amount',
      `${call}: ${what} is ${size}, but must not be below 0.`,
      'To trade the other way use the other of buy and sell.',
    );
  return size;
};

const readPrice = (call: string, name: string, value: unknown): number | undefined => {
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isFinite(value)) throw notANumber('order-option', call, name, value);
  if (value > 0) return value;
  throw wrongOption(call, `${name} is ${value}, but must be above 0`, 'Check the values that this number is made of.');
};

const readTrail = (call: string, options: OrderOptions): OrderRequest['trail'] => {
  const amount = readPrice(call, 'trailAmount', options.trailAmount);
  const fraction = readPrice(call, 'trailPercent', options.trailPercent);
  if (amount !== undefined && fraction !== undefined)
    throw wrongOption(call, 'trailAmount and trailPercent exclude each other', 'Give one of them.');
  if (fraction !== undefined && fraction >= 1)
    throw wrongOption(call, `trailPercent ${fraction} is not a fraction below 1`, 'Write 0.05 for five percent.');
  return amount !== undefined ? { amount } : fraction !== undefined ? { fraction } : undefined;
};

const readDuration = (
  call: string,
  { timeInForce, expiresAt: given }: OrderOptions,
): Pick<OrderRequest, 'timeInForce' | 'expiresAt'> => {
  const expiresAt = readPrice(call, 'expiresAt (milliseconds UTC)', given);
  if (timeInForce !== undefined && !timesInForce.includes(timeInForce)) {
    throw wrongOption(call, `timeInForce ${shown(timeInForce)} is not known`, 'Write GTC, DAY, GTD, IOC or FOK.');
  }
  if (timeInForce === 'GTD' && expiresAt === undefined)
    throw wrongOption(call, 'a GTD order needs expiresAt', 'Write for example expiresAt: ctx.now + 5 * 86_400_000.');
  if (timeInForce !== undefined && timeInForce !== 'GTD' && expiresAt !== undefined) {
    throw wrongOption(
      call,
      `a ${timeInForce} order has no expiresAt`,
      'Leave out timeInForce: expiresAt makes the order GTD.',
    );
  }
  if (expiresAt !== undefined) return { timeInForce: 'GTD', expiresAt };
  return timeInForce === undefined ? {} : { timeInForce };
};

const readLabels = (call: string, { ocoGroup, tag }: OrderOptions): Pick<OrderRequest, 'ocoGroup' | 'tag'> => {
  for (const [name, label] of [
    ['ocoGroup', ocoGroup],
    ['tag', tag],
  ] as const) {
    if (label !== undefined && typeof label !== 'string' && typeof label !== 'number')
      throw wrongOption(call, `${name} is ${shown(label)}`, `Give it as text: ${name}: 'exit'.`);
  }
  // A label that is cut is still a label; a group that is cut would be another group.
  if (ocoGroup !== undefined && String(ocoGroup).length > nameLengthMax) {
    throw wrongOption(
      call,
      `ocoGroup has more than ${nameLengthMax} characters`,
      'Use a shorter name, such as the id of the entry order.',
    );
  }
  return {
    ...(ocoGroup === undefined ? {} : { ocoGroup: String(ocoGroup) }),
    ...(tag === undefined ? {} : { tag: String(tag).slice(0, nameLengthMax) }),
  };
};

const readFlag = (call: string, name: string, value: unknown): boolean | undefined => {
  if (value === undefined || typeof value === 'boolean') return value;
  throw wrongOption(call, `${name} is ${shown(value)}`, `Write ${name}: true, or leave it out.`);
};

const typeOf = ({
  onClose,
  trail,
  limit,
  stop,
}: {
  readonly onClose: boolean | undefined;
  readonly trail: OrderRequest['trail'];
  readonly limit: number | undefined;
  readonly stop: number | undefined;
}): OrderType => {
  if (onClose === true) return 'market-on-close';
  if (trail !== undefined) return limit === undefined ? 'trailing-stop' : 'trailing-stop-limit';
  if (limit !== undefined) return stop === undefined ? 'limit' : 'stop-limit';
  return stop === undefined ? 'market' : 'stop';
};

const checkNames = (call: string, kind: string, given: unknown, known: readonly string[], remedy: string): void => {
  if (typeof given !== 'object' || given === null) throw wrongOption(call, `the ${kind}s are ${shown(given)}`, remedy);
  for (const name of Object.keys(given)) {
    if (!known.includes(name))
      throw wrongOption(
        call,
        `there is no ${kind} "${name}"`,
        `${nearest(name, known)}The ${kind}s are ${known.join(', ')}.`,
      );
  }
};

const wrongOption = (call: string, problem: string, remedy: string): StrategyMistake =>
  new StrategyMistake('order-option', `${call}: ${problem}.`, remedy);

const notANumber = (
  code: 'order-amount' | 'order-option' | 'timer',
  call: string,
  what: string,
  value: unknown,
): StrategyMistake =>
  new StrategyMistake(code, `${call}: ${what} is ${shown(value)}, but must be a finite number.`, remedyFor(value));

const remedyFor = (value: unknown): string => {
  if (typeof value === 'number')
    return Number.isNaN(value)
      ? 'An indicator is NaN before it is warm: check the values that this number is made of.'
      : 'A division by zero gives Infinity: check the values that this number is made of.';
  if (value instanceof Series) return 'Take its newest value: write .value behind it.';
  if (typeof value === 'string') return 'Write numbers without quotes.';
  return 'Pass a number.';
};

const shownLengthMax = 40;

const shown = (value: unknown): string => {
  if (typeof value === 'string') return `the text "${value.slice(0, shownLengthMax)}"`;
  if (value instanceof Series) return 'a series';
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return String(value);
};
