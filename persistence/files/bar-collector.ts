/** Gathers rows into bars: checks each, grows the columns, and puts them in order of time. */

import type { Bars } from '#domain';
import { timeAt } from './plain-row.ts';
import { rowsMax } from './price-rows.ts';
import type { RowSink } from './price-rows.ts';
import { orderNote, RowCheck } from './row-check.ts';

export interface Collected {
  readonly bars: Bars;
  readonly adjustedClose: Float64Array | null;
  readonly notes: readonly string[];
}

export class BarCollector implements RowSink {
  readonly check = new RowCheck();
  length = 0;

  #columns: Float64Array[];
  /** Line of each row, to name it when it turns out bad after sorting. */
  #lines: Uint32Array;
  #ascending = true;
  #descending = true;
  readonly #adjusted: boolean;

  constructor(options: { readonly rowsExpected: number; readonly adjusted: boolean }) {
    this.#adjusted = options.adjusted;
    const capacity = Math.max(16, Math.min(options.rowsExpected, rowsMax));
    this.#columns = Array.from({ length: options.adjusted ? 7 : 6 }, () => new Float64Array(capacity));
    this.#lines = new Uint32Array(capacity);
  }

  add(values: Float64Array, line: number): void {
    if (!this.check.accepts(values, line)) return;
    const time = values[timeAt] as number; // a parser's values have all places
    const n = this.length;
    if (n > 0) {
      const last = this.#columns[0]?.[n - 1] ?? NaN;
      if (time <= last) {
        // While the rows are in order no other has this time: else it shows when they are sorted.
        if (time === last && (this.#ascending || this.#descending)) {
          const isSame = this.#columns.every((column, k) => column[n - 1] === values[k]);
          this.check.repeats(isSame, { time, line, firstLine: this.#lines[n - 1] ?? 0 });
          return;
        }
        if (time < last) this.#ascending = false;
      } else this.#descending = false;
    }
    if (n === this.#lines.length) this.#grow();
    for (let k = 0; k < this.#columns.length; k++) (this.#columns[k] as Float64Array)[n] = values[k] as number;
    this.#lines[n] = line;
    this.length = n + 1;
  }

  /** Sorts, drops repetitions, and hands over the bars; the collector is spent. */
  finish(): Collected {
    const notes: string[] = [];
    if (!this.#ascending) {
      if (this.#descending)
        for (const column of [...this.#columns, this.#lines]) column.subarray(0, this.length).reverse();
      else this.#sort();
      notes.push(orderNote(this.#descending));
    }
    notes.push(...this.check.notes());
    const [time, open, high, low, close, volume, adjusted] = this.#columns.map((column) => fitted(column, this.length));
    // the six columns of bars are always there
    return {
      bars: { time, open, high, low, close, volume } as Bars,
      adjustedClose: this.#adjusted ? (adjusted ?? null) : null,
      notes,
    };
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
      if (last >= 0 && time[last] === time[row])
        this.check.repeats(same(last, row), {
          time: time[row] as number,
          line: this.#lines[row] ?? 0,
          firstLine: this.#lines[last] ?? 0,
        });
      else order[length++] = row; // never ahead of what is still to be read
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
