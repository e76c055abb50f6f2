/**
 * ClickHouse's `Native` format: blocks of columns, numbers as they lie in memory. Loading a million
 * bars is then six copies, and what was written is read back to the last bit.
 */

/** A column of floats, of texts, or of either with nulls. */
export type Column =
  | { readonly type: 'Float64'; readonly values: Float64Array }
  | { readonly type: 'Nullable(Float64)'; readonly values: readonly (number | null)[] }
  | { readonly type: 'String'; readonly values: readonly string[] }
  | { readonly type: 'Nullable(String)'; readonly values: readonly (string | null)[] };

type ColumnType = Column['type'];

/** What a SELECT gave. Asking for a column in another type than it has is a bug and throws. */
export class Columns {
  readonly rows: number;
  readonly #columns: ReadonlyMap<string, Column>;

  constructor(rows: number, columns: ReadonlyMap<string, Column>) {
    this.rows = rows;
    this.#columns = columns;
  }

  numbers(name: string): Float64Array {
    return this.#column(name, 'Float64').values;
  }

  texts(name: string): readonly string[] {
    return this.#column(name, 'String').values;
  }

  nullableNumbers(name: string): readonly (number | null)[] {
    return this.#column(name, 'Nullable(Float64)').values;
  }

  nullableTexts(name: string): readonly (string | null)[] {
    return this.#column(name, 'Nullable(String)').values;
  }

  #column<T extends ColumnType>(name: string, type: T): Extract<Column, { type: T }> {
    const column = this.#columns.get(name);
    // An answer without rows may come without columns.
    if (column === undefined && this.rows === 0) return emptyColumn(type);
    if (column?.type !== type) throw new Error(`The column ${name} is ${column?.type ?? 'missing'}, not ${type}.`);
    // The type was compared just now.
    return column as Extract<Column, { type: T }>;
  }
}

const emptyColumn = <T extends ColumnType>(type: T): Extract<Column, { type: T }> =>
  // Of either kind an empty list is right.
  ({ type, values: type === 'Float64' ? new Float64Array() : [] }) as unknown as Extract<Column, { type: T }>;

/** One block, as pieces to be written one after the other. All columns have the same length. */
export const encodeNative = (columns: Readonly<Record<string, Column>>): readonly Uint8Array[] => {
  const entries = Object.entries(columns);
  const rows = entries[0]?.[1].values.length ?? 0;
  const pieces: Uint8Array[] = [encodeLength(entries.length), encodeLength(rows)];
  for (const [name, column] of entries) {
    if (column.values.length !== rows) throw new Error(`The column ${name} has another length than the first.`);
    pieces.push(encodeTexts([name, column.type]), ...encodeValues(column));
  }
  return pieces;
};

const encodeValues = (column: Column): readonly Uint8Array[] => {
  switch (column.type) {
    case 'Float64':
      return [bytesOf(column.values)];
    case 'Nullable(Float64)':
      return [nullMap(column.values), bytesOf(Float64Array.from(column.values, (value) => value ?? 0))];
    case 'String':
      return [encodeTexts(column.values)];
    case 'Nullable(String)':
      return [nullMap(column.values), encodeTexts(column.values.map((value) => value ?? ''))];
  }
};

const bytesOf = (values: Float64Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

const nullMap = (values: readonly unknown[]): Uint8Array =>
  Uint8Array.from(values, (value) => (value === null ? 1 : 0));

/** Each text after its length in bytes. */
const encodeTexts = (texts: readonly string[]): Uint8Array => {
  let bytesMax = 0;
  for (const text of texts) bytesMax += lengthBytesMax + text.length * utf8BytesPerUnitMax;
  const out = Buffer.allocUnsafe(bytesMax);
  let at = 0;
  for (const text of texts) {
    at = writeLength(out, at, Buffer.byteLength(text));
    at += out.write(text, at);
  }
  return out.subarray(0, at);
};

/** A length below 2^35, in groups of seven bits. */
const lengthBytesMax = 5;
const utf8BytesPerUnitMax = 3;

const encodeLength = (length: number): Uint8Array => {
  const out = Buffer.allocUnsafe(lengthBytesMax);
  return out.subarray(0, writeLength(out, 0, length));
};

const writeLength = (out: Buffer, from: number, length: number): number => {
  let at = from;
  let rest = length;
  for (; rest >= 128; rest = Math.floor(rest / 128)) out[at++] = (rest % 128) + 128;
  out[at++] = rest;
  return at;
};

/** Reads all blocks of an answer. Throws at an answer that is cut off or has a type that is not ours. */
export const decodeNative = (bytes: Buffer): Columns => {
  const reader = new BlockReader(bytes);
  const parts = new Map<string, Column[]>();
  let rows = 0;
  while (!reader.isAtEnd) {
    const columns = reader.length();
    const blockRows = reader.length();
    rows += blockRows;
    for (let i = 0; i < columns; i++) {
      const name = reader.text();
      const column = reader.column(reader.text(), blockRows);
      const before = parts.get(name);
      if (before === undefined) parts.set(name, [column]);
      else before.push(column);
    }
  }
  return new Columns(rows, new Map([...parts].map(([name, list]) => [name, joined(list, rows)])));
};

const joined = (parts: readonly Column[], rows: number): Column => {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  if (first?.type === 'Float64') {
    const values = new Float64Array(rows);
    let at = 0;
    for (const part of parts) {
      // Blocks of one answer have the same types.
      values.set(part.values as Float64Array, at);
      at += part.values.length;
    }
    return { type: 'Float64', values };
  }
  // As above: lists of what the first block's column holds.
  return { ...first, values: parts.flatMap((part) => part.values as string[]) } as Column;
};

class BlockReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  length(): number {
    let length = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#take(1)[0] ?? 0;
      length += (byte % 128) * factor;
      if (byte < 128) return length;
    }
  }

  text(): string {
    const length = this.length();
    const from = this.#at;
    this.#take(length);
    return this.#bytes.toString('utf8', from, this.#at);
  }

  column(type: string, rows: number): Column {
    switch (type) {
      case 'Float64':
        return { type, values: this.#floats(rows) };
      case 'Nullable(Float64)': {
        const nulls = this.#take(rows);
        return { type, values: Array.from(this.#floats(rows), (value, i) => (nulls[i] === 1 ? null : value)) };
      }
      case 'String':
        return { type, values: this.#texts(rows) };
      case 'Nullable(String)': {
        const nulls = this.#take(rows);
        return { type, values: this.#texts(rows).map((value, i) => (nulls[i] === 1 ? null : value)) };
      }
      default:
        throw new Error(`The answer has a column of type ${type}: convert it in the SELECT.`);
    }
  }

  /** Copied: an answer's columns begin at any byte, floats in memory do not. */
  #floats(rows: number): Float64Array {
    const values = new Float64Array(rows);
    bytesOf(values).set(this.#take(values.byteLength));
    return values;
  }

  #texts(rows: number): string[] {
    const values = new Array<string>(rows);
    for (let i = 0; i < rows; i++) values[i] = this.text();
    return values;
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new Error('The answer of ClickHouse is cut off.');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}
