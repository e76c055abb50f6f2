/** Imports what lies in the spool: reads the file, guesses its instrument, and writes its bars into the history. */

import { rm } from 'node:fs/promises';
import { formatTimeframe, instrumentFor, sliceBars } from '#domain';
import { storedIntervals } from '#ports';
import type { History, Importer, ImportOutcome, ImportRequest, SpoolContents, StoredInterval } from '#ports';
import { PriceFileError, readPriceFile } from '../files/index.ts';
import type { BadRow, PriceFile } from '../files/index.ts';
import { spooledContents, spooledPath } from './spool.ts';

export interface SpooledImporterOptions {
  /** The spool's. */
  readonly folder: string;
  readonly history: History;
}

/** Bars of one insert: a few megabytes. */
const chunkBars = 50_000;
/** Reading is about half of the work. */
const readShare = 50;

/** One import at a time: a file's bars are held in memory whole, 48 bytes each, and one keeps the disk busy. */
export const spooledImporter = ({ folder, history }: SpooledImporterOptions): Importer & SpoolContents => {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run: (request) => {
      const turn = last.then(async () => {
        request.signal.throwIfAborted();
        return await importFile(spooledPath(folder, request.importId), request, history);
      });
      // The next one waits for the end of this one, however it ends; who asked hears how.
      last = turn.catch(() => {});
      return turn;
    },
    discard: (importId) => rm(spooledPath(folder, importId), { force: true }),
    list: () => spooledContents(folder),
  };
};

const importFile = async (path: string, request: ImportRequest, history: History): Promise<ImportOutcome> => {
  const { symbol, signal, onProgress } = request;
  let file: PriceFile;
  try {
    file = await readSymbol(path, request);
  } catch (error) {
    if (error instanceof PriceFileError) return { ok: false, ...explained(error, path, request) };
    throw error;
  }
  const told = intervalOf(file, request);
  if (told.interval === null) return { ok: false, reason: told.reason, rejectedRows: [] };
  const { bars } = file;
  for (let from = 0; from < bars.time.length; from += chunkBars) {
    signal.throwIfAborted();
    const to = Math.min(from + chunkBars, bars.time.length);
    await history.insert(symbol, told.interval, sliceBars(bars, from, to));
    onProgress({ percent: readShare + ((100 - readShare) * to) / bars.time.length });
  }
  const { tick, lot, currency } = instrumentFor(bars, symbol, {}, file.description);
  return {
    ok: true,
    interval: told.interval,
    rows: bars.time.length,
    rejected: file.rejectedCount,
    rejectedRows: file.rejected.map(rejectedRow),
    notes: file.notes,
    tick: decimalText(tick),
    lot: decimalText(lot),
    currency,
  };
};

/** All rows of a file that names one symbol or none; of a file with several those of the import's. */
const readSymbol = async (path: string, { symbol, skipBad, signal, onProgress }: ImportRequest): Promise<PriceFile> => {
  const options = {
    skipBad,
    signal,
    onProgress: ({ bytesDone, bytesTotal }: { readonly bytesDone: number; readonly bytesTotal: number }) => {
      onProgress({ percent: bytesTotal === 0 ? readShare : (readShare * bytesDone) / bytesTotal });
    },
  };
  try {
    return await readPriceFile(path, options);
  } catch (error) {
    if (!(error instanceof PriceFileError && error.code === 'price-file-several-symbols')) throw error;
    return await readPriceFile(path, { ...options, symbol });
  }
};

/**
 * The interval under which the bars are stored, or why there is none. The most common distance of two
 * bars is their length even where most are missing, so what the file shows must be what was asked for.
 */
const intervalOf = (
  { timeframe }: PriceFile,
  { interval, fileName }: ImportRequest,
): { readonly interval: StoredInterval } | { readonly interval: null; readonly reason: string } => {
  if (timeframe === null)
    return interval !== null
      ? { interval }
      : {
          interval,
          reason: `The times of ${fileName} do not tell how long its bars are. Say interval=1m or interval=1d.`,
        };
  const length = formatTimeframe(timeframe);
  const stored = storedIntervals.find((one) => one === length);
  if (stored === undefined)
    return {
      interval: null,
      reason: `${fileName} has bars of ${length}; bars of 1m and of 1d are stored, and longer ones made from them. Import those.`,
    };
  return interval === null || interval === stored
    ? { interval: stored }
    : {
        interval: null,
        reason: `${fileName} has bars of ${length}, not of ${interval}. Leave the interval out, or check the file.`,
      };
};

/** The error as the file's owner knows the file: by its own name, and with what can be done here. */
const explained = (
  error: PriceFileError,
  path: string,
  { fileName }: ImportRequest,
): {
  readonly reason: string;
  readonly rejectedRows: readonly { readonly line: number; readonly reason: string }[];
} => {
  const [head = ''] = error.message.split('\n');
  const message = head.replaceAll(path, fileName).replace(/:$/, '.');
  const remedy =
    error.code === 'price-file-bad-row'
      ? 'Correct them, or import again with skipBad=true.'
      : error.remedy.includes('--') // options of the command line, which are not there here
        ? ''
        : error.remedy;
  return { reason: `${message} ${remedy}`.trim(), rejectedRows: error.badRows.map(rejectedRow) };
};

const rejectedRow = ({
  line,
  column,
  content,
  problem,
}: BadRow): { readonly line: number; readonly reason: string } => ({
  line,
  reason: [...(column === null || column === '' ? [] : [`${column}:`]), content, problem].join(' '),
});

/** A step of a grid as a decimal: its double is the one nearest to at most twelve places. */
const decimalText = (step: number): string =>
  step
    .toFixed(12)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
