/** `xtrading strategy list`, `test`: what you have on a server, and whether it runs. */

import type { CommandDeclaration } from '../arguments.ts';
import { exitCode } from '../exit-code.ts';
import { checkText } from '../server/check-text.ts';
import { serverCommand, serverNote, serverOptions } from '../server/connection.ts';
import { ownStrategies, ownStrategy } from '../server/own-strategy.ts';
import { onePositional } from '../server/positionals.ts';
import { shortTime, table, tell } from '../server/table.ts';

const listDeclaration: CommandDeclaration = {
  name: 'strategy list',
  usage: ['strategy list'],
  summary: 'Lists your strategies on a server.',
  options: serverOptions,
  examples: [['xtrading strategy list --json', 'with parameters, for programs']],
  notes: [serverNote],
};

export const strategyListCommand = serverCommand(listDeclaration, async (given, { client, terminal }) => {
  const strategies = await ownStrategies(client);
  tell(terminal, {
    isJson: given.flag('json'),
    value: strategies,
    text: () =>
      strategies.length === 0
        ? 'You have no strategies here yet: xtrading strategy push strategy.ts.'
        : table(
            strategies,
            [
              { title: 'name', text: ({ name }) => name },
              { title: 'version', text: ({ headVersion }) => String(headVersion), isNumber: true },
              { title: 'status', text: ({ status }) => status },
              { title: 'parameters', text: ({ params }) => (params === null ? '' : Object.keys(params).join(', ')) },
              { title: 'saved (UTC)', text: ({ updatedAt }) => shortTime(updatedAt) },
              { title: 'id', text: ({ id }) => id },
            ],
            terminal,
          ),
  });
  return exitCode.done;
});

const testDeclaration: CommandDeclaration = {
  name: 'strategy test',
  usage: ['strategy test STRATEGY'],
  summary: 'Compiles the newest version of a strategy on the server and runs it over a short sample.',
  options: serverOptions,
  examples: [['xtrading strategy test sma-cross', 'by its name; its id serves too']],
  notes: [serverNote, 'Exit codes: 0 it runs, 1 it does not.'],
};

export const strategyTestCommand = serverCommand(testDeclaration, async (given, { client, terminal }) => {
  const asked = onePositional(given, { what: 'strategy', example: 'xtrading strategy test sma-cross' });
  const { id, name } = await ownStrategy(client, asked);
  const outcome = await client.strategies.test(id);
  tell(terminal, {
    isJson: given.flag('json'),
    value: outcome,
    text: () => `${terminal.style('bold', name)}  version ${outcome.version}\n${checkText(outcome, terminal)}`,
  });
  return outcome.ok ? exitCode.done : exitCode.strategyFailed;
});
