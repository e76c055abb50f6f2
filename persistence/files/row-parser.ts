/**
 * Turns one line of a price file into numbers. Plain rows are read straight from their bytes; whatever
 * is unusual in a row (quoted commas, currency signs, month names, very long numbers) goes the slow way
 * through text. Both ways give the same numbers to the last bit.
 */

import { dayMs } from '#domain';
import {
  adjustedAt,
  clockRole,
  closeAt,
  highAt,
  lowAt,
  numberRole,
  openAt,
  PlainRowReader,
  skipRole,
  symbolRole,
  timeAt,
  timeRole,
  volumeAt,
} from './plain-row.ts';
import { shown } from './price-file-error.ts';
import type { BadRow } from './price-file-error.ts';
import type { ColumnRole } from './price-columns.ts';
import type { PriceLayout } from './price-layout.ts';
import { parseNumber } from './price-number.ts';
import { parseClock, parseTimeText } from './price-time.ts';
import { splitRow } from './row-splitting.ts';

export interface RowParserOptions {
  readonly layout: PriceLayout;
  /** Makes milliseconds UTC of a local time given as if it were UTC; absent: local time is UTC. */
  readonly toUtc?: ((local: number) => number) | undefined;
  /** The symbol whose rows are wanted; absent: that of the first row. */
  readonly symbol?: string | undefined;
}

/** `row`: the values are there. `other`: the row is another symbol's. Else what is wrong with it. */
export type RowOutcome = 'row' | 'other' | Omit<BadRow, 'line'>;

export class RowParser {
  /** The values of the last row, by place; valid after the outcome `row`. */
  readonly values: Float64Array;
  /** The symbol of the rows taken, once the first one has been read. */
  symbol: string | null;
  /** The first symbol met that is not the one taken. */
  otherSymbol: string | null = null;
  /** Cells without a volume, taken as 0. */
  volumesMissing = 0;

  readonly #layout: PriceLayout;
  readonly #toUtc: ((local: number) => number) | undefined;
  readonly #plain: PlainRowReader;
  readonly #counted: boolean;
  readonly #closeOnly: boolean;
  #rows = 0;

  constructor({ layout, toUtc, symbol }: RowParserOptions) {
    const { delimiter, numbers, dateOrder } = layout;
    this.#layout = layout;
    this.#toUtc = toUtc;
    this.#plain = new PlainRowReader({
      roles: rolesOf(layout),
      delimiter,
      decimal: numbers.decimal,
      dateOrder: dateOrder === 'day-first' || dateOrder === 'month-first' ? dateOrder : null,
      toUtc,
    });
    this.values = this.#plain.values;
    this.symbol = symbol ?? null;
    if (symbol !== undefined) this.#plain.symbol = Buffer.from(symbol);
    this.#counted = layout.timeKind !== 'time';
    this.#closeOnly = layout.places.open === undefined;
  }

  /** Reads the line at bytes `from` to `to`. */
  parse(bytes: Buffer, from: number, to: number): RowOutcome {
    if (!this.#counted) {
      const outcome = this.#plain.read(bytes, from, to);
      if (outcome === 'row') {
        if (this.#closeOnly) spreadClose(this.values);
        return outcome;
      }
      if (outcome === 'other' && this.otherSymbol !== null) return outcome;
    }
    return this.#slow(bytes.toString('utf8', from, to));
  }

  /** The thorough way, which also says what is wrong. */
  #slow(line: string): RowOutcome {
    const { delimiter, names, cells, places, timeKind, numbers } = this.#layout;
    const bad = (column: string | null, content: string, problem: string): RowOutcome => ({
      column,
      content: shown(content),
      problem,
    });
    const row = splitRow(line, delimiter);
    if (row === null) return bad(null, line, 'its quotes do not match');
    if (row.length < cells || row.slice(cells).some((cell) => cell.trim() !== '')) {
      return bad(
        null,
        line,
        `it has ${row.length} ${row.length === 1 ? 'field' : 'fields'} where the others have ${cells}`,
      );
    }
    const cellOf = (role: ColumnRole): string => (row[places[role] ?? -1] ?? '').trim();
    const nameOf = (role: ColumnRole): string => names[places[role] ?? -1] ?? role;

    if (places.symbol !== undefined) {
      const symbol = cellOf('symbol');
      if (this.symbol === null) {
        this.symbol = symbol;
        this.#plain.symbol = Buffer.from(symbol);
      } else if (symbol !== this.symbol) {
        this.otherSymbol ??= symbol;
        return 'other';
      }
    }
    const time = this.#slowTime(timeKind, cellOf('time'), places.clock === undefined ? null : cellOf('clock'));
    if (typeof time === 'string')
      return bad(
        nameOf(time === clockProblem ? 'clock' : 'time'),
        cellOf(time === clockProblem ? 'clock' : 'time'),
        time,
      );
    this.values[timeAt] = time;

    for (const role of priceRoles) {
      if (places[role] === undefined) continue;
      const value = parseNumber(cellOf(role), numbers);
      if (role === 'volume' && value === null) this.volumesMissing++;
      else if (value === null) return bad(nameOf(role), cellOf(role), 'is missing');
      else if (Number.isNaN(value)) return bad(nameOf(role), cellOf(role), 'is not a number');
      else if (!Number.isFinite(value)) return bad(nameOf(role), cellOf(role), 'is too large');
      this.values[valuePlaces[role]] = value ?? 0;
    }
    if (places.volume === undefined) this.values[volumeAt] = 0;
    if (this.#closeOnly) spreadClose(this.values);
    this.#rows++;
    return 'row';
  }

  /** A time, or what is wrong with its cell. */
  #slowTime(kind: PriceLayout['timeKind'], text: string, clockText: string | null): number | string {
    if (kind === 'none') return this.#rows * dayMs;
    if (kind === 'counter') return /^\d{1,9}$/.test(text) ? Number(text) * dayMs : 'is not a row number';
    const order = this.#layout.dateOrder;
    const parsed = parseTimeText(text, order === 'unknown' ? null : order);
    if (parsed === null) return text === '' ? 'is missing' : 'is not a date or time of this file’s form';
    let { time, zoned } = parsed;
    let hasClock = parsed.clock;
    if (clockText !== null) {
      const clock = parseClock(clockText);
      if (clock === null) return clockProblem;
      time += clock.ms - clock.offsetMs;
      zoned ||= clock.zoned;
      hasClock = true;
    }
    // a date alone names a day, which a time zone does not move
    return zoned || !hasClock || this.#toUtc === undefined ? time : this.#toUtc(time);
  }
}

const clockProblem = 'is not a time of day';

const priceRoles = ['open', 'high', 'low', 'close', 'volume', 'adjustedClose'] as const;
const valuePlaces = {
  open: openAt,
  high: highAt,
  low: lowAt,
  close: closeAt,
  volume: volumeAt,
  adjustedClose: adjustedAt,
} as const;

const rolesOf = ({ cells, places }: PriceLayout): Uint8Array => {
  const roles = new Uint8Array(cells).fill(skipRole);
  const set = (place: number | undefined, role: number): void => {
    if (place !== undefined && place < cells) roles[place] = role;
  };
  set(places.time, timeRole);
  set(places.clock, clockRole);
  set(places.symbol, symbolRole);
  for (const role of priceRoles) set(places[role], numberRole + valuePlaces[role]);
  return roles;
};

/** A file with closes alone gives bars without range. */
const spreadClose = (values: Float64Array): void => {
  values.fill(values[closeAt] as number, openAt, closeAt); // the column exists
};
