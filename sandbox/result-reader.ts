/**
 * Reads what a runner hands out as the result of a run. The strategy shared an isolate with the code
 * that wrote it, so nothing is taken over: every field is checked and copied, or the result is refused.
 */

import { statisticDefinitions } from '#domain';
import type {
  BacktestResult,
  BatchResult,
  FeedSummary,
  Fill,
  LogLine,
  Order,
  ParamValue,
  Statistics,
  Trade,
} from '#domain';
import type { Frame } from './frame.ts';
import { batchEquityPointsMax, headEntriesMax } from './limits.ts';
import { printableText } from './printable-text.ts';
import { decodeRows, tableNames } from './result-table.ts';

/** Thrown for what is not a result, or is too much of one. */
export class BadResult extends Error {
  override readonly name = 'BadResult';
  readonly code: 'bad-result' | 'output-limit';

  constructor(message: string, options: { readonly cause?: unknown; readonly code?: 'output-limit' } = {}) {
    super(message, { cause: options.cause });
    this.code = options.code ?? 'bad-result';
  }
}

type Given = Readonly<Record<string, unknown>>;

/** Gathers the rows of a full result as they arrive. */
export class RowCollector {
  readonly orders: Order[] = [];
  readonly fills: Fill[] = [];
  readonly trades: Trade[] = [];
  readonly #texts: string[] = [];
  readonly #rowsMax: number;

  constructor(rowsMax: number) {
    this.#rowsMax = rowsMax;
  }

