/** Reads the rows of a price file in whatever layout its vendor writes, in bounded memory, and hands each over. */

import { readFile, stat } from 'node:fs/promises';
import { readLines, startsLikeJson } from './file-lines.ts';
import type { FileFacts, FileProgress } from './file-lines.ts';
import { takeInlineBars } from './inline-bars.ts';
import { localTimeConverter } from './local-time.ts';
import type { ColumnRole } from './price-columns.ts';
import { PriceFileError, shown } from './price-file-error.ts';
import { describeLayout, detectLayout } from './price-layout.ts';
import type { PriceLayout } from './price-layout.ts';
import { dateOrderOf } from './price-time.ts';
import type { DateOrder } from './price-time.ts';
import type { RowCheck } from './row-check.ts';
import { RowParser } from './row-parser.ts';
import { splitRow } from './row-splitting.ts';

export interface PriceFileOptions {
  /** Leave bad rows out and report them; default: the first bad row is an error. */
  readonly skipBad?: boolean | undefined;
  /** Order of the numbers in dates like 03/04/2020, where the file does not show it: `dmy`, `mdy` or `ymd`. */
  readonly dateFormat?: string | undefined;
  /** Zone of times without offset, such as `America/New_York`; default UTC. Dates alone are not moved. */
  readonly timeZone?: string | undefined;
  /** Whose rows to take from a file with several symbols. */
  readonly symbol?: string | undefined;
  /** Columns by name or by number from 1, where their names say nothing. */
  readonly columns?: Readonly<Partial<Record<ColumnRole, string | number>>> | undefined;
  /** Of JSON, which is held whole while it is read, in some ten times its size; default 256 MB. */
  readonly jsonBytesMax?: number | undefined;
  readonly onProgress?: ((progress: FileProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What takes the rows of a file. */
export interface RowSink {
  readonly check: RowCheck;
  /** Rows that are bars so far. */
  readonly length: number;
  /** Takes a row's values, by the places of the row parser, which are only valid during the call; rejects what is no bar. */
  add(values: Float64Array, line: number): void;
  /** Called between portions of the file: for writing what has been taken, while nothing more comes. */
  rest?(): Promise<void>;
}

/** What is known of a file before its rows come. */
export interface RowsAhead {
  /** A little more than there are, as the start lets expect. */
  readonly rowsExpected: number;
  /** Whether closes adjusted for splits and dividends stand beside the raw ones. */
  readonly hasAdjustedClose: boolean;
}

export interface RowsRead<S extends RowSink> {
  readonly sink: S;
  /** How the file was read, in one line. */
  readonly layout: string;
  /** The symbol named in the rows, where there is such a column. */
  readonly symbol: string | null;
  /** The column that the close was read from, where columns have names. */
  readonly closeColumn: string | null;
  readonly notes: readonly string[];
}

/** More rows would take more memory than a machine of today should give to one file: 5.6 GB. */
export const rowsMax = 100_000_000;

/** Reads CSV and its relatives (plain or gzip) or JSON bars. Throws {@link PriceFileError}. */
export const readPriceRows = async <S extends RowSink>(
  path: string,
  options: PriceFileOptions,
  openSink: (ahead: RowsAhead) => S | Promise<S>,
): Promise<RowsRead<S>> => {
  const toUtc = converterFor(path, options.timeZone);
  if (await startsLikeJson(path)) return await readJson(path, options, openSink);
  const start = await readStart(path, options);
  const detected = detectLayout({
    file: path,
    lines: start.lines,
    columns: options.columns,
    dateOrder: orderFor(path, options.dateFormat),
  });
  const layout =
    detected.dateOrder === 'unknown'
      ? { ...detected, dateOrder: await findDateOrder(path, detected, options) }
      : detected;
  const parser = new RowParser({ layout, toUtc, symbol: options.symbol });
  const sink = await openSink({
    rowsExpected: expectedRows(start),
    hasAdjustedClose: layout.places.adjustedClose !== undefined,
  });
  const { onProgress, signal } = options;
  let others = 0;
  await readLines({ path, onProgress, signal, rest: () => sink.rest?.() }, (bytes, from, to, line) => {
    if (line < layout.dataLine || isBlank(bytes, from, to)) return true;
    const outcome = parser.parse(bytes, from, to);
    if (outcome === 'row') sink.add(parser.values, line);
    else if (outcome === 'other') {
      others++;
      if (options.symbol === undefined) refuseSeveralSymbols(path, parser, line);
    } else sink.check.reject({ line, ...outcome });
    if (sink.length >= rowsMax) refuseTooMany(path);
    return true;
  });
  if (sink.length === 0 && others > 0) {
    throw new PriceFileError(
      'price-file-no-such-symbol',
      `${path} has no rows of ${shown(options.symbol ?? '')}; it has some of ${shown(parser.otherSymbol ?? '')}.`,
      { file: path, remedy: 'Check the symbol as the file writes it.' },
    );
  }
  const notes = [...layout.notes, ...layoutNotes(layout, options.timeZone)];
  if (parser.volumesMissing > 0) notes.push(`${parser.volumesMissing} rows have no volume: taken as 0`);
  if (others > 0) notes.push(`${others} rows of other symbols left out`);
  return {
    sink,
    notes,
    layout: describeLayout(layout),
    symbol: parser.symbol,
    closeColumn: layout.names[layout.places.close ?? -1] ?? null,
  };
};

/** Lines looked at to tell the layout. */
const startLinesMax = 200;

interface Start {
  readonly lines: readonly string[];
  readonly facts: FileFacts;
  readonly lineBytes: number;
}

const readStart = async (path: string, { signal }: PriceFileOptions): Promise<Start> => {
  const lines: string[] = [];
  let bytes = 0;
  const facts = await readLines({ path, signal }, (buffer, from, to) => {
    const text = buffer.toString('utf8', from, to);
    if (text.includes('\0')) {
      throw new PriceFileError('price-file-format', `${path} is not a text file.`, {
        file: path,
        remedy: 'Give a CSV, TXT or JSON file with prices, plain or compressed with gzip.',
      });
    }
    lines.push(text);
    bytes += to - from + 1;
    return lines.length < startLinesMax;
  });
  return { lines, facts, lineBytes: Math.max(1, bytes / Math.max(1, lines.length)) };
};

/** A little more than the start lets expect, so that the columns rarely have to grow. */
const expectedRows = ({ facts, lineBytes }: Start): number =>
  Math.ceil((facts.bytes * (facts.compressed ? 5 : 1) * 1.05) / lineBytes) + 16;

const isBlank = (bytes: Buffer, from: number, to: number): boolean => {
  if (to - from > 8) return false; // no need to look: a row of blanks is a bad row then
  for (let i = from; i < to; i++) if (bytes[i] !== 0x20 && bytes[i] !== 0x09) return false;
  return true;
};

const converterFor = (path: string, zone: string | undefined): ((local: number) => number) | undefined => {
  if (zone === undefined || zone === 'UTC') return undefined;
  const converter = localTimeConverter(zone);
  if (converter !== null) return converter;
  throw new PriceFileError('price-file-time-zone', `There is no time zone ${shown(zone)}.`, {
    file: path,
    field: 'timeZone',
    remedy: 'Write it as America/New_York, Europe/Berlin or UTC.',
  });
};

const orderFor = (path: string, dateFormat: string | undefined): DateOrder | undefined => {
  if (dateFormat === undefined) return undefined;
  const order = ({ dmy: 'day-first', mdy: 'month-first', ymd: 'year-first' } as const)[
    dateFormat.toLowerCase() as 'dmy'
  ]; // any other text gives undefined
  if (order !== undefined) return order;
  throw new PriceFileError('price-file-date-format', `${shown(dateFormat)} is no order of dates.`, {
    file: path,
    field: 'dateFormat',
    remedy: 'Write dmy (day first), mdy (month first) or ymd (year first).',
  });
};

/** Looks through the whole file for a date that shows which number is the month. */
const findDateOrder = async (path: string, layout: PriceLayout, { signal }: PriceFileOptions): Promise<DateOrder> => {
  const place = layout.places.time ?? 0;
  let found: DateOrder | null = null;
  let example = '';
  await readLines({ path, signal }, (bytes, from, to, line) => {
    if (line < layout.dataLine) return true;
    const cell = splitRow(bytes.toString('utf8', from, to), layout.delimiter)?.[place] ?? '';
    const order = dateOrderOf(cell);
    if (order === 'day-first' || order === 'month-first') found = order;
    else if (order === 'either') example ||= cell.trim();
    return found === null;
  });
  if (found !== null) return found;
  throw new PriceFileError(
    'price-file-ambiguous-dates',
    `${path} has dates such as ${shown(example)}, and none of them shows whether the day or the month comes first.`,
    {
      file: path,
      field: layout.names[place] ?? 'time',
      remedy: 'Say which: --date-format dmy or --date-format mdy.',
    },
  );
};

const refuseSeveralSymbols = (path: string, parser: RowParser, line: number): never => {
  throw new PriceFileError(
    'price-file-several-symbols',
    `${path} has prices of ${shown(parser.symbol ?? '')} and, at line ${line}, of ${shown(parser.otherSymbol ?? '')}.`,
    {
      file: path,
      line,
      remedy: 'Say whose rows to take, or split the file by symbol.',
    },
  );
};

const refuseTooMany = (path: string): never => {
  throw new PriceFileError('price-file-too-long', `${path} has more than ${rowsMax} rows.`, {
    file: path,
    remedy: 'Split it, or use coarser bars.',
  });
};

const layoutNotes = ({ places, timeKind }: PriceLayout, timeZone: string | undefined): string[] => {
  const notes: string[] = [];
  if (timeKind === 'none') notes.push('no column for time: rows are taken as days from 1970-01-01');
  if (timeKind === 'counter') notes.push('rows are numbered, not dated: the numbers are taken as days from 1970-01-01');
  if (places.open === undefined) notes.push('there is only one price per row: bars without range');
  if (places.volume === undefined) notes.push('no column for volume: taken as 0');
  if (timeZone !== undefined && timeZone !== 'UTC') notes.push(`times without offset are read as ${timeZone}`);
  return notes;
};

/** JSON has to be held whole while it is read, so it is for small data. */
const jsonBytesDefault = 256 * 1024 * 1024;

const readJson = async <S extends RowSink>(
  path: string,
  options: PriceFileOptions,
  openSink: (ahead: RowsAhead) => S | Promise<S>,
): Promise<RowsRead<S>> => {
  const { size } = await stat(path);
  const bytesMax = options.jsonBytesMax ?? jsonBytesDefault;
  if (size > bytesMax) {
    throw new PriceFileError('price-file-json', `${path} is JSON of ${size} bytes; at most ${bytesMax} are read.`, {
      file: path,
      remedy: 'Convert it to CSV, which is read in pieces.',
    });
  }
  let json: unknown;
  try {
    json = JSON.parse((await readFile(path, 'utf8')).replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new PriceFileError(
      'price-file-json',
      `${path} starts like JSON and is none: ${cause instanceof Error ? cause.message : 'unknown'}.`,
      { file: path, remedy: 'Check how it was written, or whether it is complete.', cause },
    );
  }
  const sink = await openSink({ rowsExpected: jsonRowsExpected, hasAdjustedClose: false });
  options.onProgress?.({ bytesDone: size, bytesTotal: size });
  return rowsOfJson(json, path, sink);
};

/** The columns grow where there are more. */
export const jsonRowsExpected = 1_024;

/** The rows of parsed JSON, as {@link takeInlineBars} describes it; `name` stands for the file in messages. */
export const rowsOfJson = <S extends RowSink>(json: unknown, name: string, sink: S): RowsRead<S> => {
  const { counted } = takeInlineBars(
    json,
    name,
    (values, row) => sink.add(values, row),
    (row) => sink.check.reject(row),
  );
  const notes = counted ? ['times are small whole numbers: taken as days from 1970-01-01'] : [];
  return { sink, notes, layout: 'JSON', symbol: null, closeColumn: null };
};
