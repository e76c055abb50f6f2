/**
 * Puts any number of rows in order of time in bounded memory: portions that are in order are written
 * to a file, one after the other, and merged when they are read.
 */

import { open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

/** Rows of a portion: sorted at once, so that is as long as the process does nothing else; 3.5 MB. */
const portionRows = 65_536;
/** Rows that are in memory while portions are merged: 30 MB, shared by all portions. */
const heldRowsMax = 500_000;
/** Of one portion: more are read no faster. */
const heldRowsOfPortionMax = 16_384;

/** Rows one after the other in one array, as many values each as the rows were opened with. */
export interface Rows {
  readonly values: Float64Array;
  readonly length: number;
}

/** Where a portion lies in the file, in rows. Portions that continue one another are one. */
interface Portion {
  readonly from: number;
  to: number;
  /** The time of its last row. */
  last: number;
}

/** The first value of a row is its time; of rows with the same time the one that came first is first. */
export class SortedRows {
  /** Rows so far. */
  length = 0;
  /** No row is older than the one before. */
  isAscending = true;
  /** No row is newer than the one before. */
  isDescending = true;

  readonly #path: string;
  readonly #file: FileHandle;
  /** Values of a row. */
  readonly #width: number;
  readonly #portions: Portion[] = [];
  #buffer: Float64Array;
  #buffered = 0;
  #written = 0;
  #lastTime = NaN;

  private constructor(path: string, file: FileHandle, width: number) {
    this.#path = path;
    this.#file = file;
    this.#width = width;
    this.#buffer = new Float64Array(portionRows * width);
  }

  /** The file is made anew, and removed by {@link close}. */
  static async open(path: string, width: number): Promise<SortedRows> {
    return new SortedRows(path, await open(path, 'w+', 0o600), width);
  }

  async close(): Promise<void> {
    await this.#file.close();
    await rm(this.#path, { force: true });
  }

  /** Takes the first values of `values` as a row, and `more` as its last one. */
  add(values: Float64Array, more: number): void {
    const width = this.#width;
    const at = this.#buffered * width;
    if (at === this.#buffer.length) this.#grow();
    for (let k = 0; k < width - 1; k++) this.#buffer[at + k] = values[k] as number;
    this.#buffer[at + width - 1] = more;
    this.#buffered++;
    this.length++;
    const time = values[0] as number;
    if (time < this.#lastTime) this.isAscending = false;
    if (time > this.#lastTime) this.isDescending = false;
    this.#lastTime = time;
  }

  /** Writes what has gathered when it is a portion, or whatever it is. */
  async write({ all = false }: { readonly all?: boolean } = {}): Promise<void> {
    const rows = this.#buffered;
    if (rows === 0 || (rows < portionRows && !all)) return;
    const width = this.#width;
    const sorted = this.#sorted();
    await writeAll(this.#file, sorted, this.#written * width * bytesPerValue);
    const first = sorted[0] ?? NaN;
    const last = sorted[(rows - 1) * width] ?? NaN;
    const before = this.#portions.at(-1);
    if (before !== undefined && before.last <= first) {
      before.to += rows;
      before.last = last;
    } else this.#portions.push({ from: this.#written, to: this.#written + rows, last });
    this.#written += rows;
    this.#buffered = 0;
  }

  /** All rows in order, as often as it is asked for, once everything is written. The values are only valid until the next ones come. */
  async *inOrder(rowsMax: number): AsyncGenerator<Rows> {
    const width = this.#width;
    const heldRows = Math.min(heldRowsOfPortionMax, Math.ceil(heldRowsMax / Math.max(1, this.#portions.length)));
    const heap = new CursorHeap();
    for (const { from, to } of this.#portions) {
      const cursor = new Cursor({ file: this.#file, width, from, to, heldRows });
      await cursor.fill();
      heap.push(cursor);
    }
    const values = new Float64Array(rowsMax * width);
    let length = 0;
    for (let cursor = heap.top; cursor !== undefined; cursor = heap.top) {
      const taken = cursor.before(heap.second, rowsMax - length);
      values.set(taken, length * width);
      length += taken.length / width;
      if (length === rowsMax) {
        yield { values, length };
        length = 0;
      }
      if (cursor.isEmpty) await cursor.fill();
      heap.settleTop();
    }
    if (length > 0) yield { values, length };
  }

  #grow(): void {
    const larger = new Float64Array(this.#buffer.length * 2);
    larger.set(this.#buffer);
    this.#buffer = larger;
  }

  /** What has gathered, in order: as it is, turned round or sorted. */
  #sorted(): Float64Array {
    const width = this.#width;
    const rows = this.#buffered;
    const buffer = this.#buffer;
    let isOrdered = true;
    for (let row = 1; row < rows && isOrdered; row++)
      isOrdered = (buffer[(row - 1) * width] as number) <= (buffer[row * width] as number);
    if (isOrdered) return buffer.subarray(0, rows * width);
    const order = Uint32Array.from({ length: rows }, (_, row) => row);
    order.sort((a, b) => (buffer[a * width] as number) - (buffer[b * width] as number) || a - b);
    const sorted = new Float64Array(rows * width);
    order.forEach((row, place) => sorted.set(buffer.subarray(row * width, (row + 1) * width), place * width));
    return sorted;
  }
}

const bytesPerValue = Float64Array.BYTES_PER_ELEMENT;

const bytesOf = (values: Float64Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/** One write may write less than it is given. */
const writeAll = async (file: FileHandle, values: Float64Array, at: number): Promise<void> => {
  const bytes = bytesOf(values);
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done);
    done += bytesWritten;
  }
};

interface CursorOptions {
  readonly file: FileHandle;
  readonly width: number;
  readonly from: number;
  readonly to: number;
  /** Rows that it keeps in memory at a time. */
  readonly heldRows: number;
}

/** Reads one portion from its first row to its last. */
class Cursor {
  readonly #file: FileHandle;
  readonly #width: number;
  /** The portion's place in the file: of rows with the same time those of the former portion came first. */
  readonly #place: number;
  readonly #to: number;
  readonly #heldRows: number;
  #next: number;
  #held = new Float64Array(0);
  #at = 0;

  constructor({ file, width, from, to, heldRows }: CursorOptions) {
    this.#heldRows = heldRows;
    this.#file = file;
    this.#width = width;
    this.#place = from;
    this.#next = from;
    this.#to = to;
  }

  get isEmpty(): boolean {
    return this.#at === this.#held.length;
  }

  comesBefore(other: Cursor): boolean {
    return this.#comesBefore(this.#at, other);
  }

  /** Takes the row at which it is, and those held after it that come before the other's; not more than so many. */
  before(other: Cursor | undefined, rowsMax: number): Float64Array {
    const from = this.#at;
    const end = Math.min(this.#held.length, from + rowsMax * this.#width);
    if (other === undefined) this.#at = end;
    else
      do this.#at += this.#width;
      while (this.#at < end && this.#comesBefore(this.#at, other));
    return this.#held.subarray(from, this.#at);
  }

  #comesBefore(at: number, other: Cursor): boolean {
    const time = this.#held[at] as number; // whoever asks has looked whether there is a row
    const otherTime = other.#held[other.#at] as number;
    return time < otherTime || (time === otherTime && this.#place < other.#place);
  }

  /** Empty again when the portion has ended. */
  async fill(): Promise<void> {
    const rows = Math.min(this.#heldRows, this.#to - this.#next);
    this.#at = 0;
    if (this.#held.length !== rows * this.#width) this.#held = new Float64Array(rows * this.#width);
    const bytes = bytesOf(this.#held);
    const from = this.#next * this.#width * bytesPerValue;
    for (let done = 0; done < bytes.length;) {
      const { bytesRead } = await this.#file.read(bytes, done, bytes.length - done, from + done);
      if (bytesRead === 0) throw new Error('The file of sorted rows has been cut off.');
      done += bytesRead;
    }
    this.#next += rows;
  }
}

/** Cursors by the row at which they are, the one that comes first on top. */
class CursorHeap {
  readonly #cursors: Cursor[] = [];

  get top(): Cursor | undefined {
    return this.#cursors[0];
  }

  /** The first of all others. */
  get second(): Cursor | undefined {
    const [, left, right] = this.#cursors;
    return left !== undefined && right !== undefined && right.comesBefore(left) ? right : left;
  }

  push(cursor: Cursor): void {
    if (cursor.isEmpty) return;
    const cursors = this.#cursors;
    let at = cursors.push(cursor) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.#isBefore(at, above)) return;
      this.#swap(at, above);
      at = above;
    }
  }

  /** To be called when the top has gone on, or has come to its end. */
  settleTop(): void {
    const cursors = this.#cursors;
    if (this.top?.isEmpty === true) {
      const last = cursors.pop();
      if (cursors.length === 0 || last === undefined) return;
      cursors[0] = last;
    }
    let at = 0;
    for (;;) {
      let first = at;
      for (const below of [2 * at + 1, 2 * at + 2])
        if (below < cursors.length && this.#isBefore(below, first)) first = below;
      if (first === at) return;
      this.#swap(at, first);
      at = first;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [one, other] = [this.#cursors[a], this.#cursors[b]];
    return one !== undefined && other !== undefined && one.comesBefore(other);
  }

  #swap(a: number, b: number): void {
    const [one, other] = [this.#cursors[a], this.#cursors[b]];
    if (one === undefined || other === undefined) return;
    this.#cursors[a] = other;
    this.#cursors[b] = one;
  }
}
