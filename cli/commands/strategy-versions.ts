/** `xtrading strategy versions`, `diff`, `restore`: the history of a strategy on a server. */

import type { CommandDeclaration } from '../arguments.ts';
import { exitCode } from '../exit-code.ts';
import { serverCommand, serverNote, serverOptions } from '../server/connection.ts';
import { ownStrategy } from '../server/own-strategy.ts';
import { onePositional, positionals } from '../server/positionals.ts';
import { shortTime, table, tell } from '../server/table.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

const versionsDeclaration: CommandDeclaration = {
  name: 'strategy versions',
  usage: ['strategy versions STRATEGY'],
  summary: 'Lists the versions of a strategy, the newest first.',
  options: serverOptions,
  examples: [['xtrading strategy versions sma-cross', 'by its name; its id serves too']],
  notes: [serverNote],
};

export const strategyVersionsCommand = serverCommand(versionsDeclaration, async (given, { client, terminal }) => {
  const asked = onePositional(given, { what: 'strategy', example: 'xtrading strategy versions sma-cross' });
  const { id } = await ownStrategy(client, asked);
  const versions = await Array.fromAsync(
    client.calls.each('GET /api/v1/strategies/{id}/versions', { path: { id }, query: { sort: 'desc' } }),
  );
  tell(terminal, {
    isJson: given.flag('json'),
    value: versions,
    text: () =>
      table(
        versions,
        [
          { title: 'version', text: ({ version }) => String(version), isNumber: true },
          { title: 'saved (UTC)', text: ({ at = '' }) => shortTime(at) },
          { title: 'commit', text: ({ commit = '' }) => commit.slice(0, 10) },
          { title: 'message', text: ({ message = '' }) => message.split('\n')[0] ?? '' },
        ],
        terminal,
      ),
  });
  return exitCode.done;
});

const diffDeclaration: CommandDeclaration = {
  name: 'strategy diff',
  usage: ['strategy diff STRATEGY FROM TO'],
  summary: 'Shows what changed between two versions of a strategy.',
  options: serverOptions,
  examples: [['xtrading strategy diff sma-cross 1 2', 'as git diff shows it']],
  notes: [serverNote],
};

export const strategyDiffCommand = serverCommand(diffDeclaration, async (given, { client, terminal }) => {
  const [asked = '', from = '', to = ''] = positionals(given, {
    names: ['strategy', 'version to begin with', 'version to compare it with'],
    example: 'xtrading strategy diff sma-cross 1 2',
  });
  const { id } = await ownStrategy(client, asked);
  const { diff } = await client.strategies.diff(id, versionOf(from), versionOf(to));
  tell(terminal, {
    isJson: given.flag('json'),
    value: { diff },
    text: () => (diff === '' ? 'They are the same.' : colored(diff.trimEnd(), terminal)),
  });
  return exitCode.done;
});

const colored = (diff: string, terminal: Terminal): string =>
  diff
    .split('\n')
    .map((line) =>
      line.startsWith('+')
        ? terminal.style('green', line)
        : line.startsWith('-')
          ? terminal.style('red', line)
          : line.startsWith('@@')
            ? terminal.style('cyan', line)
            : line,
    )
    .join('\n');

const restoreDeclaration: CommandDeclaration = {
  name: 'strategy restore',
  usage: ['strategy restore STRATEGY VERSION'],
  summary: 'Makes the source of an older version the newest; nothing of the history is lost.',
  options: serverOptions,
  examples: [['xtrading strategy restore sma-cross 1', 'version 1 again, as a new version']],
  notes: [serverNote],
};

export const strategyRestoreCommand = serverCommand(restoreDeclaration, async (given, { client, terminal }) => {
  const [asked = '', version = ''] = positionals(given, {
    names: ['strategy', 'version'],
    example: 'xtrading strategy restore sma-cross 1',
  });
  const { id } = await ownStrategy(client, asked);
  const strategy = await client.strategies.restore(id, versionOf(version));
  tell(terminal, {
    isJson: given.flag('json'),
    value: strategy,
    text: () =>
      `${terminal.style('bold', strategy.name)}  version ${strategy.head.version} has the source of version ${version}`,
  });
  return exitCode.done;
});

const versionOf = (text: string): number => {
  const version = Number(text);
  if (/^\d{1,9}$/.test(text) && version > 0) return version;
  throw new UsageError('option-value', `"${text.slice(0, 40)}" is no version.`, 'Versions are numbers from 1.');
};
