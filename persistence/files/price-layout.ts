/** Tells the layout of a price file from its first lines: delimiter, header, columns, number and date style. */

import { bareName, columnRoles, placeByNames } from './price-columns.ts';
import type { ColumnPlaces, ColumnRole } from './price-columns.ts';
import { PriceFileError, shown } from './price-file-error.ts';
import { detectNumberStyle, parseNumber } from './price-number.ts';
import type { NumberStyle } from './price-number.ts';
import { dateOrderOf, parseClock, parseTimeText } from './price-time.ts';
import type { DateOrder } from './price-time.ts';
import { detectDelimiter, splitRow } from './row-splitting.ts';

export interface PriceLayout {
  readonly delimiter: string;
  /** Names of the columns, invented (`column 1`) where the file has no header. */
  readonly names: readonly string[];
  /** Line of the first row of data, 1 for the first line of the file. */
  readonly dataLine: number;
  /** Cells in a row of data. */
  readonly cells: number;
  readonly places: ColumnPlaces;
  readonly numbers: NumberStyle;
  /** `unknown` when dates are like 03/04/2020 and the lines seen do not tell which is the month. */
  readonly dateOrder: DateOrder | 'unknown' | null;
  /** `counter`: rows are numbered, not dated; `none`: nothing at all says when they were. */
  readonly timeKind: 'time' | 'counter' | 'none';
  /** Surprises met, for the reader. */
  readonly notes: readonly string[];
}

export interface LayoutRequest {
  readonly file: string;
  /** The first lines of the file, blank ones included. */
  readonly lines: readonly string[];
  /** Columns that the caller names, by header or by number from 1. */
  readonly columns?: Readonly<Partial<Record<ColumnRole, string | number>>> | undefined;
  readonly dateOrder?: DateOrder | undefined;
}

/** Lines before the header that are passed over: an address, a title, a blank line. */
const preambleLinesMax = 20;

/** Throws {@link PriceFileError} when no layout fits. */
export const detectLayout = ({ file, lines, columns, dateOrder }: LayoutRequest): PriceLayout => {
  const filled = lines.filter((line) => line.trim() !== '');
  if (filled.length === 0) {
    throw new PriceFileError('price-file-empty', `${file} is empty.`, {
      file,
      remedy: 'Give a file with a header line and a row per bar.',
    });
  }
  const separator = /^"?sep=(.)"?$/i.exec(lines[0]?.trim() ?? '')?.[1];

  const delimiter = separator ?? detectDelimiter(filled, 4) ?? detectDelimiter(filled, 2);
  if (delimiter === null) throw layoutError(file, lines);
  const table = lines.map((line) => splitRow(line, delimiter)?.map((cell) => cell.trim()) ?? []);

  const notes: string[] = [];
  const { header, dataIndex } = findHeader(table);
  const rows = table.slice(dataIndex).filter((row) => row.length > 1);
  const cells = commonLength(rows);
  if (rows.length === 0 || cells < 2) {
    if (header !== null && header.length > 1) {
      throw new PriceFileError('price-file-no-rows', `${file} has a header and no rows.`, {
        file,
        remedy: 'Check how the file was made: it holds no prices.',
      });
    }
    throw layoutError(file, lines);
  }
  const typical = rows.filter((row) => row.length === cells);
  const names = header === null ? numbered(cells) : fitHeader(header, cells, typical, notes);
  const named = header === null ? placeByShape(file, typical, cells) : withTimeByLook(placeByNames(names), typical);
  const places = withChosen(file, names, named, columns);
  requirePrices(file, names, places);
  if (header === null) notes.push(`no header line: columns are taken as ${describePlaces(names, places)}`);

  const priceCells = typical.flatMap((row) =>
    [places.open, places.high, places.low, places.close].flatMap((place) =>
      place === undefined ? [] : [row[place] ?? ''],
    ),
  );
  const timeCells = places.time === undefined ? [] : typical.map((row) => row[places.time ?? -1] ?? '');
  return {
    delimiter,
    names,
    dataLine: dataIndex + 1,
    cells,
    places: preferTickVolume(names, typical, places, notes),
    numbers: detectNumberStyle(priceCells, delimiter),
    dateOrder: dateOrder ?? orderOfDates(timeCells),
    timeKind: places.time === undefined ? 'none' : isCounter(timeCells) ? 'counter' : 'time',
    notes,
  };
};

/** One line for people: how the file was read. */
export const describeLayout = ({ delimiter, names, places, numbers, dateOrder, dataLine }: PriceLayout): string => {
  const separated = { ',': 'commas', ';': 'semicolons', '\t': 'tabs', '|': 'bars' }[delimiter] ?? shown(delimiter);
  const styles = [numbers.decimal === ',' ? 'decimal comma' : null, dateOrder === 'unknown' ? null : dateOrder].filter(
    (style) => style !== null,
  );
  return `separated by ${separated}, data from line ${dataLine}, ${describePlaces(names, places)}${styles.map((style) => `, ${style}`).join('')}`;
};

