/** `xtrading backtest batch`: many backtests of a strategy on a server, ranked. */

import type { NewBacktest } from '#sdk';
import type { Arguments, CommandDeclaration } from '../arguments.ts';
import { rankByOf, specOf } from '../run-search.ts';
import { serverCommand, serverNote } from '../server/connection.ts';
import { submissionOf, submissionOptions } from '../server/submission.ts';
import { submitAndShow } from '../server/submit.ts';
import { UsageError } from '../usage-error.ts';

const example = 'xtrading backtest batch sma-cross --symbol GOOG --grid fast=5..50:5 --grid slow=20..200:20 --watch';

const declaration: CommandDeclaration = {
  name: 'backtest batch',
  usage: ['backtest batch STRATEGY --symbol S --grid NAME=RANGE [options]'],
  summary: 'Runs many backtests of a strategy on all runners of a server, and ranks them.',
  options: {
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
    'in-sample': { value: 'FRACTION', group: 'Search', help: 'Part of each window that chooses. Default 0.7.' },
    anchored: { group: 'Search', help: 'Every walk-forward window starts at the first bar.' },
    each: { group: 'Search', help: 'Each symbol by itself, instead of all of them together.' },
    rank: { value: 'STATISTIC', group: 'Search', help: 'What the ranking goes by. Default sharpe.' },
    top: { value: 'N', group: 'Search', help: 'Rows of the ranking, at most 1000. Default 20.' },
    ...submissionOptions,
  },
  examples: [
    [example, 'every combination, the best first'],
    ['xtrading backtest batch sma-cross --symbol GOOG --grid fast --grid slow --random 500 --rank calmar', 'a sample'],
    [
      'xtrading backtest batch sma-cross --symbol GOOG --symbol KO --each --grid fast=5,10 --watch',
      'on each by itself',
    ],
  ],
  notes: [serverNote],
};

export const backtestBatchCommand = serverCommand(declaration, async (given, context) => {
  const batch = planOf(given);
  const rankBy = rankByOf(given);
  const { request } = await submissionOf(context.client, given, example);
  const { params, ...rest } = request;
  const whole: NewBacktest = { ...rest, params, batch, rankBy, ...(given.flag('each') ? { each: true } : {}) };
  return await submitAndShow(whole, given, context);
});

const planOf = (given: Arguments): NonNullable<NewBacktest['batch']> => {
  const grid = Object.fromEntries(given.list('grid').map(specOf));
  if (Object.keys(grid).length === 0)
    throw new UsageError(
      'option-value',
      'What to search was not said.',
      'Add --grid fast=5..50:5, or --grid fast for its declared range.',
    );
  const count = given.number('random', { min: 1, max: 1_000_000, whole: true });
  const windows = given.number('walk-forward', { min: 1, max: 1_000, whole: true });
  if (count !== undefined && windows !== undefined)
    throw new UsageError('option-value', '--random and --walk-forward exclude each other.', 'Leave one of them out.');
  if (count !== undefined) return { type: 'random', space: grid, count, seed: given.text('seed') ?? '1' };
  if (windows === undefined) return { type: 'grid', grid };
  const inSampleShare = given.number('in-sample', { min: 0.01, max: 0.99 });
  return {
    type: 'walk-forward',
    grid,
    windows,
    ...(inSampleShare === undefined ? {} : { inSampleShare }),
    ...(given.flag('anchored') ? { anchored: true } : {}),
  };
};
