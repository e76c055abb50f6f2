/** Submits a backtest, and with `--watch` stays until it has ended. */

import type { NewBacktest } from '#sdk';
import type { Arguments } from '../arguments.ts';
import { exitCode } from '../exit-code.ts';
import { outcomeOf } from './backtest-outcome.ts';
import type { ServerContext } from './connection.ts';
import { tell } from './table.ts';
import { watchBacktest } from './watch-backtest.ts';

export const topDefault = 20;

export const submitAndShow = async (
  request: NewBacktest,
  given: Arguments,
  context: ServerContext,
): Promise<number> => {
  const { client, terminal } = context;
  const isJson = given.flag('json');
  const submitted = await client.backtests.submit(request);
  if (!given.flag('watch')) {
    const text = () =>
      `${terminal.style('bold', submitted.id)}  ${submitted.status}; see xtrading backtest show ${submitted.id}`;
    tell(terminal, { isJson, value: submitted, text });
    return exitCode.done;
  }
  terminal.note(terminal.style('dim', `${submitted.kind === 'batch' ? 'batch' : 'backtest'} ${submitted.id}`));
  const ended = await watchBacktest(submitted, context);
  const top = given.has('top') ? given.number('top', { min: 1, max: 1_000, whole: true }) : undefined;
  const outcome = await outcomeOf(client, ended, terminal, { verbose: given.flag('verbose'), top: top ?? topDefault });
  tell(terminal, { isJson, value: outcome.value, text: outcome.text });
  return outcome.exit;
};
