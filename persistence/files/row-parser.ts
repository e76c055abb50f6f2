/**
 * Turns one line of a price file into numbers. Plain rows are read straight from their bytes; whatever
 * is unusual in a row (quotes, currency signs, month names, very long numbers) goes the slow way
 * through text. Both ways give the same numbers to the last bit.
 */

import { dayMs, hourMs, minuteMs, secondMs, timeOfDate } from '#domain';
import { shown } from './price-file-error.ts';
import type { BadRow } from './price-file-error.ts';
import type { ColumnRole } from './price-columns.ts';
import type { PriceLayout } from './price-layout.ts';
import { parseNumber } from './price-number.ts';
import { parseClock, parseTimeText } from './price-time.ts';
import { splitRow } from './row-splitting.ts';

/** Places of the values in {@link RowParser.values}. */
export const timeAt = 0;
export const openAt = 1;
export const highAt = 2;
export const lowAt = 3;
export const closeAt = 4;
export const volumeAt = 5;
export const adjustedAt = 6;

const valueCount = 7;

export interface RowParserOptions {
  readonly layout: PriceLayout;
  /** Makes milliseconds UTC of a local time given as if it were UTC; absent: local time is UTC. */
  readonly toUtc?: ((local: number) => number) | undefined;
  /** The symbol whose rows are wanted; absent: that of the first row. */
  readonly symbol?: string | undefined;
}

/** `row`: the values are there. `other`: the row is another symbol's. Else what is wrong with it. */
export type RowOutcome = 'row' | 'other' | Omit<BadRow, 'line'>;

const skipRole = 0;
const timeRole = 1;
const clockRole = 2;
const numberRole = 3; // and up: 3 + place in `values`
const symbolRole = 20;

export class RowParser {
  /** The values of the last row, by place; valid after the outcome `row`. */
  readonly values = new Float64Array(valueCount);
  /** The symbol of the rows taken, once the first one has been read. */
  symbol: string | null;
  /** The first symbol met that is not the one taken. */
  otherSymbol: string | null = null;
  /** Cells without a volume, taken as 0. */
  volumesMissing = 0;

  readonly #layout: PriceLayout;
  readonly #toUtc: ((local: number) => number) | undefined;
  readonly #roles: Uint8Array;
  readonly #delimiter: number;
  readonly #decimal: number;
  readonly #dayFirst: boolean;
  readonly #counted: boolean;
  readonly #closeOnly: boolean;
  #symbolBytes: Buffer | null = null;
  #rows = 0;

  constructor({ layout, toUtc, symbol }: RowParserOptions) {
    this.#layout = layout;
    this.#toUtc = toUtc;
    this.symbol = symbol ?? null;
    this.#symbolBytes = symbol === undefined ? null : Buffer.from(symbol);
    this.#delimiter = layout.delimiter.charCodeAt(0);
    this.#decimal = layout.numbers.decimal.charCodeAt(0);
    this.#dayFirst = layout.dateOrder === 'day-first';
    this.#counted = layout.timeKind !== 'time';
    this.#closeOnly = layout.places.open === undefined;
    this.#roles = rolesOf(layout);
  }

  /** Reads the line at bytes `from` to `to`. */
  parse(bytes: Buffer, from: number, to: number): RowOutcome {
    const outcome = this.#counted ? 'slow' : this.#fast(bytes, from, to);
    if (outcome !== 'slow') return outcome;
    return this.#slow(bytes.toString('utf8', from, to));
  }