  take(message: Given, arrays: Frame['arrays']): void {
    const table = tableNames.find((name) => name === message['table']);
    const numbers = arrays[0];
    if (table === undefined || numbers === undefined) throw new BadResult('rows of no table');
    for (const text of listOf(message['texts'], 'texts')) this.#texts.push(textOf(text, 'text'));
    const target: object[] = this[table];
    for (const row of decoded(table, numbers, this.#texts)) target.push(row);
    const rows = this.orders.length + this.fills.length + this.trades.length;
    if (rows > this.#rowsMax) {
      throw new BadResult(`more than ${this.#rowsMax} orders, fills and trades`, { code: 'output-limit' });
    }
  }
}

const decoded = (table: (typeof tableNames)[number], numbers: Float64Array, texts: readonly string[]): object[] => {
  try {
    return decodeRows(table, numbers, texts);
  } catch (error) {
    throw new BadResult("rows that can't be read", { cause: error });
  }
};

export const readBatchResult = (head: unknown, arrays: Frame['arrays']): BatchResult => {
  const given = objectOf(head, 'head');
  const equity = arrays[0];
  if (equity === undefined || equity.length > batchEquityPointsMax) throw new BadResult('no short equity curve');
  return {
    params: readParamValues(given['params']),
    statistics: readStatistics(given['statistics']),
    tradeHash: readHash(given['tradeHash']),
    equity,
  };
};

export const readBacktestResult = (head: unknown, arrays: Frame['arrays'], rows: RowCollector): BacktestResult => {
  const given = objectOf(head, 'head');
  const [timeline, equity] = arrays;
  if (timeline === undefined || equity === undefined || timeline.length !== equity.length)
    throw new BadResult('no equity curve');
  const counts = objectOf(given['counts'], 'counts');
  for (const table of tableNames) {
    if (counts[table] !== rows[table].length)
      throw new BadResult(`${String(rows[table].length)} ${table} of ${String(counts[table]).slice(0, 20)}`);
  }
  return {
    strategy: textOf(given['strategy'], 'strategy'),
    engineVersion: textOf(given['engineVersion'], 'engineVersion'),
    params: readParamValues(given['params']),
    settings: objectOf(plain(given['settings'], 0), 'settings'),
    feeds: listOf(given['feeds'], 'feeds').map(readFeedSummary),
    statistics: readStatistics(given['statistics']),
    profileStatistics: readProfileStatistics(given['profileStatistics']),
    tradeHash: readHash(given['tradeHash']),
    warmUpSteps: numberOf(given['warmUpSteps'], 'warmUpSteps'),
    trades: rows.trades,
    orders: rows.orders,
    fills: rows.fills,
    timeline,
    equity,
    log: listOf(given['log'], 'log').map(readLogLine),
    logDropped: numberOf(given['logDropped'], 'logDropped'),
    notes: listOf(given['notes'], 'notes').map((note) => textOf(note, 'note')),
    plots: mapped(objectOf(given['plots'], 'plots'), readPlot),
  };
};

const statisticKeys: readonly string[] = Object.keys(statisticDefinitions);

const readStatistics = (value: unknown): Statistics => {
  const given = objectOf(value, 'statistics');
  const statistics: Record<string, number | null> = {};
  for (const key of statisticKeys) statistics[key] = given[key] === null ? null : numberOf(given[key], key);
  return statistics as Statistics; // every key was set
};

const readProfileStatistics = (value: unknown): BacktestResult['profileStatistics'] =>
  value === null
    ? null
    : mapped(objectOf(value, 'profileStatistics'), (entry) =>
        entry === null ? null : entry === '-0' ? -0 : typeof entry === 'string' ? entry : numberOf(entry, 'statistic'),
      );

const readParamValues = (value: unknown): Readonly<Record<string, ParamValue>> =>
  mapped(objectOf(value, 'params'), (entry) => {
    if (entry === '-0') return -0;
    if (typeof entry === 'number' || typeof entry === 'boolean' || typeof entry === 'string') return entry;
    throw new BadResult('a parameter without a value');
  });

const readFeedSummary = (value: unknown): FeedSummary => {
  const given = objectOf(value, 'feed');
  return {
    id: textOf(given['id'], 'id'),
    symbol: textOf(given['symbol'], 'symbol'),
    timeframeMs: numberOf(given['timeframeMs'], 'timeframeMs'),
    bars: numberOf(given['bars'], 'bars'),
    firstTime: numberOf(given['firstTime'] ?? NaN, 'firstTime'),
    lastTime: numberOf(given['lastTime'] ?? NaN, 'lastTime'),
  };
};

const readLogLine = (value: unknown): LogLine => {
  const given = objectOf(value, 'log line');
  return { time: numberOf(given['time'] ?? NaN, 'time'), text: printableText(textOf(given['text'], 'text')) };
};

const readPlot = (value: unknown): BacktestResult['plots'][string] => {
  const given = objectOf(value, 'plot');
  // A strategy may plot NaN, which JSON writes as null.
  const numbers = (field: string): number[] =>
    listOf(given[field], field).map((entry) => numberOf(entry ?? NaN, field));
  const [steps, values] = [numbers('steps'), numbers('values')];
  if (steps.length !== values.length) throw new BadResult('a plot with more steps than values');
  return { steps, values };
};

const readHash = (value: unknown): string => {
  if (typeof value !== 'string' || !/^[0-9a-f]{32}$/.test(value)) throw new BadResult('no trade hash');
  return value;
};

const objectOf = (value: unknown, what: string): Given => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new BadResult(`no ${what}`);
  return value as Given; // an object, checked above
};

const listOf = (value: unknown, what: string): readonly unknown[] => {
  if (!Array.isArray(value) || value.length > headEntriesMax) throw new BadResult(`no list of ${what}`);
  return value;
};

const textOf = (value: unknown, what: string): string => {
  if (typeof value !== 'string') throw new BadResult(`no ${what}`);
  return value;
};

/** The inside writes −0, which JSON does not have, as a text. */
const numberOf = (value: unknown, what: string): number => {
  if (value === '-0') return -0;
  if (typeof value !== 'number') throw new BadResult(`no number for ${what}`);
  return value;
};

/** A map from names to checked values; `__proto__` is no name. */
const mapped = <T>(given: Given, read: (entry: unknown) => T): Readonly<Record<string, T>> => {
  const result: Record<string, T> = {};
  for (const [name, entry] of Object.entries(given)) {
    if (name !== '__proto__') result[name] = read(entry);
  }
  return result;
};

const plainDepthMax = 8;

/** A copy of plain data without surprises. */
const plain = (value: unknown, depth: number): unknown => {
  if (depth > plainDepthMax) throw new BadResult('settings too deep');
  if (value === '-0') return -0;
  if (Array.isArray(value)) return value.map((entry) => plain(entry, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  return mapped(value as Given, (entry) => plain(entry, depth + 1)); // an object, checked above
};
