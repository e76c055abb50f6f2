/** Gathers rows into bars: checks each, grows the columns, and puts them in order of time. */

import type { Bars } from '#domain';
import { formatShort } from '#domain';
import type { BadRow } from './price-file-error.ts';
import { closeAt, highAt, lowAt, openAt, timeAt, volumeAt } from './plain-row.ts';

/** More rows would take more memory than a machine of today should give to one file: 5.6 GB. */
export const rowsMax = 100_000_000;

/** Bad rows described in full; all are counted. */
const badRowsKept = 1_000;

/** Rounding in files with adjusted prices: open and close may leave the range by this share of the price. */
const rangeTolerance = 1e-9;

export interface Collected {
  readonly bars: Bars;
  readonly adjustedClose: Float64Array | null;
  readonly notes: readonly string[];
}

export class BarCollector {
  readonly badRows: BadRow[] = [];
  badRowCount = 0;
  length = 0;

  #columns: Float64Array[];
  /** Line of each row, to name it when it turns out bad after sorting. */
  #lines: Uint32Array;
  #ascending = true;
  #descending = true;
  #repeated = 0;
  #negative = 0;
  #negativeLine = 0;
  readonly #adjusted: boolean;

  constructor(options: { readonly rowsExpected: number; readonly adjusted: boolean }) {
    this.#adjusted = options.adjusted;
    const capacity = Math.max(16, Math.min(options.rowsExpected, rowsMax));
    this.#columns = Array.from({ length: options.adjusted ? 7 : 6 }, () => new Float64Array(capacity));
    this.#lines = new Uint32Array(capacity);
  }

  get full(): boolean {
    return this.length >= rowsMax;
  }

