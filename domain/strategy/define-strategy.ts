/** Declares a strategy and checks the declaration, so that mistakes show before the first bar. */

import { parseTimeframe } from '../market/timeframe.ts';
import { StrategyMistake } from './mistake.ts';
import type { Param, ParamDeclarations } from './params.ts';
import type { DataDeclaration, Strategy, StrategySpec } from './strategy.ts';

/** Recognises strategies that were made by {@link defineStrategy}, and nothing that only looks like one. */
const defined = new WeakSet<object>();

const handlers = ['init', 'onBar', 'onFill', 'onOrder', 'onTimer', 'onStop', 'constraint'] as const;
const fields: readonly string[] = ['name', 'description', 'params', 'data', ...handlers];
const dataFields: readonly string[] = ['id', 'symbol', 'timeframe', 'from'];
/** More declared feeds than this is a mistake in the making of the list, not a portfolio. */
const feedsMax = 1_000;

const defaultData = [{ id: 'main' }] as const;

/**
 * Declares a strategy. The default export of a strategy file.
 *
 * @example
 * export default defineStrategy({
 *   name: 'sma-cross',
 *   params: { fast: int(10, { min: 2, max: 100 }), slow: int(20, { min: 3, max: 300 }) },
 *   constraint: (p) => p.fast < p.slow,
 *   init: ({ bars, ta }, p) => ({ fast: ta.sma(bars.main.close, p.fast), slow: ta.sma(bars.main.close, p.slow) }),
 *   onBar(ctx, { fast, slow }) {
 *     if (crossOver(fast, slow)) ctx.targetPercent('main', 0.95);
 *     else if (crossUnder(fast, slow)) ctx.close('main');
 *   },
 * });
 */
export const defineStrategy = <
  D extends ParamDeclarations = Record<never, never>,
  const Data extends readonly DataDeclaration[] | 'all' = typeof defaultData,
  State = undefined,
>(
  spec: StrategySpec<D, Data, State>,
): Strategy => {
  const given = ownFields(spec);
  checkShape(given);
  const strategy: Strategy = Object.freeze({
    name: given.name,
    description: given.description ?? null,
    params: Object.freeze(given.params ?? {}),
    data: given.data ?? defaultData,
    // The handlers' own parameter types are erased here; the run calls them with the values declared above.
    handlers: Object.freeze({
      constraint: given.constraint ?? null,
      init: given.init ?? null,
      onBar: given.onBar,
      onFill: given.onFill ?? null,
      onOrder: given.onOrder ?? null,
      onTimer: given.onTimer ?? null,
      onStop: given.onStop ?? null,
    }) as unknown as Strategy['handlers'],
  });
  defined.add(strategy);
  return strategy;
};

/** True for what {@link defineStrategy} returned. */
export const isStrategy = (value: unknown): value is Strategy =>
  typeof value === 'object' && value !== null && defined.has(value);

/**
 * A copy for which each field has been read once: what is checked is what is kept, whatever getters or
 * proxies the given one is made of. Data prepared for a declaration serve other runs as well, so none
 * of it may be an object of the strategy's making.
 */
const ownFields = <Spec extends object>(spec: Spec): Spec => {
  if (typeof spec !== 'object' || spec === null)
    mistake('defineStrategy needs an object.', 'Write defineStrategy({ name, onBar, … }).');
  for (const field of Object.keys(spec)) {
    if (!fields.includes(field))
      mistake(`There is no field "${field}".`, `${nearest(field, fields)}The fields are ${fields.join(', ')}.`);
  }
  const given: Record<string, unknown> = {};
  for (const field of fields) given[field] = (spec as Readonly<Record<string, unknown>>)[field]; // checked by checkShape
  const { params, data } = given;
  if (typeof params === 'object' && params !== null) given['params'] = { ...params };
  if (Array.isArray(data)) given['data'] = ownData(data);
  return given as Spec; // the same fields, and no others
};

/** At most one entry more than allowed, which is then refused. */
const ownData = (data: readonly unknown[]): readonly object[] =>
  Object.freeze(
    Array.from({ length: Math.min(data.length, feedsMax + 1) }, (_, i) => Object.freeze({ ...(data[i] as object) })), // of null and the like nothing is copied
  );

