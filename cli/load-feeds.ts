/** Turns `--data` into feeds: reads the files, names them, and cuts them to the period asked for. */

import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Bars, DataDeclaration, Feed } from '#domain';
import {
  adjustToCloses,
  detectTimeframe,
  formatTimeframe,
  nearest,
  parseTime,
  parseTimeframe,
  sliceBars,
} from '#domain';
import { columnRoles, instrumentFor, readPriceFile } from '#persistence/files';
import type { PriceFile } from '#persistence/files';
import { readActions } from './corporate-actions.ts';
import type { Arguments, OptionDeclaration } from './arguments.ts';
import { startProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** Options that name and describe price data; shared by every command that reads some. */
export const dataOptions = {
  data: {
    value: '[ID=]FILE',
    repeat: true,
    short: 'd',
    group: 'Data',
    help: 'A file of prices (CSV of any common layout, .gz too). With several, each may be named by the id under which the strategy knows it.',
  },
  timeframe: {
    value: 'TF',
    group: 'Data',
    help: "Length of the file's bars (1m, 1h, 1d, 1w, 1M); default: told from the times. Longer ones are declared by the strategy.",
  },
  from: { value: 'TIME', group: 'Data', help: 'Use bars from this time on (UTC): 2010-01-01 or 2010-01-01T09:30.' },
  to: { value: 'TIME', group: 'Data', help: 'Use bars before this time (UTC).' },
  'skip-bad': {
    group: 'Data',
    help: 'Leave out rows that can not be bars, and say how many; else they end the command.',
  },
  'date-format': { value: 'FORMAT', group: 'Data', help: 'Order of ambiguous dates: dmy, mdy or ymd.' },
  'time-zone': {
    value: 'ZONE',
    group: 'Data',
    help: 'Zone of times without an offset, such as America/New_York. Default UTC.',
  },
  columns: {
    value: 'NAME=COLUMN,…',
    group: 'Data',
    help: 'Which column holds what, where their names do not tell: time=1,close=LastPx (numbers count from 1).',
  },
  symbol: { value: 'NAME', group: 'Data', help: 'Whose rows to take of a file with several symbols.' },
  adjust: { group: 'Data', help: "Move prices to the file's own column of adjusted closes." },
  actions: {
    value: 'FILE',
    group: 'Data',
    help: 'Splits and dividends, paid and applied when they happen: a file of factors or a JSON list; "adjusted" tells them from the column of adjusted closes.',
  },
  tick: { value: 'N', group: 'Data', help: 'Smallest price step; default: from the decimals of the prices.' },
  lot: { value: 'N', group: 'Data', help: 'Smallest quantity; default: 1, or fractions where volumes have them.' },
  multiplier: { value: 'N', group: 'Data', help: 'Currency value of one unit at a price of one. Default 1.' },
} as const satisfies Readonly<Record<string, OptionDeclaration>>;

export interface LoadedFeeds {
  readonly feeds: readonly Feed[];
  /** The ids that were written before a file: `a` of `--data a=prices.csv`. */
  readonly named: readonly string[];
  /** What the reader noticed: sorted, dropped, skipped. */
  readonly notes: readonly string[];
}

export interface LoadOptions {
  /** Prices and quantities as they are, on no grid: for the profiles of other engines. */
  readonly gridless: boolean;
  /** Files to read when `--data` is not given. */
  readonly fallback?: readonly string[];
}

/** Reads all files of `--data`. Throws `PriceFileError` and {@link UsageError}. */
export const loadFeeds = async (
  given: Arguments,
  terminal: Terminal,
  { gridless, fallback = [] }: LoadOptions,
): Promise<LoadedFeeds> => {
  const files = given.list('data');
  const sources = (files.length > 0 ? files : fallback).map(sourceOf);
  if (given.has('actions') && sources.length > 1)
    throw new UsageError(
      'option-value',
      '--actions is for one file of prices.',
      'Run the symbols one by one, or give adjusted prices.',
    );
  if (given.has('actions') && given.flag('adjust'))
    throw new UsageError(
      'option-value',
      '--adjust and --actions exclude each other: each dividend would count twice.',
      'Leave out --adjust to have dividends paid, or --actions to have prices moved.',
    );
  if (sources.length === 0)
    throw new UsageError(
      'data-missing',
      'No price data was named.',
      'Add --data prices.csv; make some with xtrading data generate --out prices.csv.',
    );
  const notes: string[] = [];
  const feeds: Feed[] = [];
  for (const { id, path } of sources) {
    const feed = await loadFeed({ id, path, only: sources.length === 1, gridless }, given, terminal, notes);
    if (feeds.some((other) => other.id === feed.id))
      throw new UsageError(
        'option-value',
        `Two files are named "${feed.id}".`,
        `Name them: --data a=${path} --data b=…`,
      );
    feeds.push(feed);
  }
  return { feeds, named: sources.flatMap(({ id }) => (id === null ? [] : [id])), notes };
};

/** An id that the strategy does not know can't be meant for another. Throws {@link UsageError}. */
export const checkNamedFeeds = (
  { named }: Pick<LoadedFeeds, 'named'>,
  declared: readonly DataDeclaration[] | 'all',
): void => {
  if (declared === 'all') return;
  const ids = declared.filter(({ from }) => from === undefined).map(({ id }) => id);
  const unknown = named.find((id) => !ids.includes(id));
  if (unknown === undefined) return;
  throw new UsageError(
    'unknown-data',
    `--data ${unknown}=…: the strategy declares no data "${unknown}".`,
    `${nearest(unknown, ids)}It declares ${ids.map((id) => `"${id}"`).join(', ')}: write --data ${ids[0] ?? 'main'}=prices.csv${ids.length === 1 ? ', or the file alone' : ''}.`,
  );
};

/** Smaller files are read before a bar could be seen. */
const megabytesWithBar = 10;

interface Source {
  readonly id: string | null;
  readonly path: string;
}

/** `a=prices.csv` names a file; a path that exists as it stands is never taken apart. */
const sourceOf = (text: string): Source => {
  const named = /^([A-Za-z][\w-]{0,63})=(.+)$/.exec(text);
  return named === null || existsSync(text) ? { id: null, path: text } : { id: named[1] ?? null, path: named[2] ?? '' };
};

const loadFeed = async (
  { id, path, only, gridless }: Source & { readonly only: boolean; readonly gridless: boolean },
  given: Arguments,
  terminal: Terminal,
  notes: string[],
): Promise<Feed> => {
  const name = symbolOf(path);
  const megabytes = await stat(path).then(
    ({ size }) => size / 1e6,
    () => 0,
  );
  const progress = await startProgress(terminal, {
    title: basename(path),
    total: megabytes >= megabytesWithBar ? megabytes : 0,
    unit: 'MB',
  });
  const dateFormat = given.text('date-format');
  const timeZone = given.text('time-zone');
  const file = await readPriceFile(path, {
    skipBad: given.flag('skip-bad'),
    ...(dateFormat === undefined ? {} : { dateFormat }),
    ...(timeZone === undefined ? {} : { timeZone }),
    symbol: given.text('symbol'),
    columns: columnsOf(given),
    onProgress: ({ bytesDone }) => progress.update(bytesDone / 1e6),
  }).finally(() => progress.stop());
  notes.push(...file.notes.map((note) => `${basename(path)}: ${note}`));
  const all = given.flag('adjust') ? adjusted(path, file) : file.bars;
  const bars = between(all, given);
  if (bars.time.length === 0)
    throw new UsageError(
      'data-empty',
      `${path} has no bars ${given.has('from') || given.has('to') ? 'in the period asked for' : ''}.`,
      'Check --from and --to.',
    );
  const symbol = id ?? name;
  const instrument = instrumentFor(bars, symbol, {
    ...optional('tick', given.number('tick', { min: 0 }) ?? (gridless ? 0 : undefined)),
    ...optional('lot', given.number('lot', { min: 0 }) ?? (gridless ? 0 : undefined)),
    ...optional('multiplier', given.number('multiplier')),
  });
  const timeframe = given.text('timeframe');
  const told = file.timeframe ?? detectTimeframe(bars.time);
  const timeframeMs = timeframe === undefined ? told?.ms : parseTimeframe(timeframe).ms;
  // Who writes 1w over days wants weeks; taken as it stands, the days would be traded as before, unsaid.
  if (told !== null && timeframeMs !== undefined && timeframeMs > told.ms)
    throw new UsageError(
      'option-value',
      `--timeframe ${timeframe ?? ''}: the bars of ${path} come every ${formatTimeframe(told.ms)}.`,
      `It says how long the file's bars are. To trade longer ones declare them in the strategy: data: [{ id: 'main', timeframe: '${timeframe ?? ''}' }].`,
    );
  const source = given.text('actions');
  const actions =
    source === undefined ? [] : await readActions({ source, bars: file.bars, adjustedClose: file.adjustedClose });
  return {
    id: id ?? (only ? 'main' : name),
    symbol: name,
    timeframeMs: timeframeMs ?? 86_400_000,
    instrument,
    bars,
    ...(actions.length === 0 ? {} : { actions }),
  };
};

const adjusted = (path: string, { bars, adjustedClose }: PriceFile): Bars => {
  if (adjustedClose === null)
    throw new UsageError(
      'option-value',
      `--adjust: ${path} has no column of adjusted closes.`,
      'Leave out --adjust, or give a file with such a column.',
    );
  return adjustToCloses(bars, adjustedClose);
};

/** `time=1,close=LastPx` → which column holds what. */
export const columnsOf = (given: Arguments): Readonly<Record<string, string | number>> | undefined => {
  const text = given.text('columns');
  if (text === undefined) return undefined;
  return Object.fromEntries(
    text.split(',').map((part) => {
      const [role = '', column = ''] = part.split('=', 2).map((word) => word.trim());
      if (!columnRoles.some((known) => known === role) || column === '')
        throw new UsageError(
          'option-value',
          `--columns ${part} is not NAME=COLUMN.`,
          `Write for example time=1,close=LastPx; the names are ${columnRoles.join(', ')}.`,
        );
      return [role, /^\d+$/.test(column) ? Number(column) : column];
    }),
  );
};

const optional = <K extends string>(key: K, value: number | undefined): { readonly [P in K]?: number } =>
  value === undefined ? {} : ({ [key]: value } as { readonly [P in K]: number }); // one key, as typed

/** `../data/GOOG.csv` → `GOOG`; every character that an id can't have becomes `_`. */
const symbolOf = (path: string): string => {
  const bare = basename(path)
    .replace(/(\.(csv|txt|tsv|json|gz))+$/i, '')
    .replace(/[^\w-]/g, '_')
    .slice(0, 60);
  return /^[A-Za-z]/.test(bare) ? bare : `s_${bare}`;
};

const between = (bars: Bars, given: Arguments): Bars => {
  const from = timeOption(given, 'from') ?? -Infinity;
  const to = timeOption(given, 'to') ?? Infinity;
  return sliceBars(bars, firstAtOrAfter(bars.time, from), firstAtOrAfter(bars.time, to));
};

/** Milliseconds UTC; undefined: not given. */
export const timeOption = (given: Arguments, name: 'from' | 'to'): number | undefined => {
  const text = given.text(name);
  if (text === undefined) return undefined;
  const time = parseTime(text);
  if (Number.isNaN(time))
    throw new UsageError(
      'option-value',
      `--${name} ${text} is no time.`,
      `Write --${name} 2010-01-31 or --${name} 2010-01-31T09:30.`,
    );
  return time;
};

const firstAtOrAfter = (times: Float64Array, time: number): number => {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] as number) < time) low = middle + 1; // middle < length
    else high = middle;
  }
  return low;
};
