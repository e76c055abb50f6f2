/** Writes bars as CSV that reads back to the same bits. */

import { open as openFile, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Bars } from '#domain';
import { dayMs, formatDate, formatTime } from '#domain';
import { PriceFileError } from './price-file-error.ts';

/** Rows per piece of text: some hundred kilobytes, whatever the number of bars. */
const rowsPerChunk = 4_096;

/**
 * The bars as CSV text in pieces: `time,open,high,low,close,volume`, times in ISO 8601 UTC (dates
 * alone when every bar starts at midnight), numbers in the fewest digits that give the same double.
 */
export function* csvOfBars({ time, open, high, low, close, volume }: Bars): Generator<string> {
  const datesOnly = time.every((moment) => moment % dayMs === 0);
  const format = datesOnly ? formatDate : formatTime;
  yield 'time,open,high,low,close,volume\n';
  for (let from = 0; from < time.length; from += rowsPerChunk) {
    const to = Math.min(time.length, from + rowsPerChunk);
    let text = '';
    for (let i = from; i < to; i++)
      text += `${format(time[i] ?? NaN)},${open[i]},${high[i]},${low[i]},${close[i]},${volume[i]}\n`;
    yield text;
  }
}

/** True when the file holds exactly what {@link writePrices} would write. */
export const holdsPrices = async (path: string, bars: Bars): Promise<boolean> => {
  let file: FileHandle;
  try {
    file = await openFile(path);
  } catch {
    return false; // whatever it is that can't be read, it is not known to be the same
  }
  try {
    let at = 0;
    for (const piece of csvOfBars(bars)) {
      const expected = Buffer.from(piece);
      const { bytesRead, buffer } = await file.read(Buffer.alloc(expected.length), 0, expected.length, at);
      if (bytesRead !== expected.length || !buffer.equals(expected)) return false;
      at += bytesRead;
    }
    return (await file.stat()).size === at;
  } catch {
    return false; // a folder opens and can't be read
  } finally {
    await file.close();
  }
};

/**
 * Writes bars to a file, which appears only when it is complete. Throws {@link PriceFileError}
 * `price-file-unwritable`.
 */
export const writePrices = async (path: string, bars: Bars): Promise<void> => {
  const unfinished = `${path}.part`;
  try {
    await pipeline(Readable.from(csvOfBars(bars)), createWriteStream(unfinished));
    await rename(unfinished, path);
  } catch (cause) {
    await rm(unfinished, { force: true });
    throw new PriceFileError(
      'price-file-unwritable',
      `${path} can't be written (${cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason'}).`,
      {
        file: path,
        remedy: 'Check that the folder exists and that you may write to it.',
        cause,
      },
    );
  }
};
