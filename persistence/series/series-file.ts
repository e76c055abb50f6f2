/**
 * A file with the bars of one series: columns as they lie in memory, so that reading it is reading the
 * disk. Written whole or not at all, and given out only when every byte is as it was written.
 */

import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { barColumns } from '#domain';
import type { Bars } from '#domain';

/** Raised with every change of the layout, and of what bars of a query are; older files then count as broken. */
const form = 'XTBARS 1';

/** After the form: checksum over all that follows it, order of bytes, length of `about`, rows; 32 bits each. */
const checksumAt = form.length;
const orderAt = checksumAt + 4;
const aboutLengthAt = orderAt + 4;
const rowsAt = aboutLengthAt + 4;
const headBytes = rowsAt + 4;

/** Columns lie as this machine's memory has them: on one with the other order the file counts as broken. */
const byteOrder = 0x01_02_03_04;

/** What a file is of is a query and a revision: a few hundred bytes. */
export const aboutBytesMax = 4_096;

/** Read and checked at a time: some milliseconds, in between which others have their turn. */
const chunkBytes = 4 * 2 ** 20;

/** Bytes of a file with so many rows. */
export const seriesBytes = (about: string, rows: number): number => columnsFrom(Buffer.byteLength(about), rows).end;

/** Floats begin at multiples of eight bytes. */
const columnsFrom = (aboutBytes: number, rows: number) => {
  const start = Math.ceil((headBytes + aboutBytes) / 8) * 8;
  return { start, end: start + rows * barColumns.length * Float64Array.BYTES_PER_ELEMENT };
};

/** Drafts are written beside the file and then renamed: who reads meanwhile sees the old file or none. */
const draftPath = (path: string): string => `${path}.${randomBytes(6).toString('hex')}.part`;

export interface SeriesToWrite {
  /** What the bars are of: who reads says the same. Up to `aboutBytesMax` bytes. */
  readonly about: string;
  readonly bars: Bars;
  /** As the time of the file, milliseconds UTC. */
  readonly usedAt: number;
}

/** Rejects as `node:fs` does, and leaves nothing then. */
export const writeSeries = async (path: string, { about, bars, usedAt }: SeriesToWrite): Promise<void> => {
  const draft = draftPath(path);
  try {
    const file = await open(draft, 'wx', 0o600); // what a user trades is nobody else's business
    try {
      await writeContent(file, about, bars);
      await file.utimes(usedAt / 1_000, usedAt / 1_000);
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined); // whoever makes room finds it later
    throw error;
  }
};

const writeContent = async (file: FileHandle, about: string, bars: Bars): Promise<void> => {
  const aboutBytes = Buffer.from(about);
  const rows = bars.time.length;
  const head = Buffer.alloc(columnsFrom(aboutBytes.length, rows).start);
  head.write(form, 0, 'latin1');
  new Uint32Array(head.buffer, head.byteOffset + orderAt, 1)[0] = byteOrder;
  head.writeUInt32LE(aboutBytes.length, aboutLengthAt);
  head.writeUInt32LE(rows, rowsAt);
  aboutBytes.copy(head, headBytes);
  let checksum = crc32(head.subarray(orderAt));
  let at = head.length;
  for (const name of barColumns) {
    const column = bars[name];
    const bytes = new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
    for (let from = 0; from < bytes.length; from += chunkBytes) {
      const chunk = bytes.subarray(from, from + chunkBytes);
      checksum = crc32(chunk, checksum);
      await writeAll(file, chunk, at);
      at += chunk.length;
    }
  }
  head.writeUInt32LE(checksum, checksumAt);
  await writeAll(file, head, 0);
};

/** A disk that gets full takes a part. */
const writeAll = async (file: FileHandle, bytes: Uint8Array, position: number): Promise<void> => {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
};

/** `absent`: there is no such file. `other`: it is of something else. `broken`: it is not what was written. */
export type SeriesRead = Bars | 'absent' | 'other' | 'broken';

/** Rejects as `node:fs` does where a file is there and can't be read. The columns share one piece of memory. */
export const readSeries = async (
  path: string,
  { about, rowsMax }: { readonly about: string; readonly rowsMax: number },
): Promise<SeriesRead> => {
  const file = await open(path, 'r').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null; // node:fs rejects with these
    throw error;
  });
  if (file === null) return 'absent';
  try {
    const found = await file.stat();
    if (!found.isFile() || found.size < headBytes || found.size > columnsFrom(aboutBytesMax, rowsMax).end)
      return 'broken';
    return await readContent(file, Buffer.allocUnsafeSlow(found.size), about);
  } finally {
    await file.close();
  }
};

const readContent = async (file: FileHandle, bytes: Buffer, about: string): Promise<SeriesRead> => {
  let checksum = 0;
  let rows = 0;
  let columnsAt = 0;
  for (let from = 0; from < bytes.length; from += chunkBytes) {
    const to = Math.min(from + chunkBytes, bytes.length);
    if (!(await readAll(file, bytes, from, to))) return 'broken';
    if (from === 0) {
      const aboutLength = bytes.readUInt32LE(aboutLengthAt);
      rows = bytes.readUInt32LE(rowsAt);
      const columns = columnsFrom(aboutLength, rows);
      if (
        bytes.toString('latin1', 0, form.length) !== form ||
        new Uint32Array(bytes.buffer, bytes.byteOffset + orderAt, 1)[0] !== byteOrder ||
        aboutLength > aboutBytesMax ||
        columns.end !== bytes.length
      )
        return 'broken';
      if (bytes.toString('utf8', headBytes, headBytes + aboutLength) !== about) return 'other';
      columnsAt = columns.start;
    }
    checksum = crc32(bytes.subarray(from === 0 ? orderAt : from, to), checksum);
  }
  if (checksum !== bytes.readUInt32LE(checksumAt)) return 'broken';
  const columns = Object.fromEntries(
    barColumns.map((name, place) => {
      const at = columnsAt + place * rows * Float64Array.BYTES_PER_ELEMENT;
      return [name, new Float64Array(bytes.buffer, bytes.byteOffset + at, rows)];
    }),
  );
  return columns as unknown as Bars; // every name of barColumns is there
};

/** False where the file ends before that: it was cut while it was read. */
const readAll = async (file: FileHandle, bytes: Buffer, from: number, to: number): Promise<boolean> => {
  for (let at = from; at < to;) {
    const { bytesRead } = await file.read(bytes, at, to - at, at);
    if (bytesRead === 0) return false;
    at += bytesRead;
  }
  return true;
};