const checkShape = (spec: object): void => {
  const given = spec as Readonly<Record<string, unknown>>; // of a strategy that may be JavaScript
  if (typeof given['name'] !== 'string' || !/^[a-z0-9][a-z0-9-]{0,63}$/.test(given['name'])) {
    mistake(
      'A strategy needs a name of lower-case letters, digits and hyphens, at most 64.',
      "Write for example name: 'sma-cross'.",
    );
  }
  if (typeof given['onBar'] !== 'function')
    mistake('A strategy needs onBar, the function called at each bar.', 'Write onBar(ctx, state, params) { … }.');
  for (const handler of handlers) {
    if (given[handler] !== undefined && typeof given[handler] !== 'function')
      mistake(`${handler} must be a function.`, `Write ${handler}(…) { … }.`);
  }
  checkParams(given['params']);
  checkData(given['data']);
};

const checkParams = (params: unknown): void => {
  if (params === undefined) return;
  if (typeof params !== 'object' || params === null)
    mistake('params must be an object of declarations.', 'Write params: { fast: int(10, { min: 2, max: 100 }) }.');
  for (const [name, param] of Object.entries(params as Readonly<Record<string, unknown>>)) {
    const kind = (param as Partial<Param> | null)?.kind;
    if (kind !== 'int' && kind !== 'float' && kind !== 'choice' && kind !== 'flag') {
      mistake(
        `The parameter "${name}" has no declaration.`,
        `Write ${name}: int(10), float(0.5), choice(['a', 'b']) or flag(true).`,
      );
    }
    if (!/^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(name))
      mistake(`"${name}" can't be a parameter's name.`, 'Use letters, digits and _, beginning with a letter.');
  }
};

const checkData = (data: unknown): void => {
  if (data === undefined || data === 'all') return;
  if (!Array.isArray(data) || data.length === 0 || data.length > feedsMax)
    mistake(
      `data must be 'all' or a list of 1 to ${feedsMax} feeds.`,
      "Write data: [{ id: 'main', timeframe: '1d' }].",
    );
  const ids = new Set<unknown>();
  for (const feed of data as readonly Partial<DataDeclaration>[]) {
    if (typeof feed?.id !== 'string' || !/^[A-Za-z][\w-]{0,63}$/.test(feed.id))
      mistake('Each entry of data needs an id of letters, digits, _ and -.', "Write data: [{ id: 'main' }].");
    for (const field of Object.keys(feed)) {
      if (!dataFields.includes(field))
        mistake(`data "${feed.id}" has no field "${field}".`, `The fields are ${dataFields.join(', ')}.`);
    }
    if (ids.has(feed.id)) mistake(`The data id "${feed.id}" stands twice.`, 'Give each feed an id of its own.');
    for (const field of ['symbol', 'timeframe', 'from'] as const) {
      if (feed[field] !== undefined && typeof feed[field] !== 'string')
        mistake(`${field} of data "${feed.id}" must be text.`, "Write for example { id: 'main', timeframe: '1d' }.");
    }
    if (feed.from !== undefined && !ids.has(feed.from))
      mistake(
        `data "${feed.id}" is built from "${feed.from}", which is not declared before it.`,
        `Declare { id: '${feed.from}' } first.`,
      );
    if (feed.from !== undefined && feed.timeframe === undefined)
      mistake(
        `data "${feed.id}" is built from "${feed.from}" but names no timeframe.`,
        `Write { id: '${feed.id}', from: '${feed.from}', timeframe: '1d' }.`,
      );
    if (feed.from !== undefined && feed.symbol !== undefined)
      mistake(
        `data "${feed.id}" is built from "${feed.from}" and can't have a symbol of its own.`,
        `Leave out symbol, or from.`,
      );
    if (feed.timeframe !== undefined) parseTimeframe(feed.timeframe);
    ids.add(feed.id);
  }
};

/** "Did you mean …?" where one known word is within two letters. */
export const nearest = (word: string, known: readonly string[]): string => {
  let best: string | null = null;
  let bestDistance = 3;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best === null ? '' : `Did you mean "${best}"? `;
};

/** Levenshtein's distance, in letters. */
const editDistance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1); // both rows have b.length + 1 entries
      next.push(Math.min(swap, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
};

const mistake = (message: string, remedy: string): never => {
  throw new StrategyMistake('strategy-declaration', message, remedy);
};
