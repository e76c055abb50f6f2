/** `xtrading strategy push`: brings a strategy's file to a server, as a new strategy or a new version of one. */

import { basename, dirname, resolve } from 'node:path';
import type { Client, Strategy } from '#sdk';
import type { CommandDeclaration } from '../arguments.ts';
import { exitCode } from '../exit-code.ts';
import { checkText } from '../server/check-text.ts';
import { serverCommand, serverNote, serverOptions } from '../server/connection.ts';
import { ownStrategies } from '../server/own-strategy.ts';
import { onePositional } from '../server/positionals.ts';
import { tell } from '../server/table.ts';
import { readStrategyFiles } from '../strategy-files.ts';

const declaration: CommandDeclaration = {
  name: 'strategy push',
  usage: ['strategy push FILE [--name N] [options]'],
  summary: 'Brings a strategy and the files that it imports to a server, and tries it out there.',
  options: {
    name: {
      value: 'N',
      group: 'Strategy',
      help: 'Its name on the server. Default: that of the file, or of its folder where the file is called strategy.ts.',
    },
    message: { value: 'TEXT', short: 'm', group: 'Strategy', help: 'What the version changes, for its history.' },
    'no-test': { group: 'Strategy', help: 'Only save it.' },
    ...serverOptions,
  },
  examples: [
    ['xtrading strategy push examples/sma-cross/strategy.ts', 'as sma-cross'],
    ['xtrading strategy push my.ts --name breakout -m "Wider stop"', 'a new version of breakout, if there is one'],
  ],
  notes: [serverNote, 'Exit codes: 0 saved and runs, 1 saved but does not run, 3 the server refused.'],
};

export const strategyPushCommand = serverCommand(declaration, async (given, { client, terminal }) => {
  const file = onePositional(given, { what: 'strategy', example: 'xtrading strategy push strategy.ts' });
  const source = await readStrategyFiles(resolve(file));
  const { outcome, strategy } = await save(client, {
    source,
    name: given.text('name') ?? nameOf(file),
    message: given.text('message'),
  });
  const { id, name, head } = strategy;
  const test = given.flag('no-test') ? null : await client.strategies.test(id);
  tell(terminal, {
    isJson: given.flag('json'),
    value: { id, name, version: head.version, outcome, test },
    text: () =>
      [
        `${terminal.style('bold', name)}  version ${head.version}, ${outcome}`,
        ...(test === null ? [] : [checkText(test, terminal)]),
        terminal.style('dim', `strategy ${id}`),
      ].join('\n'),
  });
  return test === null || test.ok ? exitCode.done : exitCode.strategyFailed;
});

const nameOf = (file: string): string => {
  const name = basename(file).replace(/\.\w+$/, '');
  return name === 'strategy' ? basename(dirname(resolve(file))) : name;
};

interface Push {
  readonly name: string;
  readonly source: Strategy['source'];
  readonly message: string | undefined;
}

interface Saved {
  readonly outcome: 'created' | 'saved' | 'unchanged';
  readonly strategy: Strategy;
}

const save = async (client: Client, { name, source, message }: Push): Promise<Saved> => {
  const said = message === undefined ? {} : { message };
  const listed = (await ownStrategies(client)).find((one) => one.name === name);
  if (listed === undefined)
    return { outcome: 'created', strategy: await client.strategies.create({ name, source, ...said }) };
  const before = await client.strategies.get(listed.id);
  if (isSame(before.source, source)) return { outcome: 'unchanged', strategy: before };
  return { outcome: 'saved', strategy: await client.strategies.save(before.id, before.version, { source, ...said }) };
};

const isSame = (one: Strategy['source'], other: Strategy['source']): boolean => {
  const names = Object.keys(one.files);
  return (
    one.entry === other.entry &&
    names.length === Object.keys(other.files).length &&
    names.every((name) => one.files[name] === other.files[name])
  );
};
