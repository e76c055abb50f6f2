/** Tells rows that are bars from those that are none, and keeps the first of these. */

import { formatShort } from '#domain';
import { closeAt, highAt, lowAt, openAt, volumeAt } from './plain-row.ts';
import type { BadRow } from './price-file-error.ts';

/** Bad rows described in full; all are counted. */
const badRowsKept = 1_000;

/** Rounding in files with adjusted prices: open and close may leave the range by this share of the price. */
const rangeTolerance = 1e-9;

export class RowCheck {
  readonly badRows: BadRow[] = [];
  badRowCount = 0;

  #repeated = 0;
  #negative = 0;
  #negativeLine = 0;

  /** Whether values, by the places of the row parser, are a bar's; else the row is rejected. */
  accepts(values: Float64Array, line: number): boolean {
    const open = values[openAt] as number; // a parser's values have all places
    const high = values[highAt] as number;
    const low = values[lowAt] as number;
    const close = values[closeAt] as number;
    const volume = values[volumeAt] as number;
    const slack = rangeTolerance * Math.abs(high);
    return (
      (low <= high &&
        open <= high + slack &&
        open >= low - slack &&
        close <= high + slack &&
        close >= low - slack &&
        volume >= 0 &&
        low > 0) ||
      this.#acceptsUnusual(values, line)
    );
  }

  reject(row: BadRow): void {
    this.badRowCount++;
    if (this.badRows.length < badRowsKept) this.badRows.push(row);
  }

  /** A second row for a time: left out when it says the same, else a bad row. */
  repeats(isSame: boolean, { time, line, firstLine }: { time: number; line: number; firstLine: number }): void {
    if (isSame) this.#repeated++;
    else
      this.reject({
        line,
        column: 'time',
        content: formatShort(time),
        problem: `line ${firstLine} has other values for the same time`,
      });
  }

  /** What was noticed, in sentences without full stop. */
  notes(): string[] {
    const notes: string[] = [];
    if (this.#repeated > 0)
      notes.push(
        `${this.#repeated} ${this.#repeated === 1 ? 'row repeats another' : 'rows repeat others'} exactly: left out`,
      );
    if (this.#negative > 0)
      notes.push(
        `${this.#negative} ${this.#negative === 1 ? 'bar has' : 'bars have'} negative prices, first at line ${this.#negativeLine}: kept, as in oil of April 2020; statistics in percent will mean little`,
      );
    return notes;
  }

  /** Says what is wrong with a row that failed the quick check; true for negative prices that are otherwise sound. */
  #acceptsUnusual(values: Float64Array, line: number): boolean {
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
}

/** How rows that were not in order of time were put in order, for the reader. */
export const orderNote = (newestFirst: boolean): string =>
  newestFirst ? 'rows were newest first: turned round' : 'rows were not in order of time: sorted';