  /** The quick way: `slow` at the first byte that is not as in a plain row. */
  #fast(bytes: Buffer, from: number, to: number): 'row' | 'other' | 'slow' {
    const roles = this.#roles;
    const values = this.values;
    const delimiter = this.#delimiter;
    let field = 0;
    let i = from;
    let clock = 0;
    values[volumeAt] = 0;
    for (;;) {
      if (field >= roles.length) return 'slow';
      const role = roles[field] as number; // within the array by the line above
      if (role >= numberRole && role < symbolRole) {
        // digits with at most one mark: the whole digits divided by a power of ten, both exact in a
        // double up to 2^53 and 10^22, so that the one division rounds as the decimal text demands
        let mantissa = 0;
        let digits = 0;
        let decimals = -1;
        let negative = false;
        if (i < to && bytes[i] === minusSign) {
          negative = true;
          i++;
        }
        for (; i < to; i++) {
          const byte = bytes[i] as number; // i < to
          const digit = byte - zeroDigit;
          if (digit >= 0 && digit <= 9) {
            mantissa = mantissa * 10 + digit;
            digits++;
            if (decimals >= 0) decimals++;
          } else if (byte === this.#decimal && decimals < 0) decimals = 0;
          else break;
        }
        if (digits === 0 || digits > exactDigitsMax || (i < to && bytes[i] !== delimiter)) return 'slow';
        const magnitude = decimals > 0 ? mantissa / (powersOfTen[decimals] as number) : mantissa; // decimals <= digits <= 15
        values[role - numberRole] = negative ? -magnitude : magnitude;
      } else if (role === timeRole) {
        i = this.#fastTime(bytes, i, to);
        if (i < 0) return 'slow';
      } else if (role === clockRole) {
        if (!(to - i >= 5 && bytes[i + 2] === colon)) return 'slow';
        const hours = twoDigits(bytes, i);
        const minutes = twoDigits(bytes, i + 3);
        let seconds = 0;
        i += 5;
        if (i + 2 < to && bytes[i] === colon) {
          seconds = twoDigits(bytes, i + 1);
          i += 3;
        }
        if (!(hours < 24 && minutes < 60 && seconds < 60) || (i < to && bytes[i] !== delimiter)) return 'slow';
        clock = hours * hourMs + minutes * minuteMs + seconds * secondMs;
      } else {
        const start = i;
        for (; i < to && bytes[i] !== delimiter; i++) if (bytes[i] === quote) return 'slow';
        if (role === symbolRole) {
          if (this.#symbolBytes === null || start === i) return 'slow';
          if (bytes.compare(this.#symbolBytes, 0, this.#symbolBytes.length, start, i) !== 0) {
            this.otherSymbol ??= bytes.toString('utf8', start, i);
            return 'other';
          }
        }
      }
      field++;
      if (i >= to) break;
      i++; // the delimiter
    }
    if (field !== roles.length) return 'slow';
    if (clock !== 0 || this.#toUtc !== undefined) {
      if (this.#toUtc !== undefined) return 'slow';
      values[timeAt] = (values[timeAt] as number) + clock;
    }
    if (this.#closeOnly) spreadClose(values);
    this.#rows++;
    return 'row';
  }

  /** Reads a date with digits, or seconds or milliseconds since 1970; returns where it ends, −1 for the slow way. */
  #fastTime(bytes: Buffer, from: number, to: number): number {
    let i = from;
    let first = 0;
    for (; i < to && isDigit(bytes[i] as number); i++) first = first * 10 + (bytes[i] as number) - zeroDigit;
    const length = i - from;
    if (i === to || bytes[i] === this.#delimiter) {
      if (length === 10) this.values[timeAt] = first * secondMs;
      else if (length === 13) this.values[timeAt] = first;
      else if (length === 8) this.values[timeAt] = timeOfDate(Math.floor(first / 10_000), Math.floor(first / 100) % 100, first % 100);
      else return -1;
      return Number.isNaN(this.values[timeAt]) ? -1 : i;
    }
    let midnight: number;
    if (length === 8 && bytes[i] === blank) {
      midnight = timeOfDate(Math.floor(first / 10_000), Math.floor(first / 100) % 100, first % 100);
    } else {
      const separator = bytes[i] as number;
      if ((separator !== minusSign && separator !== slash && separator !== point) || (length !== 4 && length > 2)) return -1;
      let second = 0;
      let start = ++i;
      for (; i < to && isDigit(bytes[i] as number); i++) second = second * 10 + (bytes[i] as number) - zeroDigit;
      if (i === start || i - start > 2 || i >= to || bytes[i] !== separator) return -1;
      let third = 0;
      start = ++i;
      for (; i < to && isDigit(bytes[i] as number); i++) third = third * 10 + (bytes[i] as number) - zeroDigit;
      const thirdLength = i - start;
      if (length === 4) midnight = thirdLength === 1 || thirdLength === 2 ? timeOfDate(first, second, third) : NaN;
      else if (thirdLength !== 4) return -1;
      else midnight = this.#dayFirst ? timeOfDate(third, second, first) : timeOfDate(third, first, second);
    }
    if (Number.isNaN(midnight)) return -1;
    this.values[timeAt] = midnight;
    if (i >= to || bytes[i] === this.#delimiter) return i;
    if (bytes[i] !== blank && bytes[i] !== letterT) return -1;
    return this.#fastClock(bytes, i + 1, to, midnight);
  }

  /** Reads `HH:MM`, `HH:MM:SS` or that with a fraction, then perhaps `Z`, after a date. */
  #fastClock(bytes: Buffer, from: number, to: number, midnight: number): number {
    let i = from;
    if (!(to - i >= 5 && bytes[i + 2] === colon)) return -1;
    const hours = twoDigits(bytes, i);
    const minutes = twoDigits(bytes, i + 3);
    let seconds = 0;
    let millis = 0;
    i += 5;
    if (i + 2 < to && bytes[i] === colon) {
      seconds = twoDigits(bytes, i + 1);
      i += 3;
      if (i < to && bytes[i] === point) {
        let scale = 100;
        for (i++; i < to && isDigit(bytes[i] as number); i++) {
          millis += ((bytes[i] as number) - zeroDigit) * scale;
          scale = scale === 100 ? 10 : scale === 10 ? 1 : 0;
        }
      }
    }
    if (!(hours < 24 && minutes < 60 && seconds < 60)) return -1;
    if (i < to && bytes[i] === letterZ && this.#toUtc === undefined) i++;
    if (i < to && bytes[i] !== this.#delimiter) return -1;
    this.values[timeAt] = midnight + hours * hourMs + minutes * minuteMs + seconds * secondMs + millis;
    return i;
  }

  /** The thorough way, which also says what is wrong. */
  #slow(line: string): RowOutcome {
    const { delimiter, names, cells, places, timeKind, numbers } = this.#layout;
    const bad = (column: string | null, content: string, problem: string): RowOutcome => ({ column, content: shown(content), problem });
    const row = splitRow(line, delimiter);
    if (row === null) return bad(null, line, 'its quotes do not match');
    if (row.length < cells || row.slice(cells).some((cell) => cell.trim() !== '')) {
      return bad(null, line, `it has ${row.length} ${row.length === 1 ? 'field' : 'fields'} where the others have ${cells}`);
    }
    const cellOf = (role: ColumnRole): string => (row[places[role] ?? -1] ?? '').trim();
    const nameOf = (role: ColumnRole): string => names[places[role] ?? -1] ?? role;

    if (places.symbol !== undefined) {
      const symbol = cellOf('symbol');
      if (this.symbol === null || this.#symbolBytes === null) {
        this.symbol = symbol;
        this.#symbolBytes = Buffer.from(symbol);
      } else if (symbol !== this.symbol) {
        this.otherSymbol ??= symbol;
        return 'other';
      }
    }
    const time = this.#slowTime(timeKind, cellOf('time'), places.clock === undefined ? null : cellOf('clock'));
    if (typeof time === 'string') return bad(nameOf(time === clockProblem ? 'clock' : 'time'), cellOf(time === clockProblem ? 'clock' : 'time'), time);
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
const valuePlaces = { open: openAt, high: highAt, low: lowAt, close: closeAt, volume: volumeAt, adjustedClose: adjustedAt } as const;

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

const zeroDigit = 0x30;
const minusSign = 0x2d;
const slash = 0x2f;
const point = 0x2e;
const colon = 0x3a;
const blank = 0x20;
const quote = 0x22;
const letterT = 0x54;
const letterZ = 0x5a;
/** Up to this many digits a whole number is exact in a double. */
const exactDigitsMax = 15;
const powersOfTen = Float64Array.from({ length: exactDigitsMax + 1 }, (_, i) => Number(`1e${i}`));

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

/** Two digits as a number; NaN when they are none. */
const twoDigits = (bytes: Buffer, at: number): number => {
  const tens = bytes[at] ?? 0;
  const ones = bytes[at + 1] ?? 0;
  return isDigit(tens) && isDigit(ones) ? (tens - zeroDigit) * 10 + ones - zeroDigit : NaN;
};