/** The columns by what they hold; their names only where these are others. */
const describePlaces = (names: readonly string[], places: ColumnPlaces): string =>
  columnRoles
    .flatMap((role) => {
      const place = places[role];
      if (place === undefined) return [];
      const name = names[place] ?? '';
      return [bareName(name) === role ? role : `${role} from ${name === '' ? 'the column without name' : shown(name)}`];
    })
    .join(', ');

const layoutError = (file: string, lines: readonly string[]): PriceFileError =>
  new PriceFileError(
    'price-file-layout',
    `${file} does not look like a table of prices; its first line is ${shown(lines[0] ?? '')}.`,
    {
      file,
      line: 1,
      remedy: 'Give a file with a header such as time,open,high,low,close,volume and a row per bar.',
    },
  );

const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => `column ${i + 1}`);

const looksLikeNumber = (cell: string): boolean => {
  const value = parseNumber(cell, { decimal: '.' }) ?? parseNumber(cell, { decimal: ',' });
  return value === null || !Number.isNaN(value) || !Number.isNaN(parseNumber(cell, { decimal: ',' }) ?? NaN);
};
const looksLikeTime = (cell: string): boolean =>
  parseTimeText(cell, 'day-first') !== null || parseTimeText(cell, 'month-first') !== null;
const hasPrices = (row: readonly string[]): boolean =>
  row.filter((cell) => /\d/.test(cell) && looksLikeNumber(cell) && !looksLikeTime(cell)).length >= 1;

