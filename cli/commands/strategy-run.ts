/** `xtrading strategy run`: a strategy runs live on one of your paper accounts. */

import type { CommandDeclaration } from '../arguments.ts';
import { exitCode } from '../exit-code.ts';
import { serverCommand, serverNote, serverOptions } from '../server/connection.ts';
import { deploymentText } from '../server/deployment-text.ts';
import { accountOption, chosenAccount } from '../server/own-account.ts';
import { ownStrategy } from '../server/own-strategy.ts';
import { onePositional } from '../server/positionals.ts';
import { paramsOf, submissionOptions } from '../server/submission.ts';
import { tell } from '../server/table.ts';
import { UsageError } from '../usage-error.ts';

const example = 'xtrading strategy run sma-cross --symbol BTC-USD';

const declaration: CommandDeclaration = {
  name: 'strategy run',
  usage: ['strategy run STRATEGY --symbol S [options]'],
  summary: 'Runs a strategy live on a paper account: it decides at each bar that closes, and trades.',
  options: {
    symbol: {
      value: 'S',
      repeat: true,
      group: 'Data',
      help: "Symbol with live prices; with several, in the order of the strategy's data.",
    },
    interval: {
      value: 'I',
      group: 'Data',
      help: 'Length of the bars, from 5s on. Default: what the strategy declares, else 1m.',
    },
    set: submissionOptions.set,
    version: submissionOptions.version,
    seed: { value: 'N', group: 'Parameters', help: 'Of ctx.random. Default 1.' },
    ...accountOption,
    ...serverOptions,
  },
  examples: [
    [example, 'on the only account that you have'],
    [
      'xtrading strategy run sma-cross --symbol ETH-USD --interval 5m --set fast=5 --account Paper',
      'bars of five minutes',
    ],
  ],
  notes: [
    serverNote,
    'It goes on until it is stopped, also over restarts of the server: xtrading deployment list, pause, resume, stop; xtrading signals shows what it wants and what became of it.',
  ],
};

export const strategyRunCommand = serverCommand(declaration, async (given, { client, terminal }) => {
  const asked = onePositional(given, { what: 'strategy', example });
  const symbols = given.list('symbol').map((symbol) => symbol.toUpperCase());
  if (symbols.length === 0)
    throw new UsageError('data-missing', 'No symbol was named.', `Write for example ${example}.`);
  const strategy = await ownStrategy(client, asked);
  const account = await chosenAccount(client, given);
  const interval = given.text('interval');
  const version = given.number('version', { min: 1, whole: true });
  const seed = given.text('seed');
  const deployment = await client.deployments.start(strategy.id, {
    accountId: account.id,
    symbols,
    params: await paramsOf(client, strategy, given.list('set')),
    ...(interval === undefined ? {} : { interval }),
    ...(version === undefined ? {} : { version }),
    ...(seed === undefined ? {} : { seed: /^-?\d{1,15}$/.test(seed) ? Number(seed) : seed }),
  });
  tell(terminal, {
    isJson: given.flag('json'),
    value: deployment,
    text: () => deploymentText(deployment, terminal),
  });
  return exitCode.done;
});
