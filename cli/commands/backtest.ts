/** `xtrading backtest`: one run, a search or an order tape over price files, with no server. */

import { resolve } from 'node:path';
import type { Arguments, CommandDeclaration } from '../arguments.ts';
import { checkReportPlace } from '../give-out.ts';
import { dataOptions, loadFeeds } from '../load-feeds.ts';
import type { Command, CommandContext } from '../main.ts';
import { runOne } from '../run-one.ts';
import { runParts } from '../run-parts.ts';
import { runSearch } from '../run-search.ts';
import { runTape } from '../run-tape.ts';
import { openResultCache } from '../result-cache/open-result-cache.ts';
import { readSettings, settingsOptions } from '../settings.ts';
import { UsageError } from '../usage-error.ts';

export const backtestOptions = {
  ...dataOptions,
  set: {
    value: 'NAME=VALUE',
    repeat: true,
    short: 's',
    group: 'Parameters',
    help: 'Value of a parameter of the strategy.',
  },
  grid: {
    value: 'NAME=RANGE',
    repeat: true,
    short: 'g',
    group: 'Search',
    help: 'Try every value: 5..50:5, 5..50, or a,b,c. Several make every combination. NAME alone takes the declared range.',
  },
  random: { value: 'N', group: 'Search', help: 'Try N random combinations of the grid instead of all.' },
  'walk-forward': {
    value: 'N',
    group: 'Search',
    help: 'Choose the parameters on one stretch and score them on the next, N times.',
  },
  'in-sample': {
    value: 'FRACTION',
    group: 'Search',
    help: 'Part of each walk-forward window that chooses. Default 0.7.',
  },
  anchored: { group: 'Search', help: 'Every walk-forward window starts at the first bar.' },
  rank: {
    value: 'STATISTIC',
    group: 'Search',
    help: 'What the ranking goes by, such as sharpe, return, calmar, profitFactor. Default sharpe.',
  },
  top: { value: 'N', group: 'Search', help: 'Rows of the ranking. Default 20.' },
  cores: { value: 'N', group: 'Search', help: 'Processes at work at once. Default: all cores.' },
  each: {
    group: 'Search',
    help: 'Run each file of --data on its own, one row for each, instead of all of them together.',
  },
  periods: {
    value: 'N',
    group: 'Search',
    help: 'Cut the data into N periods of equal length and run each on its own, one row for each.',
  },
  orders: {
    value: 'FILE',
    group: 'Order tape',
    help: 'Run this list of orders (JSON) instead of a strategy; a recorded run with an "orderTape" inside serves too.',
  },
  ...settingsOptions,
  'no-cache': {
    group: 'Output',
    help: 'Run everything, also what an earlier command ran with the same code, parameters, data and rules; keep nothing.',
  },
  json: { group: 'Output', help: 'Print the whole result as JSON: { statistics, trades, orders, fills, equity, … }.' },
  report: {
    value: 'FILE',
    short: 'r',
    group: 'Output',
    help: 'Write a report as one HTML file that needs no network.',
  },
  verbose: { group: 'Output', help: 'Print all statistics, notes about the data and the log of the strategy.' },
  quiet: { short: 'q', group: 'Output', help: 'Nothing but the result.' },
  plain: { group: 'Output', help: 'No colours, no progress bar.' },
  'time-limit': {
    value: 'SECONDS',
    group: 'Limits',
    help: 'Longest a single run may take. Default 60, and more for long data.',
  },
  'memory-limit': { value: 'MB', group: 'Limits', help: 'Most memory a runner may use beside its data. Default 512.' },
} as const satisfies CommandDeclaration['options'];

