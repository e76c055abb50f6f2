/** Imports one file: reads it, guesses its instrument, and writes its bars into the history. */

import { formatTimeframe, instrumentOf } from '#domain';
import { storedIntervals } from '#ports';
import type { History, ImportOutcome, ImportRequest, StoredInterval } from '#ports';
import { openSortedPriceFile, PriceFileError } from '../files/index.ts';
import type { BadRow, SortedPriceFile } from '../files/index.ts';
import { spooledAside, spooledPath } from './spool.ts';

/** Bars of one insert: a few megabytes. */
const chunkBars = 50_000;
/** Reading and checking is about half of the work. */
const readShare = 50;
/** JSON is held whole, in some ten times its size. */
const jsonBytesMax = 32 * 1024 * 1024;

/** Doing it twice changes nothing; a rejection is an outage. */
export const importFile = async (folder: string, request: ImportRequest, history: History): Promise<ImportOutcome> => {
  const path = spooledPath(folder, request.importId);
  let file: SortedPriceFile;
  try {
    file = await openSymbol(folder, request);
  } catch (error) {
    if (error instanceof PriceFileError) return { ok: false, ...explained(error, path, request) };
    throw error;
  }
  try {
    return await insertBars(file, request, history);
  } finally {
    await file.close();
  }
};

const insertBars = async (file: SortedPriceFile, request: ImportRequest, history: History): Promise<ImportOutcome> => {
  const { symbol, signal, onProgress } = request;
  const told = intervalOf(file, request);
  if (told.interval === null) return { ok: false, reason: told.reason, rejectedRows: [] };
  let inserted = 0;
  for await (const bars of file.bars(chunkBars)) {
    signal.throwIfAborted();
    await history.insert(symbol, told.interval, bars);
    inserted += bars.time.length;
    onProgress({ percent: readShare + ((100 - readShare) * inserted) / file.rows });
  }
  const { description, notes } = file.described();
  const { tick, lot, currency } = instrumentOf(description, symbol);
  return {
    ok: true,
    interval: told.interval,
    rows: file.rows,
    rejected: file.rejectedCount,
    rejectedRows: file.rejected.map(rejectedRow),
    notes,
    tick: decimalText(tick),
    lot: decimalText(lot),
    currency,
  };
};

/** All rows of a file that names one symbol or none; of a file with several those of the import's. */
const openSymbol = async (
  folder: string,
  { importId, symbol, skipBad, signal, onProgress }: ImportRequest,
): Promise<SortedPriceFile> => {
  const path = spooledPath(folder, importId);
  const options = {
    aside: spooledAside(folder, importId),
    skipBad,
    signal,
    jsonBytesMax,
    onProgress: ({ bytesDone, bytesTotal }: { readonly bytesDone: number; readonly bytesTotal: number }) => {
      onProgress({ percent: bytesTotal === 0 ? readShare : (readShare * bytesDone) / bytesTotal });
    },
  };
  try {
    return await openSortedPriceFile(path, options);
  } catch (error) {
    if (!(error instanceof PriceFileError && error.code === 'price-file-several-symbols')) throw error;
    return await openSortedPriceFile(path, { ...options, symbol });
  }
};

/**
 * The interval under which the bars are stored, or why there is none. The most common distance of two
 * bars is their length even where most are missing, so what the file shows must be what was asked for.
 */
const intervalOf = (
  { timeframe }: SortedPriceFile,
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
