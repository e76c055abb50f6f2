/** Reads a plain row straight from its bytes: digits, marks and separators, and nothing that needs thought. */

import { hourMs, minuteMs, secondMs, timeOfDate } from '#domain';

/** Places of the values that a row gives. */
export const timeAt = 0;
export const openAt = 1;
export const highAt = 2;
export const lowAt = 3;
export const closeAt = 4;
export const volumeAt = 5;
export const adjustedAt = 6;

const valueCount = 7;

/** What a field is to the reader; a number's role is `numberRole` plus its place in the values. */
export const skipRole = 0;
export const timeRole = 1;
export const clockRole = 2;
export const numberRole = 3;
export const symbolRole = 20;

export interface PlainRowOptions {
  /** Per field its role; a row has as many fields. */
  readonly roles: Uint8Array;
  readonly delimiter: string;
  readonly decimal: string;
  /** Which number of 03/04/2020 is the day; null where such dates are not plain. */
  readonly dateOrder: 'day-first' | 'month-first' | null;
  readonly toUtc: ((local: number) => number) | undefined;
}

export class PlainRowReader {
  readonly values = new Float64Array(valueCount);
  /** The symbol wanted; without one, a row with a symbol is not plain. */
  symbol: Buffer | null = null;

  readonly #roles: Uint8Array;
  readonly #delimiter: number;
  readonly #decimal: number;
  readonly #dateOrder: 'day-first' | 'month-first' | null;
  readonly #toUtc: ((local: number) => number) | undefined;
  /** Whether the row's time is a local one, which `toUtc` has to move. */
  #local = false;

  constructor({ roles, delimiter, decimal, dateOrder, toUtc }: PlainRowOptions) {
    this.#roles = roles;
    this.#delimiter = delimiter.charCodeAt(0);
    this.#decimal = decimal.charCodeAt(0);
    this.#dateOrder = dateOrder;
    this.#toUtc = toUtc;
  }

  /** `row` with the values set, `other` for another symbol's row, `unusual` at the first byte that is not plain. */
  read(bytes: Buffer, from: number, to: number): 'row' | 'other' | 'unusual' {
    const roles = this.#roles;
    const delimiter = this.#delimiter;
    let field = 0;
    let i = from;
    let clock = 0;
    this.#local = false;
    this.values[volumeAt] = 0;
    for (;;) {
      if (field >= roles.length) return 'unusual';
      const role = roles[field] as number; // within the array by the line above
      // a cell in quotes ends at its second quote, which must be followed by the delimiter
      const quoted = i < to && bytes[i] === quote;
      const stop = quoted ? quote : delimiter;
      if (quoted) i++;
      const start = i;
      if (role >= numberRole && role < symbolRole) i = this.#number(bytes, i, to, role - numberRole);
      else if (role === timeRole) i = this.#time(bytes, i, to, stop);
      else if (role === clockRole) {
        i = this.#clock(bytes, i, to);
        clock = this.#clockMs;
        this.#local = true;
      } else while (i < to && bytes[i] !== stop) if (bytes[i++] === quote) return 'unusual';
      if (i < 0 || (i < to && bytes[i] !== stop)) return 'unusual';
      if (role === symbolRole) {
        if (this.symbol === null || start === i) return 'unusual';
        if (bytes.compare(this.symbol, 0, this.symbol.length, start, i) !== 0) return 'other';
      }
      if (quoted) {
        if (i >= to) return 'unusual';
        i++;
        if (i < to && bytes[i] !== delimiter) return 'unusual';
      }
      field++;
      if (i >= to) break;
      i++; // the delimiter
    }
    if (field !== roles.length) return 'unusual';
    const time = (this.values[timeAt] as number) + clock; // a place of the values
    this.values[timeAt] = this.#local && this.#toUtc !== undefined ? this.#toUtc(time) : time;
    return 'row';
  }

  /**
   * Reads digits with at most one decimal mark and returns where they end, −1 when they are not
   * plain. The whole digits and the power of ten that divides them are exact in a double (below 2^53
   * and 10^22), so that the one division rounds as the decimal text demands.
   */
  #number(bytes: Buffer, from: number, to: number, place: number): number {
    let i = from;
    let mantissa = 0;
    let digits = 0;
    let decimals = -1;
    const negative = i < to && bytes[i] === minusSign;
    if (negative) i++;
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
    if (digits === 0 || digits > exactDigitsMax) return -1;
    const magnitude = decimals > 0 ? mantissa / (powersOfTen[decimals] as number) : mantissa; // decimals <= digits <= 15
    this.values[place] = negative ? -magnitude : magnitude;
    return i;
  }

  /** Reads a date in digits, perhaps with a time of day, or seconds or milliseconds since 1970. */
  #time(bytes: Buffer, from: number, to: number, stop: number): number {
    let i = from;
    let first = 0;
    for (; i < to && isDigit(bytes[i] as number); i++) first = first * 10 + (bytes[i] as number) - zeroDigit;
    const length = i - from;
    const ends = i >= to || bytes[i] === stop;
    let midnight: number;
    if (length === 8 && (ends || bytes[i] === blank)) {
      midnight = timeOfDate(Math.floor(first / 10_000), Math.floor(first / 100) % 100, first % 100);
    } else if (ends) {
      if (length !== 10 && length !== 13) return -1;
      this.values[timeAt] = length === 10 ? first * secondMs : first;
      return i;
    } else {
      const separator = bytes[i] as number;
      if (separator !== minusSign && separator !== slash && separator !== point) return -1;
      let second = 0;
      let start = ++i;
      for (; i < to && isDigit(bytes[i] as number); i++) second = second * 10 + (bytes[i] as number) - zeroDigit;
      const secondLength = i - start;
      if (secondLength < 1 || secondLength > 2 || i >= to || bytes[i] !== separator) return -1;
      let third = 0;
      start = ++i;
      for (; i < to && isDigit(bytes[i] as number); i++) third = third * 10 + (bytes[i] as number) - zeroDigit;
      const thirdLength = i - start;
      if (length === 4 && (thirdLength === 1 || thirdLength === 2)) midnight = timeOfDate(first, second, third);
      else if (length < 1 || length > 2 || thirdLength !== 4 || this.#dateOrder === null) return -1;
      else
        midnight =
          this.#dateOrder === 'day-first' ? timeOfDate(third, second, first) : timeOfDate(third, first, second);
    }
    if (Number.isNaN(midnight)) return -1;
    this.values[timeAt] = midnight;
    if (i >= to || bytes[i] === stop) return i;
    if (bytes[i] !== blank && bytes[i] !== letterT) return -1;
    i = this.#clock(bytes, i + 1, to);
    if (i < 0) return -1;
    this.values[timeAt] = midnight + this.#clockMs;
    if (i < to && bytes[i] === letterZ) return i + 1;
    this.#local = true;
    return i;
  }

  /** The time of day that was read last. */
  #clockMs = 0;

  /** Reads `HH:MM`, `HH:MM:SS` or that with a fraction. */
  #clock(bytes: Buffer, from: number, to: number): number {
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
          scale = scale === 100 ? 10 : scale === 10 ? 1 : 0; // digits beyond milliseconds are dropped
        }
      }
    }
    if (!(hours < 24 && minutes < 60 && seconds < 60)) return -1;
    this.#clockMs = hours * hourMs + minutes * minuteMs + seconds * secondMs + millis;
    return i;
  }
}

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