/** The header is the line before the first row with numbers in it; there is none when that is the first line. */
const findHeader = (table: readonly (readonly string[])[]): { header: readonly string[] | null; dataIndex: number } => {
  for (let i = 0; i < Math.min(table.length, preambleLinesMax); i++) {
    const row = table[i] ?? [];
    if (row.length < 2 || /^#|^sep=/i.test(row[0] ?? '')) continue;
    if (hasPrices(row) || looksLikeTime(row[0] ?? '')) return { header: null, dataIndex: i };
    const places = placeByNames(row);
    if (places.close !== undefined || places.open !== undefined) {
      const stacked = stackedHeader(table, i);
      return stacked ?? { header: row, dataIndex: i + 1 };
    }
    // a row of words that name nothing known is a header only if numbers follow at once
    if (hasPrices(table[i + 1] ?? [])) return { header: row, dataIndex: i + 1 };
  }
  return { header: null, dataIndex: table.length };
};

/** yfinance writes three header lines: `Price,Close,…`, `Ticker,SPY,…`, `Date,,…`. */
const stackedHeader = (
  table: readonly (readonly string[])[],
  i: number,
): { header: readonly string[]; dataIndex: number } | null => {
  const [first = [], second = [], third = []] = [table[i], table[i + 1], table[i + 2]];
  if (
    first[0] !== 'Price' ||
    second[0] !== 'Ticker' ||
    !/^date(time)?$/i.test(third[0] ?? '') ||
    third.slice(1).some((cell) => cell !== '')
  )
    return null;
  return { header: [third[0] ?? 'Date', ...first.slice(1)], dataIndex: i + 3 };
};

const commonLength = (rows: readonly (readonly string[])[]): number => {
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(row.length, (counts.get(row.length) ?? 0) + 1);
  let best = 0;
  for (const [length, count] of counts) if (count > (counts.get(best) ?? 0)) best = length;
  return best;
};

/** The names of the rows' cells, where rows and header differ in length in one of the known ways. */
const fitHeader = (
  header: readonly string[],
  cells: number,
  rows: readonly (readonly string[])[],
  notes: string[],
): readonly string[] => {
  const surplus = cells - header.length;
  if (surplus > 0 && rows.every((row) => row.slice(header.length).every((cell) => cell === ''))) {
    return [...header, ...numbered(surplus).map(() => '')]; // a delimiter after the last value
  }
  if (surplus === 1) {
    const date = placeByNames(header).time;
    if (
      date !== undefined &&
      rows.every((row) => parseClock(row[date + 1] ?? '') !== null && looksLikeTime(row[date] ?? ''))
    ) {
      notes.push('rows have one field more than the header: the date is followed by a time of day');
      return [...header.slice(0, date + 1), 'Time', ...header.slice(date + 1)];
    }
    if (date === undefined) {
      notes.push('rows have one field more than the header: the first one has no name');
      return ['', ...header];
    }
  }
  return header;
};

/**
 * Columns of a file without header: date or time first (or a symbol before it), perhaps a time of
 * day, then open, high, low, close and volume. Fits MetaTrader, HistData, Kraken and Binance.
 */
const placeByShape = (file: string, rows: readonly (readonly string[])[], cells: number): ColumnPlaces => {
  const every = (place: number, test: (cell: string) => boolean): boolean =>
    rows.filter((row) => test(row[place] ?? '')).length > rows.length / 2;
  const isWord = (cell: string): boolean => /[a-z]/i.test(cell) && !looksLikeTime(cell);
  let next = 0;
  const places: Partial<Record<ColumnRole, number>> = {};
  if (every(0, isWord)) places.symbol = next++;
  if (every(next, looksLikeTime) || isCounter(rows.map((row) => row[next] ?? ''))) places.time = next++;
  if (
    places.time !== undefined &&
    every(next, (cell) => parseClock(cell) !== null && /^\d{1,2}:\d{2}|^\d{6}$/.test(cell)) &&
    cells >= next + 5
  )
    places.clock = next++;
  if (cells < next + 4) {
    throw new PriceFileError(
      'price-file-layout',
      `${file} has no header, and its rows of ${cells} fields do not show which is which.`,
      {
        file,
        line: 1,
        remedy: 'Add a first line such as time,open,high,low,close,volume.',
      },
    );
  }
  for (const role of ['open', 'high', 'low', 'close', 'volume'] as const) if (next < cells) places[role] = next++;
  const numbers = detectNumberStyle(rows.flat(), ';');
  const fits = rows.filter((row) => {
    const [open = NaN, high = NaN, low = NaN, close = NaN] = [places.open, places.high, places.low, places.close].map(
      (place) => parseNumber(row[place ?? -1] ?? '', numbers) ?? NaN,
    );
    return high >= open && high >= close && low <= open && low <= close;
  });
  if (fits.length * 2 < rows.length) {
    throw new PriceFileError(
      'price-file-layout',
      `${file} has no header, and its columns are not open, high, low, close in that order.`,
      {
        file,
        line: 1,
        remedy: 'Add a first line that names the columns, such as time,open,high,low,close,volume.',
      },
    );
  }
  return places;
};

/** Where no name says which column holds the time (`Datum`, `Fecha`): the first one that looks like times. */
const withTimeByLook = (places: ColumnPlaces, rows: readonly (readonly string[])[]): ColumnPlaces => {
  if (places.time !== undefined) return places;
  const taken = new Set(Object.values(places));
  const time = (rows[0] ?? []).findIndex(
    (_cell, place) =>
      !taken.has(place) && rows.filter((row) => looksLikeTime(row[place] ?? '')).length > rows.length / 2,
  );
  return time < 0 ? places : { ...places, time };
};

const withChosen = (
  file: string,
  names: readonly string[],
  found: ColumnPlaces,
  columns: LayoutRequest['columns'],
): ColumnPlaces => {
  const places: Partial<Record<ColumnRole, number>> = { ...found };
  for (const role of columnRoles) {
    const choice = columns?.[role];
    if (choice === undefined) continue;
    const place =
      typeof choice === 'number' ? choice - 1 : names.findIndex((name) => name.toLowerCase() === choice.toLowerCase());
    if (place < 0 || place >= names.length || !Number.isInteger(place)) {
      throw new PriceFileError(
        'price-file-no-such-column',
        `${file} has no column ${typeof choice === 'number' ? choice : shown(choice)} for ${role}.`,
        {
          file,
          field: role,
          remedy: `Its columns are ${names.map(shown).join(', ')}.`,
        },
      );
    }
    for (const other of columnRoles) if (places[other] === place) delete places[other];
    places[role] = place;
  }
  return places;
};

const requirePrices = (file: string, names: readonly string[], places: ColumnPlaces): void => {
  const missing = (['open', 'high', 'low', 'close'] as const).filter((role) => places[role] === undefined);
  if (missing.length === 0 || (missing.length === 3 && places.close !== undefined)) return;
  throw new PriceFileError(
    'price-file-missing-column',
    `${file} has no column for ${missing.join(', ')}; its columns are ${names.map(shown).join(', ')}.`,
    {
      file,
      field: missing[0] ?? 'close',
      remedy: 'Name the columns time, open, high, low, close and volume in the first line.',
    },
  );
};

/** MetaTrader writes the traded volume beside the number of price changes, and zero where it knows none. */
const preferTickVolume = (
  names: readonly string[],
  rows: readonly (readonly string[])[],
  places: ColumnPlaces,
  notes: string[],
): ColumnPlaces => {
  const ticks = names.findIndex((name) => /^<?tick ?vol(ume)?>?$/i.test(name));
  const volume = places.volume;
  if (ticks < 0 || volume === undefined || ticks === volume || !rows.every((row) => Number(row[volume]) === 0))
    return places;
  notes.push(`${shown(names[volume] ?? '')} is always 0: volume is taken from ${shown(names[ticks] ?? '')}`);
  return { ...places, volume: ticks };
};

const orderOfDates = (cells: readonly string[]): PriceLayout['dateOrder'] => {
  let ambiguous = false;
  let dotted = true;
  for (const cell of cells) {
    const order = dateOrderOf(cell);
    if (order === 'day-first' || order === 'month-first') return order;
    ambiguous ||= order === 'either';
    dotted &&= cell.includes('.');
  }
  if (!ambiguous) return null;
  return dotted ? 'day-first' : 'unknown'; // dates with dots and the year last are always written day first
};

/** Row numbers: whole numbers that go up by one from 0 or 1. */
const isCounter = (cells: readonly string[]): boolean => {
  const start = Number(cells[0]);
  return (start === 0 || start === 1) && cells.every((cell, i) => /^\d+$/.test(cell) && Number(cell) === start + i);
};
