/** What a backtest on a server runs: the options that `backtest run` and `backtest batch` share, and their request. */

import type { ParamDeclarations } from '#domain';
import type { Client, ListedStrategy, NewBacktest } from '#sdk';
import type { Arguments, OptionDeclaration } from '../arguments.ts';
import { timeOption } from '../load-feeds.ts';
import { paramsFrom } from '../run-one.ts';
import { readSettings, settingsOptions } from '../settings.ts';
import { UsageError } from '../usage-error.ts';
import { serverOptions } from './connection.ts';
import { ownStrategy } from './own-strategy.ts';
import { onePositional } from './positionals.ts';

export const submissionOptions = {
  symbol: {
    value: 'S',
    repeat: true,
    group: 'Data',
    help: "Symbol whose history it runs on; with several, in the order of the strategy's data.",
  },
  interval: { value: 'I', group: 'Data', help: 'Length of the bars: 1m, 15m, 4h, 1d, 1w, … Default 1d.' },
  from: { value: 'TIME', group: 'Data', help: 'Use bars from this time on (UTC): 2010-01-01 or 2010-01-01T09:30.' },
  to: { value: 'TIME', group: 'Data', help: 'Use bars before this time (UTC).' },
  set: {
    value: 'NAME=VALUE',
    repeat: true,
    short: 's',
    group: 'Parameters',
    help: 'Value of a parameter of the strategy.',
  },
  version: { value: 'N', group: 'Parameters', help: 'Version of the strategy. Default: the newest.' },
  ...settingsOptions,
  priority: { value: '0..9', group: 'Server', help: '9 is first; 5 is usual.' },
  watch: { short: 'w', group: 'Output', help: 'Stay, show the progress, and print what came of it.' },
  ...serverOptions,
  verbose: { group: 'Output', help: 'Print all statistics and notes.' },
} as const satisfies Readonly<Record<string, OptionDeclaration>>;

export const submissionOf = async (
  client: Client,
  given: Arguments,
  example: string,
): Promise<{ readonly strategy: ListedStrategy; readonly request: NewBacktest }> => {
  const asked = onePositional(given, { what: 'strategy', example });
  const symbols = given.list('symbol').map((symbol) => symbol.toUpperCase());
  if (symbols.length === 0)
    throw new UsageError('data-missing', 'No symbol was named.', `Write for example ${example}.`);
  const { profile, config, seed } = await readSettings(given);
  const strategy = await ownStrategy(client, asked);
  const from = timeOption(given, 'from');
  const to = timeOption(given, 'to');
  const version = given.number('version', { min: 1, whole: true });
  const priority = given.number('priority', { min: 0, max: 9, whole: true });
  const interval = given.text('interval');
  const request: NewBacktest = {
    strategyId: strategy.id,
    params: await paramsOf(client, strategy, given.list('set')),
    symbols,
    interval: interval ?? '1d',
    profile,
    config,
    seed,
    ...(from === undefined ? {} : { from: new Date(from).toISOString() }),
    ...(to === undefined ? {} : { to: new Date(to).toISOString() }),
    ...(version === undefined ? {} : { version }),
    ...(priority === undefined ? {} : { priority }),
  };
  return { strategy, request };
};

/** `--set` by what the strategy declares; one that has not compiled yet is tried out for it. */
export const paramsOf = async (
  client: Client,
  { id, params }: ListedStrategy,
  texts: readonly string[],
): Promise<NewBacktest['params']> => {
  if (texts.length === 0) return {};
  const declared = params ?? (await client.strategies.test(id)).declared?.params ?? {};
  // The client's types tell the same declarations a little less narrowly.
  return paramsFrom(texts, { params: declared as ParamDeclarations }) as NewBacktest['params']; // numbers, words and switches: so they are declared
};
