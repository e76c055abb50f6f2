/** `xtrading config`: what the platform reads from its environment, what it found, and where. */

import type { CommandDeclaration } from '../arguments.ts';
import { exitCode } from '../exit-code.ts';
import type { Command } from '../main.ts';
import { listPlatformSettings, readPlatformSettings } from '../platform/platform-settings.ts';

const declaration: CommandDeclaration = {
  name: 'config',
  usage: ['config'],
  summary: 'Lists all settings of the platform with their values and sources, and checks them.',
  options: {
    json: { group: 'Output', help: 'As JSON.' },
    plain: { group: 'Output', help: 'No colours.' },
  },
  examples: [
    ['xtrading config', 'what xtrading start would use'],
    ['PORT=9000 xtrading config', 'the same with another port'],
  ],
  notes: ['Settings come from the environment; a variable that is empty counts as not set.'],
};

export const configCommand: Command = {
  declaration,
  run(given, { terminal, environment }) {
    const listed = listPlatformSettings(environment);
    if (given.flag('json')) terminal.print(JSON.stringify(listed, null, 2));
    else {
      const nameWidth = Math.max(...listed.map(({ name }) => name.length)) + 2;
      const valueWidth = Math.max(...listed.map(({ value }) => (value ?? 'not set').length)) + 2;
      terminal.print(
        listed
          .map(({ name, value, source, help }) => {
            const shown = (value ?? 'not set').padEnd(valueWidth);
            return `${terminal.style('bold', name.padEnd(nameWidth))}${shown}${source.padEnd(13)}${help}`;
          })
          .join('\n'),
      );
    }
    // After the list: who has a wrong one sees all of them, then what is wrong.
    readPlatformSettings(environment);
    return Promise.resolve(exitCode.done);
  },
};