const declaration: CommandDeclaration = {
  name: 'backtest',
  usage: ['backtest STRATEGY --data FILE [options]', 'backtest --orders TAPE --data FILE [options]'],
  summary:
    'Runs a strategy over price files and says how it did. Strategies run in a sandbox: no files, no network, bounded time and memory.',
  options: backtestOptions,
  examples: [
    ['xtrading backtest sma.ts --data GOOG.csv', 'one run with the default parameters'],
    [
      'xtrading backtest sma.ts --data GOOG.csv --set fast=5 --cash 50000 --commission 0.001 --report goog.html',
      'other settings, and a report to look at',
    ],
    [
      'xtrading backtest sma.ts --data GOOG.csv --grid fast=5..50:5 --grid slow=20..200:10 --rank calmar',
      'every combination on all cores, the best first',
    ],
    [
      'xtrading backtest sma.ts --data GOOG.csv --grid fast --grid slow --walk-forward 6',
      'is the search worth anything? Chosen on the past, scored on what came after',
    ],
    ['xtrading backtest pairs.ts --data a=KO.csv --data b=PEP.csv', 'several symbols under the ids of the strategy'],
    [
      'xtrading backtest --orders tape.json --data GOOG.csv --config run.json --profile backtesting.py',
      'audit fills against another engine',
    ],
  ],
  notes: [
    'Times are UTC. Market orders fill at the next open; inside a bar the worse of two possibilities is assumed. --fill and --inside choose otherwise, and the result says what was chosen.',
    'Exit codes: 0 done, 1 the strategy failed, 2 wrong command line, 3 bad data or settings, 130 interrupted.',
  ],
};

export const backtestCommand: Command = {
  declaration,
  run: async (given, context) => runBacktestCommand(given, context),
};

/** Carries out one `backtest` command line; `dev` calls it again at each save. */
export const runBacktestCommand = async (given: Arguments, context: CommandContext): Promise<number> => {
  checkCombination(given);
  const report = given.text('report');
  if (report !== undefined) await checkReportPlace(report);
  const settings = await readSettings(given);
  const tape = given.text('orders');
  if (tape !== undefined) return runTape({ tape, settings, given, context });
  const strategy = resolve(given.positionals[0] as string); // checkCombination has seen it
  const loading = loadFeeds(given, context.terminal, { gridless: settings.profile !== 'native' });
  const cache = openResultCache(given, context);
  const run = { strategy, settings, loading, cache, given, context };
  const isSearch = given.list('grid').length > 0 || given.has('random') || given.has('walk-forward');
  try {
    if (given.flag('each') || given.has('periods')) return await runParts(run);
    return isSearch ? await runSearch(run) : await runOne(run);
  } finally {
    await cache?.close();
  }
};

const checkCombination = (given: Arguments): void => {
  const { positionals } = given;
  const more = 'See xtrading backtest --help.';
  if (given.has('orders')) {
    if (positionals.length > 0)
      throw new UsageError(
        'option-value',
        'A strategy and --orders exclude each other.',
        `Leave out ${positionals[0]} or --orders. ${more}`,
      );
    for (const name of ['set', 'grid', 'random', 'walk-forward', 'each', 'periods']) {
      if (given.has(name)) throw new UsageError('option-value', `--${name} needs a strategy, not --orders.`, more);
    }
    return;
  }
  if (positionals.length === 0)
    throw new UsageError(
      'argument-count',
      'No strategy was named.',
      `Write xtrading backtest strategy.ts --data prices.csv. ${more}`,
    );
  if (positionals.length > 1)
    throw new UsageError(
      'argument-count',
      `One strategy at a time, not ${positionals.length}: ${positionals.join(', ')}.`,
      `Price files go after --data. ${more}`,
    );
  if (/\.(csv|tsv|txt|gz)$/i.test(positionals[0] ?? ''))
    throw new UsageError(
      'option-value',
      `${positionals[0]} is no strategy.`,
      `Write xtrading backtest strategy.ts --data prices.csv. ${more}`,
    );
  if (given.has('each') || given.has('periods')) {
    const other = ['grid', 'random', 'walk-forward', 'report'].find((name) => given.has(name));
    if (other !== undefined)
      throw new UsageError(
        'option-value',
        `--each and --periods run one set of parameters and print a row for each run; --${other} does not go with them.`,
        `Choose the parameters first, then see with --set whether they hold. ${more}`,
      );
  }
  if (!given.has('grid')) {
    for (const name of ['random', 'walk-forward']) {
      if (given.has(name))
        throw new UsageError(
          'option-value',
          `--${name} needs to know which parameters to search.`,
          `Add --grid fast=5..50:5, or --grid fast for its declared range. ${more}`,
        );
    }
  }
};
