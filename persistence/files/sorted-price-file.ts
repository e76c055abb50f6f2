/**
 * Reads a file of prices of any size in bounded memory: its rows are checked and put in order aside
 * on the disk, and given out as bars, portion by portion. What it says of a file is what
 * `readPriceFile` says.
 */

import { allocateBars, BarsDescriber, SpacingCounter } from '#domain';
import type { Bars, BarsDescription, Timeframe } from '#domain';
import { closeAt, highAt, lowAt, openAt, timeAt, volumeAt } from './plain-row.ts';
import type { BadRow } from './price-file-error.ts';
import { findings } from './price-findings.ts';
import { readPriceRows } from './price-rows.ts';
import type { PriceFileOptions, RowSink } from './price-rows.ts';
import { orderNote, RowCheck } from './row-check.ts';
import { SortedRows } from './sorted-rows.ts';
import type { Rows } from './sorted-rows.ts';

export interface SortedPriceFileOptions extends PriceFileOptions {
  /** A file for the rows in order, which take about as much as the text; made anew, and removed in the end. */
  readonly aside: string;
}

export interface SortedPriceFile {
  readonly timeframe: Timeframe | null;
  /** Bars that it gives. */
  readonly rows: number;
  /** Rows left out because of `skipBad`, the first thousand of them by line, and how many there are. */
  readonly rejected: readonly BadRow[];
  readonly rejectedCount: number;
  /** All bars in order of time; asked for once. */
  bars(rowsMax: number): AsyncGenerator<Bars>;
  /** What the bars were like, and what was noticed or put right, once all have been given. */
  described(): { readonly description: BarsDescription; readonly notes: readonly string[] };
  close(): Promise<void>;
}

/** Rows looked at in one go. */
const scannedRows = 50_000;

/** Reads and checks all of it; throws a {@link PriceFileError} as `readPriceFile` does. */
export const openSortedPriceFile = async (path: string, options: SortedPriceFileOptions): Promise<SortedPriceFile> => {
  let sink: SortedSink | null = null;
  try {
    const read = await readPriceRows(path, options, async ({ hasAdjustedClose }) => {
      // Rows of the same time are the same when their adjusted closes are, too.
      sink = await SortedSink.open(options.aside, hasAdjustedClose ? 8 : 7);
      return sink;
    });
    const { check, sorted } = read.sink;
    await sorted.write({ all: true });
    const scanned = await scan(read.sink, options.signal);
    const found = findings({ path, read, skipBad: options.skipBad === true, rows: scanned.rows });
    const describer = new BarsDescriber({ count: scanned.rows, timeframe: scanned.timeframe });
    return {
      ...scanned,
      rejected: found.rejected.toSorted((a, b) => a.line - b.line),
      rejectedCount: found.rejectedCount,
      async *bars(rowsMax) {
        const distinct = new Distinct(read.sink.width);
        for await (const rows of sorted.inOrder(rowsMax)) {
          const bars = barsOf(rows.values, distinct.keep(rows), read.sink.width);
          describer.add(bars);
          yield bars;
        }
      },
      described() {
        const description = describer.description();
        const ofOrder = sorted.isAscending ? [] : [orderNote(sorted.isDescending)];
        return { description, notes: found.notes([...ofOrder, ...check.notes()], description) };
      },
      close: () => sorted.close(),
    };
  } catch (error) {
    // opened in a callback, which the compiler does not see
    await (sink as SortedSink | null)?.sorted.close();
    throw error;
  }
};

class SortedSink implements RowSink {
  readonly check = new RowCheck();
  readonly sorted: SortedRows;
  /** Values of a row: those of the row parser and its line. */
  readonly width: number;

  private constructor(sorted: SortedRows, width: number) {
    this.sorted = sorted;
    this.width = width;
  }

  static async open(path: string, width: number): Promise<SortedSink> {
    return new SortedSink(await SortedRows.open(path, width), width);
  }

  get length(): number {
    return this.sorted.length;
  }

  add(values: Float64Array, line: number): void {
    if (this.check.accepts(values, line)) this.sorted.add(values, line);
  }

  rest(): Promise<void> {
    return this.sorted.write();
  }
}

/** Tells how long the bars are and how many there are, and looks for rows that contradict one another. */
const scan = async (
  { sorted, check, width }: SortedSink,
  signal: AbortSignal | undefined,
): Promise<Pick<SortedPriceFile, 'rows' | 'timeframe'>> => {
  const spacings = new SpacingCounter(sorted.length);
  const distinct = new Distinct(width, check);
  let rows = 0;
  let before = NaN;
  for await (const portion of sorted.inOrder(scannedRows)) {
    signal?.throwIfAborted();
    const kept = distinct.keep(portion);
    for (let row = 0; row < kept; row++) {
      const time = portion.values[row * width] ?? NaN;
      if (rows > 0 && (rows - 1) % spacings.stride === 0) spacings.see(before, time);
      before = time;
      rows++;
    }
  }
  return { rows, timeframe: spacings.timeframe() };
};

/** Of rows in order keeps the first of each time. */
class Distinct {
  readonly #width: number;
  readonly #check: RowCheck | null;
  readonly #last: Float64Array;

  /** The check, where there is one, is told of the others. */
  constructor(width: number, check: RowCheck | null = null) {
    this.#width = width;
    this.#check = check;
    this.#last = new Float64Array(width).fill(NaN);
  }

  /** Moves those that are kept to the front, and returns how many there are. */
  keep({ values, length }: Rows): number {
    const width = this.#width;
    let kept = 0;
    for (let row = 0; row < length; row++) {
      const from = row * width;
      if (values[from] === this.#last[timeAt]) {
        this.#tell(values, from);
        continue;
      }
      if (kept !== row) values.copyWithin(kept * width, from, from + width);
      for (let k = 0; k < width; k++) this.#last[k] = values[from + k] as number;
      kept++;
    }
    return kept;
  }

  #tell(values: Float64Array, from: number): void {
    const lineAt = this.#width - 1;
    let isSame = true;
    for (let k = 0; k < lineAt && isSame; k++) isSame = values[from + k] === this.#last[k];
    this.#check?.repeats(isSame, {
      time: values[from] ?? NaN,
      line: values[from + lineAt] ?? NaN,
      firstLine: this.#last[lineAt] ?? NaN,
    });
  }
}

const barsOf = (values: Float64Array, rows: number, width: number): Bars => {
  const bars = allocateBars(rows);
  const { time, open, high, low, close, volume } = bars;
  for (let row = 0; row < rows; row++) {
    const at = row * width;
    time[row] = values[at + timeAt] as number;
    open[row] = values[at + openAt] as number;
    high[row] = values[at + highAt] as number;
    low[row] = values[at + lowAt] as number;
    close[row] = values[at + closeAt] as number;
    volume[row] = values[at + volumeAt] as number;
  }
  return bars;
};
