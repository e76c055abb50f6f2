/** An example and its recorded run: what `expected.json` holds, and how to run its commands again. */

import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** The three command lines that a README shows. They are the settings: there is no second copy of them. */
export interface Commands {
  readonly data: string;
  readonly backtest: string;
  readonly search: string;
}

/** What a run came to, as far as it is recorded. */
export interface Outcome {
  /** Exact: 32 digits over every fill's bar, side, quantity, price and commission. */
  readonly tradeHash: string;
  readonly bars: number;
  readonly warmUp: number;
  /** How many orders of each type ended in each status: `"limit filled": 12`. */
  readonly orders: Readonly<Record<string, number>>;
  /** How many fills there were of each feed and side: `"main buy": 12`. */
  readonly fills: Readonly<Record<string, number>>;
  /** Rounded to six digits; null where there are too few samples. */
  readonly statistics: Readonly<Record<string, number | null>>;
  /** The last line that the strategy logged. */
  readonly lastLog: string | null;
}

export interface Expected {
  readonly commands: Commands;
  readonly outcome: Outcome;
}

const folder = import.meta.dirname;
const launcher = join(folder, '..', 'cli', 'xtrading.js');

/** Names of the examples, in order. */
export const exampleNames: readonly string[] = globSync('*/strategy.ts', { cwd: folder }).map(dirname).sort();

/** A file of an example, by its path in the folder of examples. */
export const pathOf = (name: string, file: string): string => join(folder, name, file);

// Written by record.ts and compared with a fresh run by the tests.
export const readExpected = (name: string): Expected =>
  JSON.parse(readFileSync(pathOf(name, 'expected.json'), 'utf8')) as Expected;

export const readReadMe = (name: string): string => readFileSync(pathOf(name, 'README.md'), 'utf8');

/** Carries out the three commands in an empty folder that has the examples in it. Rejects with what a command wrote when it fails. */
export const runCommands = async ({ data, backtest, search }: Commands): Promise<Outcome> => {
  const place = mkdtempSync(join(tmpdir(), 'xtrading-example-'));
  try {
    symlinkSync(folder, join(place, basename(folder)), 'dir');
    await xtrading(place, data);
    const outcome = outcomeOf(await xtrading(place, `${backtest} --json --no-cache`));
    await xtrading(place, `${search} --no-cache`);
    return outcome;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
};

const outputBytesMax = 256 * 1024 * 1024;

/** Runs `npx xtrading …` from a README without npx, which would look for an installation. */
const xtrading = async (place: string, command: string): Promise<string> => {
  const [npx, name, ...given] = command.split(' ');
  if (npx !== 'npx' || name !== 'xtrading')
    throw new Error(`the command does not begin with "npx xtrading": ${command}`);
  const { stdout } = await promisify(execFile)(process.execPath, [launcher, ...given], {
    cwd: place,
    maxBuffer: outputBytesMax,
  });
  return stdout;
};

/** The parts of `xtrading backtest --json` that are recorded. */
interface PrintedResult {
  readonly tradeHash: string;
  readonly warmUpSteps: number;
  readonly feeds: readonly { readonly id: string; readonly bars: number }[];
  readonly statistics: Readonly<Record<string, number | null>>;
  readonly orders: readonly { readonly type: string; readonly status: string }[];
  readonly fills: readonly { readonly feed: number; readonly side: string }[];
  readonly log: readonly { readonly text: string }[];
}

const outcomeOf = (printed: string): Outcome => {
  const { tradeHash, warmUpSteps, feeds, statistics, orders, fills, log } = JSON.parse(printed) as PrintedResult; // by our own command
  return {
    tradeHash,
    bars: feeds.reduce((sum, { bars }) => sum + bars, 0),
    warmUp: warmUpSteps,
    orders: tally(orders.map(({ type, status }) => `${type} ${status}`)),
    fills: tally(fills.map(({ feed, side }) => `${feeds[feed]?.id} ${side}`)),
    statistics: Object.fromEntries(
      Object.entries(statistics).map(([key, value]) => [key, value === null ? null : Number(value.toPrecision(6))]),
    ),
    lastLog: log.at(-1)?.text ?? null,
  };
};

const tally = (words: readonly string[]): Readonly<Record<string, number>> => {
  const counts = new Map<string, number>();
  for (const word of [...words].sort()) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Object.fromEntries(counts);
};