  /** Takes the values of a row, by the places of the row parser. */
  add(values: Float64Array, line: number): void {
    const time = values[timeAt] as number; // a parser's values have all places
    const open = values[openAt] as number;
    const high = values[highAt] as number;
    const low = values[lowAt] as number;
    const close = values[closeAt] as number;
    const volume = values[volumeAt] as number;
    const slack = rangeTolerance * Math.abs(high);
    if (
      !(
        low <= high &&
        open <= high + slack &&
        open >= low - slack &&
        close <= high + slack &&
        close >= low - slack &&
        volume >= 0 &&
        low > 0
      )
    ) {
      if (!this.#acceptUnusual(values, line)) return;
    }
    const n = this.length;
    if (n > 0) {
      const last = this.#columns[0]?.[n - 1] ?? NaN;
      if (time <= last) {
        if (time === last) {
          this.#takeRepeated(n - 1, values, line);
          return;
        }
        this.#ascending = false;
      } else this.#descending = false;
    }
    if (n === this.#lines.length) this.#grow();
    for (let k = 0; k < this.#columns.length; k++) (this.#columns[k] as Float64Array)[n] = values[k] as number;
    this.#lines[n] = line;
    this.length = n + 1;
  }

  reject(row: BadRow): void {
    this.badRowCount++;
    if (this.badRows.length < badRowsKept) this.badRows.push(row);
  }

  /** Sorts, drops repetitions, and hands over the bars; the collector is spent. */
  finish(): Collected {
    const notes: string[] = [];
    if (!this.#ascending) {
      const newestFirst = this.#descending;
      if (newestFirst) for (const column of [...this.#columns, this.#lines]) column.subarray(0, this.length).reverse();
      else this.#sort();
      notes.push(newestFirst ? 'rows were newest first: turned round' : 'rows were not in order of time: sorted');
    }
    if (this.#repeated > 0)
      notes.push(
        `${this.#repeated} ${this.#repeated === 1 ? 'row repeats another' : 'rows repeat others'} exactly: left out`,
      );
    if (this.#negative > 0)
      notes.push(
        `${this.#negative} ${this.#negative === 1 ? 'bar has' : 'bars have'} negative prices, first at line ${this.#negativeLine}: kept, as in oil of April 2020; statistics in percent will mean little`,
      );
    const [time, open, high, low, close, volume, adjusted] = this.#columns.map((column) => fitted(column, this.length));
    // the six columns of bars are always there
    return {
      bars: { time, open, high, low, close, volume } as Bars,
      adjustedClose: this.#adjusted ? (adjusted ?? null) : null,
      notes,
    };
  }

  /** Says what is wrong with a row that failed the quick check; true for negative prices that are otherwise sound. */
  #acceptUnusual(values: Float64Array, line: number): boolean {
    const [, open = NaN, high = NaN, low = NaN, close = NaN, volume = NaN] = values;
    const slack = rangeTolerance * Math.max(Math.abs(high), Math.abs(low));
    const content = `open ${open}, high ${high}, low ${low}, close ${close}`;
    const reject = (column: string | null, shownContent: string, problem: string): false => {
      this.reject({ line, column, content: shownContent, problem });
      return false;
    };
    if (high < low) return reject('high', content, 'the high is below the low');
    for (const [column, value] of [
      ['open', open],
      ['close', close],
    ] as const) {
      if (value > high + slack) return reject(column, content, `the ${column} is above the high`);
      if (value < low - slack) return reject(column, content, `the ${column} is below the low`);
    }
    if (volume < 0) return reject('volume', String(volume), 'the volume is negative');
    for (const [column, value] of [
      ['open', open],
      ['high', high],
      ['low', low],
      ['close', close],
    ] as const) {
      if (value === 0) return reject(column, content, `the ${column} is zero`);
    }
    if (low < 0) {
      if (this.#negative === 0) this.#negativeLine = line;
      this.#negative++;
    }
    return true;
  }

  /** A second row for a time: left out as an exact repetition, or a bad row. */
  #takeRepeated(index: number, values: Float64Array, line: number): void {
    if (this.#columns.every((column, k) => column[index] === values[k])) this.#repeated++;
    else this.#rejectRepeated(values[timeAt] ?? NaN, line, this.#lines[index] ?? 0);
  }

  #rejectRepeated(time: number, line: number, other: number): void {
    this.reject({
      line,
      column: 'time',
      content: formatShort(time),
      problem: `line ${other} has other values for the same time`,
    });
  }

  #grow(): void {
    const capacity = Math.min(rowsMax, Math.ceil(this.#lines.length * 1.5));
    this.#columns = this.#columns.map((column) => {
      const larger = new Float64Array(capacity);
      larger.set(column);
      return larger;
    });
    const lines = new Uint32Array(capacity);
    lines.set(this.#lines);
    this.#lines = lines;
  }

  /** Sorts by time, rows of one time by line, and drops all but the first of those. */
  #sort(): void {
    const time = this.#columns[0] as Float64Array;
    const order = new Uint32Array(this.length).map((_, i) => i);
    order.sort((a, b) => (time[a] as number) - (time[b] as number) || a - b);
    let length = 0;
    const same = (a: number, b: number): boolean => this.#columns.every((column) => column[a] === column[b]);
    for (let i = 0; i < order.length; i++) {
      const row = order[i] as number;
      const last = length > 0 ? (order[length - 1] as number) : -1;
      if (last >= 0 && time[last] === time[row]) {
        if (same(last, row)) this.#repeated++;
        else this.#rejectRepeated(time[row] as number, this.#lines[row] ?? 0, this.#lines[last] ?? 0);
      } else order[length++] = row; // never ahead of what is still to be read
    }
    const sorted = order.subarray(0, length);
    this.#columns = this.#columns.map((column) => Float64Array.from(sorted, (row) => column[row] as number));
    this.#lines = Uint32Array.from(sorted, (row) => this.#lines[row] as number);
    this.length = length;
  }
}

/** The first `length` values; a copy when the column has much more room than that. */
const fitted = (column: Float64Array, length: number): Float64Array =>
  column.length > length * 1.25 ? column.slice(0, length) : column.subarray(0, length);
