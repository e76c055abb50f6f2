/** Reads a file as lines of bytes in bounded memory, whatever its compression or Unicode encoding. */

import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { PriceFileError } from './price-file-error.ts';

export interface FileProgress {
  /** Bytes of the file as stored, before decompression. */
  readonly bytesDone: number;
  readonly bytesTotal: number;
}

export interface LineReading {
  readonly path: string;
  readonly onProgress?: ((progress: FileProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Awaited between portions of the file, in which no line is handed over. */
  readonly rest?: (() => Promise<void> | undefined) | undefined;
}

/**
 * Takes the line at bytes `from` to `to` (exclusive, without its line break) of `bytes`, which are
 * only valid during the call. Returning false ends the reading.
 */
export type TakeLine = (bytes: Buffer, from: number, to: number, line: number) => boolean;

/** No price row is longer; a longer line is no price file, and must not fill the memory. */
export const lineBytesMax = 65_536;

const chunkBytes = 1_048_576;
const carriageReturn = 0x0d;
const lineFeed = 0x0a;

export interface FileFacts {
  readonly bytes: number;
  readonly compressed: boolean;
}

/**
 * Hands over each line of a file in turn. Line breaks are LF, CRLF or CR; a byte order mark is left
 * out; gzip and UTF-16 (with its mark) are decoded. Throws {@link PriceFileError} when the file can't
 * be read, is no text, or changes meanwhile.
 */
export const readLines = async (reading: LineReading, take: TakeLine): Promise<FileFacts> => {
  const { path, signal, rest } = reading;
  return await withFile(path, async (handle, first) => {
    const before = await handle.stat();
    const compressed = first[0] === 0x1f && first[1] === 0x8b;
    const splitter = new LineSplitter(path, take);
    let whole = true;
    for await (const chunk of decoded(chunks(handle, reading, before.size), compressed, path)) {
      signal?.throwIfAborted();
      if (!splitter.push(chunk)) {
        whole = false;
        break;
      }
      await rest?.();
    }
    if (whole) {
      splitter.end();
      const after = await handle.stat();
      if (after.size !== before.size || after.mtimeMs !== before.mtimeMs) {
        throw new PriceFileError('price-file-changed', `${path} changed while it was read.`, {
          file: path,
          remedy: 'Wait until it is complete, or copy it, and read again.',
        });
      }
    }
    return { bytes: before.size, compressed };
  });
};

/** True when the first thing in a file is a brace or bracket, which no table of prices starts with. */
export const startsLikeJson = async (path: string): Promise<boolean> =>
  await withFile(path, (_handle, first) => Promise.resolve(/^\uFEFF?\s*[[{]/.test(first.toString('utf8'))));

/** Opens a file, looks at its start, does something with it, and closes it whatever happens. */
const withFile = async <T>(path: string, work: (handle: FileHandle, first: Buffer) => Promise<T>): Promise<T> => {
  const handle = await openFile(path);
  try {
    if ((await handle.stat()).isDirectory())
      throw new PriceFileError('price-file-is-folder', `${path} is a folder.`, {
        file: path,
        remedy: 'Name one file in it.',
      });
    const first = await head(handle, path);
    refuseOtherFormats(path, first);
    return await work(handle, first);
  } finally {
    await handle.close();
  }
};

const openFile = async (path: string): Promise<FileHandle> => {
  try {
    return await open(path, 'r');
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason';
    if (reason === 'ENOENT' || reason === 'ENOTDIR') {
      throw new PriceFileError('price-file-missing', `There is no file ${path}.`, {
        file: path,
        remedy: 'Check the path; it is relative to the folder you are in.',
        cause,
      });
    }
    throw new PriceFileError('price-file-unreadable', `${path} can't be opened (${reason}).`, {
      file: path,
      remedy: 'Check that you may read it.',
      cause,
    });
  }
};

const head = async (handle: FileHandle, path: string): Promise<Buffer> => {
  const buffer = Buffer.alloc(4096);
  try {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    return buffer.subarray(0, bytesRead);
  } catch (cause) {
    throw new PriceFileError('price-file-unreadable', `${path} can't be read.`, {
      file: path,
      remedy: 'Check that it is a file that you may read.',
      cause,
    });
  }
};

const refuseOtherFormats = (path: string, first: Buffer): void => {
  const starts = (text: string): boolean => first.subarray(0, text.length).equals(Buffer.from(text, 'latin1'));
  if (starts('PK\u0003\u0004')) {
    throw new PriceFileError('price-file-format', `${path} is a zip archive or a spreadsheet.`, {
      file: path,
      remedy: 'Unzip it, or save the sheet as CSV.',
    });
  }
  if (starts('PAR1')) {
    throw new PriceFileError('price-file-format', `${path} is a Parquet file.`, {
      file: path,
      remedy: 'Convert it to CSV.',
    });
  }
  const utf16 = (first[0] === 0xff && first[1] === 0xfe) || (first[0] === 0xfe && first[1] === 0xff);
  const gzip = first[0] === 0x1f && first[1] === 0x8b;
  if (!utf16 && !gzip && first.includes(0)) {
    throw new PriceFileError('price-file-format', `${path} is not a text file.`, {
      file: path,
      remedy: 'Give a CSV, TXT or JSON file with prices, plain or compressed with gzip.',
    });
  }
};

/** The file's bytes as stored, with progress after each chunk. */
async function* chunks(
  handle: FileHandle,
  { path, onProgress }: LineReading,
  bytesTotal: number,
): AsyncGenerator<Buffer> {
  let bytesDone = 0;
  for (;;) {
    const buffer = Buffer.allocUnsafeSlow(chunkBytes); // a decoder may hold on to it, so it is not used again
    let bytesRead: number;
    try {
      ({ bytesRead } = await handle.read(buffer, 0, chunkBytes, bytesDone));
    } catch (cause) {
      throw new PriceFileError('price-file-unreadable', `${path} can't be read beyond byte ${bytesDone}.`, {
        file: path,
        remedy: 'Check the disk or copy the file again.',
        cause,
      });
    }
    if (bytesRead === 0) return;
    bytesDone += bytesRead;
    yield buffer.subarray(0, bytesRead);
    onProgress?.({ bytesDone, bytesTotal: Math.max(bytesTotal, bytesDone) });
  }
}

async function* decoded(stored: AsyncIterable<Buffer>, compressed: boolean, path: string): AsyncGenerator<Buffer> {
  let decoder: TextDecoder | null = null;
  let started = false;
  for await (const chunk of compressed ? gunzipped(stored, path) : stored) {
    if (!started && chunk.length > 0) {
      started = true;
      if (chunk[0] === 0xff && chunk[1] === 0xfe) decoder = new TextDecoder('utf-16le');
      else if (chunk[0] === 0xfe && chunk[1] === 0xff) decoder = new TextDecoder('utf-16be');
      else if (chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf) {
        yield chunk.subarray(3);
        continue;
      }
    }
    yield decoder === null ? chunk : Buffer.from(decoder.decode(chunk, { stream: true }));
  }
}

async function* gunzipped(stored: AsyncIterable<Buffer>, path: string): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: chunkBytes });
  // The pipeline destroys both ends when either fails; its error is thrown by the loop below.
  const piping = pipeline(stored, gunzip).catch(() => undefined);
  try {
    for await (const chunk of gunzip) yield chunk as Buffer; // a gunzip stream that is not in object mode gives buffers
  } catch (cause) {
    if (cause instanceof PriceFileError) throw cause;
    throw new PriceFileError('price-file-compression', `${path} can't be decompressed.`, {
      file: path,
      remedy: 'The gzip data are damaged or cut short: get the file again.',
      cause,
    });
  } finally {
    gunzip.destroy();
    await piping;
  }
}

/** Cuts chunks into lines; a line that spans chunks is joined, everything else is passed without copying. */
class LineSplitter {
  readonly #path: string;
  readonly #take: TakeLine;
  #rest: Buffer = Buffer.alloc(0);
  #line = 0;
  #lineBreak: number | null = null;

