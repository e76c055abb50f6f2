/** Records what the examples come to (`npm run examples:record`, with names for some of them): `expected.json` and the numbers in the READMEs. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandsOf, indexText, outcomeText, withRecorded } from './read-me.ts';
import { exampleNames, pathOf, readExpected, readReadMe, runCommands } from './run-example.ts';
import type { Expected } from './run-example.ts';

const record = async (name: string): Promise<void> => {
  const readMe = readReadMe(name);
  const commands = commandsOf(readMe);
  const outcome = await runCommands(commands);
  const expected: Expected = { commands, outcome };
  writeFileSync(pathOf(name, 'expected.json'), `${JSON.stringify(expected, null, 2)}\n`);
  writeFileSync(pathOf(name, 'README.md'), withRecorded(readMe, outcomeText(outcome)));
};

const recordIndex = (): void => {
  const path = join(import.meta.dirname, 'README.md');
  const examples = exampleNames.map((name) => ({
    name,
    readMe: readReadMe(name),
    outcome: readExpected(name).outcome,
  }));
  writeFileSync(path, withRecorded(readFileSync(path, 'utf8'), indexText(examples)));
};

const given = process.argv.slice(2);
for (const name of given.length > 0 ? given : exampleNames) {
  await record(name);
  process.stdout.write(`${name}\n`);
}
recordIndex();
