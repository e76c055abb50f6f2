/** `xtrading backtest run`: one backtest of a strategy on a server, over the history that it has. */

import type { CommandDeclaration } from '../arguments.ts';
import { serverCommand, serverNote } from '../server/connection.ts';
import { submissionOf, submissionOptions } from '../server/submission.ts';
import { submitAndShow } from '../server/submit.ts';

const example = 'xtrading backtest run sma-cross --symbol GOOG --watch';

const declaration: CommandDeclaration = {
  name: 'backtest run',
  usage: ['backtest run STRATEGY --symbol S [options]'],
  summary: 'Runs a strategy on a server, over the history that it has. The result stays there.',
  options: submissionOptions,
  examples: [
    [example, 'stay and see how it goes'],
    [
      'xtrading backtest run sma-cross --symbol GOOG --set fast=5 --commission 0.001',
      'leave it to itself; prints its id',
    ],
    [
      'xtrading backtest run pairs --symbol KO --symbol PEP --from 2015-01-01 --watch --json',
      'two symbols, for a program',
    ],
  ],
  notes: [
    serverNote,
    'STRATEGY is a name or an id of strategy list. Without --watch the command returns at once; xtrading backtest show ID tells later what came of it. Exit codes: 0 done, 1 the strategy failed, 3 the server refused.',
  ],
};

export const backtestRunCommand = serverCommand(declaration, async (given, context) => {
  const { request } = await submissionOf(context.client, given, example);
  return await submitAndShow(request, given, context);
});