  constructor(path: string, take: TakeLine) {
    this.#path = path;
    this.#take = take;
  }

  /** False when the taker has had enough. */
  push(chunk: Buffer): boolean {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    // a first chunk with CR and without LF is a file of the kind that breaks its lines with CR alone
    this.#lineBreak ??= !bytes.includes(lineFeed) && bytes.includes(carriageReturn) ? carriageReturn : lineFeed;
    let from = 0;
    for (let to = bytes.indexOf(this.#lineBreak); to >= 0; to = bytes.indexOf(this.#lineBreak, from)) {
      if (!this.#pass(bytes, from, to)) return false;
      from = to + 1;
    }
    this.#rest = from === 0 && bytes === chunk ? chunk : Buffer.from(bytes.subarray(from));
    if (this.#rest.length > lineBytesMax) this.#refuseLong(this.#line + 1);
    return true;
  }

  end(): void {
    if (this.#rest.length > 0) this.#pass(this.#rest, 0, this.#rest.length);
  }

  #pass(bytes: Buffer, from: number, to: number): boolean {
    this.#line++;
    if (to - from > lineBytesMax) this.#refuseLong(this.#line);
    return this.#take(bytes, from, to > from && bytes[to - 1] === carriageReturn ? to - 1 : to, this.#line);
  }

  #refuseLong(line: number): never {
    throw new PriceFileError(
      'price-file-line-too-long',
      `Line ${line} of ${this.#path} is longer than ${lineBytesMax} bytes.`,
      {
        file: this.#path,
        line,
        remedy: 'Give a file with one price bar per line.',
      },
    );
  }
}
