/** `xtrading backtest list`, `show`, `cancel`: the backtests and batches that a server has of you. */

import { statisticDefinitions } from '#domain';
import { showStatistic } from '#report';
import type { Arguments, CommandDeclaration } from '../arguments.ts';
import { exitCode } from '../exit-code.ts';
import { outcomeOf, paramsText, symbolsOf } from '../server/backtest-outcome.ts';
import { serverCommand, serverNote, serverOptions } from '../server/connection.ts';
import type { ServerContext } from '../server/connection.ts';
import { ownStrategy } from '../server/own-strategy.ts';
import { onePositional } from '../server/positionals.ts';
import { topDefault } from '../server/submit.ts';
import { shortTime, table, tell } from '../server/table.ts';
import type { AnyBacktest } from '../server/watch-backtest.ts';
import { watchBacktest } from '../server/watch-backtest.ts';

const listDeclaration: CommandDeclaration = {
  name: 'backtest list',
  usage: ['backtest list [options]'],
  summary: 'Lists your backtests and batches on a server, the newest first.',
  options: {
    status: { value: 'S', group: 'Which', help: 'queued, running, completed, failed or cancelled.' },
    strategy: { value: 'STRATEGY', group: 'Which', help: 'Of this strategy alone.' },
    symbol: { value: 'S', group: 'Which', help: 'On this symbol alone.' },
    limit: { value: 'N', group: 'Which', help: 'So many at most, up to 1000. Default 20.' },
    ...serverOptions,
  },
  examples: [['xtrading backtest list --strategy sma-cross --status failed', 'what went wrong']],
  notes: [serverNote],
};

const listedDefault = 20;

export const backtestListCommand = serverCommand(listDeclaration, async (given, { client, terminal }) => {
  const strategy = given.text('strategy');
  const status = given.text('status');
  const symbol = given.text('symbol')?.toUpperCase();
  const { data } = await client.backtests.list({
    limit: given.number('limit', { min: 1, max: 1_000, whole: true }) ?? listedDefault,
    ...(status === undefined ? {} : { status }),
    ...(symbol === undefined ? {} : { symbol }),
    ...(strategy === undefined ? {} : { strategyId: (await ownStrategy(client, strategy)).id }),
  });
  tell(terminal, {
    isJson: given.flag('json'),
    value: data,
    text: () =>
      data.length === 0
        ? 'There are none.'
        : table(
            data,
            [
              { title: 'id', text: ({ id }) => id },
              { title: 'begun (UTC)', text: ({ createdAt }) => shortTime(createdAt) },
              { title: 'strategy', text: ({ strategyName, strategyVersion }) => `${strategyName} v${strategyVersion}` },
              { title: 'data', text: symbolsOf },
              { title: 'status', text: ({ status: state }) => state },
              { title: 'what came of it', text: summaryOf },
            ],
            terminal,
          ),
  });
  return exitCode.done;
});

const summaryOf = (backtest: AnyBacktest): string => {
  if (backtest.kind === 'batch') return `${backtest.done} of ${backtest.members} backtests`;
  const { params, statistics, failure } = backtest;
  if (failure !== null) return failure.code;
  const figures =
    statistics === null
      ? ''
      : `return ${showStatistic(statistics['return'] ?? null, statisticDefinitions.return.unit)}`;
  return [figures, paramsText(params)].filter((part) => part !== '').join('  ');
};

const showDeclaration: CommandDeclaration = {
  name: 'backtest show',
  usage: ['backtest show ID [options]'],
  summary: 'Shows what came of a backtest, or the ranking of a batch.',
  options: {
    watch: { short: 'w', group: 'Output', help: 'Wait for its end, with its progress.' },
    top: { value: 'N', group: 'Output', help: "Rows of a batch's ranking. Default 20." },
    verbose: { group: 'Output', help: 'Print all statistics and notes.' },
    ...serverOptions,
  },
  examples: [['xtrading backtest show 9q4e2a7c5k1m8v3r --json', 'for a program']],
  notes: [serverNote, 'Exit codes: 0 done, 1 the strategy failed, 3 the server refused.'],
};

const idOf = (given: Arguments, name: string): string =>
  onePositional(given, {
    what: 'backtest',
    example: `xtrading backtest ${name} ID, with an id of xtrading backtest list`,
  });

const show = async (backtest: AnyBacktest, given: Arguments, { client, terminal }: ServerContext): Promise<number> => {
  const top = given.has('top') ? given.number('top', { min: 1, max: 1_000, whole: true }) : undefined;
  const outcome = await outcomeOf(client, backtest, terminal, {
    verbose: given.flag('verbose'),
    top: top ?? topDefault,
  });
  tell(terminal, { isJson: given.flag('json'), value: outcome.value, text: outcome.text });
  return outcome.exit;
};

export const backtestShowCommand = serverCommand(showDeclaration, async (given, context) => {
  const backtest = await context.client.backtests.get(idOf(given, 'show'));
  return await show(given.flag('watch') ? await watchBacktest(backtest, context) : backtest, given, context);
});

const cancelDeclaration: CommandDeclaration = {
  name: 'backtest cancel',
  usage: ['backtest cancel ID'],
  summary: 'Cancels a backtest or a batch that waits or runs.',
  options: serverOptions,
  examples: [['xtrading backtest cancel 9q4e2a7c5k1m8v3r', 'what a batch has done so far stays']],
  notes: [serverNote],
};

export const backtestCancelCommand = serverCommand(cancelDeclaration, async (given, { client, terminal }) => {
  const cancelled = await client.backtests.cancel(idOf(given, 'cancel'));
  tell(terminal, {
    isJson: given.flag('json'),
    value: cancelled,
    text: () => `${cancelled.id}  ${cancelled.status}`,
  });
  return exitCode.done;
});
