/**
 * Arrays as Postgres reads them in binary: an append sends thousands of strings, and quoting each for
 * the text form costs more than all else that the program does for it.
 */

/** Object ids of Postgres's own types. */
const oids = { text: 25, int4: 23, int8: 20 } as const;

const headerBytes = 20;

/** Dimensions, whether there are nulls, the elements' type, their number, the index of the first. */
const writeHeader = (buffer: Buffer, oid: number, length: number, hasNulls: boolean): void => {
  buffer.writeInt32BE(1, 0);
  buffer.writeInt32BE(hasNulls ? 1 : 0, 4);
  buffer.writeInt32BE(oid, 8);
  buffer.writeInt32BE(length, 12);
  buffer.writeInt32BE(1, 16);
};

/** `text[]`. */
export const textArray = (values: readonly (string | null)[]): Buffer => {
  let bytes = headerBytes + 4 * values.length;
  let hasNulls = false;
  for (const value of values) {
    if (value === null) hasNulls = true;
    else bytes += Buffer.byteLength(value);
  }
  const buffer = Buffer.allocUnsafe(bytes);
  writeHeader(buffer, oids.text, values.length, hasNulls);
  let place = headerBytes;
  for (const value of values) {
    // −1 for null
    const written = value === null ? -1 : buffer.write(value, place + 4);
    buffer.writeInt32BE(written, place);
    place += 4 + Math.max(0, written);
  }
  return buffer;
};

/** `integer[]`. */
export const integerArray = (values: readonly number[]): Buffer => {
  const buffer = Buffer.allocUnsafe(headerBytes + 8 * values.length);
  writeHeader(buffer, oids.int4, values.length, false);
  let place = headerBytes;
  for (const value of values) {
    buffer.writeInt32BE(4, place);
    buffer.writeInt32BE(value, place + 4);
    place += 8;
  }
  return buffer;
};

/** `bigint[]`, from whole numbers that JavaScript holds exactly. */
export const bigintArray = (values: readonly number[]): Buffer => {
  const buffer = Buffer.allocUnsafe(headerBytes + 12 * values.length);
  writeHeader(buffer, oids.int8, values.length, false);
  let place = headerBytes;
  for (const value of values) {
    buffer.writeInt32BE(8, place);
    buffer.writeInt32BE(Math.floor(value / 2 ** 32), place + 4);
    buffer.writeUInt32BE(value >>> 0, place + 8);
    place += 12;
  }
  return buffer;
};
