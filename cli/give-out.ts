/** Gives a result out in the forms that were asked for: table or JSON on standard output, report as a file. */

import { once } from 'node:events';
import { constants } from 'node:fs';
import { access, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { BacktestResult, Feed } from '#domain';
import { showTime } from '#report';
import type { Arguments } from './arguments.ts';
import { resultJson } from './result-json.ts';
import { resultText } from './result-text.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

interface Output {
  readonly result: BacktestResult;
  readonly feeds: readonly Feed[];
  readonly notes: readonly string[];
  /** True when the result was known from an earlier run. */
  readonly cached: boolean;
  readonly seconds: number;
  readonly given: Arguments;
  readonly terminal: Terminal;
}

/** Log lines of the strategy printed with --verbose; the report and the JSON have all. */
const logLinesShownMax = 200;

export const giveOut = async ({ result, feeds, notes, cached, seconds, given, terminal }: Output): Promise<void> => {
  for (const note of notes) terminal.note(terminal.style('dim', note));
  if (given.flag('json')) await printPieces(resultJson(result, { cached }));
  else {
    const verbose = given.flag('verbose');
    terminal.print(resultText(result, terminal, { verbose, seconds, cached }));
    if (verbose)
      for (const line of result.log.slice(0, logLinesShownMax))
        terminal.print(`${Number.isFinite(line.time) ? showTime(line.time) : 'init'}  ${line.text}`);
  }
  const report = given.text('report');
  if (report === undefined) return;
  const { backtestReport } = await import('#report');
  await writeReport(report, backtestReport({ result, feeds }), terminal);
};

/** Writes a report's document and says where it is. */
export const writeReport = async (path: string, document: string, terminal: Terminal): Promise<void> => {
  try {
    await writeFile(path, document);
  } catch (error) {
    throw unwritable(path, error as Error); // fs rejects with Error
  }
  terminal.note(`Report: ${path}`);
};

/** Refuses a place where no report can be written, before anybody has waited for one. */
export const checkReportPlace = async (path: string): Promise<void> => {
  try {
    const found = await stat(path).catch(() => null); // not there yet: then its folder counts
    if (found?.isDirectory() === true) throw new Error('it is a folder');
    await access(found === null ? dirname(path) : path, constants.W_OK);
  } catch (error) {
    throw unwritable(path, error as Error); // fs rejects with Error
  }
};

const unwritable = (path: string, cause: Error): UsageError =>
  new UsageError(
    'file-unwritable',
    `--report ${path} can't be written: ${cause.message}.`,
    'Name a file in a folder that exists and may be written.',
    { cause },
  );

/** Writes text piece by piece, at the pace of whoever reads it. */
export const printPieces = async (pieces: Iterable<string>): Promise<void> => {
  for (const piece of pieces) {
    if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
  }
};
