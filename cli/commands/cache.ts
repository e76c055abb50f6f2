/** `xtrading cache show` and `clear`: the results that are kept for the next time. */

import { withSeparators } from '#report';
import type { Arguments, CommandDeclaration } from '../arguments.ts';
import { exitCode } from '../exit-code.ts';
import type { Command, CommandContext } from '../main.ts';
import { cacheFolder } from '../result-cache/cache-folder.ts';
import { cacheBounds, cacheSize, clearCache } from '../result-cache/cache-size.ts';
import type { CacheSize } from '../result-cache/cache-size.ts';
import { UsageError } from '../usage-error.ts';

const notes = [
  'Results lie in $XDG_CACHE_HOME/xtrading/results, or in the system’s own folder for caches. What was not used for longest goes first when they become too many. A result is found again only with the same code, parameters, data, rules and version.',
];

const showDeclaration: CommandDeclaration = {
  name: 'cache show',
  usage: ['cache show'],
  summary: 'Says where results are kept for the next time, and how much they take.',
  options: {
    json: { group: 'Output', help: 'As JSON.' },
    plain: { group: 'Output', help: 'No colours.' },
  },
  examples: [['xtrading cache show', 'folder, files and megabytes']],
  notes,
};

export const cacheShowCommand: Command = {
  declaration: showDeclaration,
  async run(given, context) {
    const folder = folderOf(given, context, 'show');
    const size = await cacheSize(folder);
    context.terminal.print(
      given.flag('json')
        ? JSON.stringify({ folder, ...size, ...cacheBounds }, null, 2)
        : `${folder}\n  ${described(size)}, of at most ${megabytes(cacheBounds.bytesMax)}`,
    );
    return exitCode.done;
  },
};

const clearDeclaration: CommandDeclaration = {
  name: 'cache clear',
  usage: ['cache clear'],
  summary: 'Forgets all results that are kept: the next runs are run.',
  options: { plain: { group: 'Output', help: 'No colours.' } },
  examples: [['xtrading cache clear', 'an empty cache']],
  notes,
};

export const cacheClearCommand: Command = {
  declaration: clearDeclaration,
  async run(given, context) {
    const folder = folderOf(given, context, 'clear');
    try {
      context.terminal.print(`Removed ${described(await clearCache(folder))}.`);
    } catch (error) {
      throw new UsageError(
        'file-unwritable',
        `Results in ${folder} can't be removed: ${(error as Error).message}.`,
        'Check whose files they are.',
        { cause: error },
      ); // fs rejects with Error
    }
    return exitCode.done;
  },
};

const folderOf = ({ positionals }: Arguments, { environment }: CommandContext, word: string): string => {
  if (positionals.length > 0)
    throw new UsageError(
      'argument-count',
      `cache ${word} takes no argument "${positionals[0]}".`,
      `Write xtrading cache ${word} alone.`,
    );
  const folder = cacheFolder({ environment });
  if (folder !== null) return folder;
  throw new UsageError(
    'file-unreadable',
    'This user has no home folder, so no results are kept.',
    'Set XDG_CACHE_HOME to a folder that may be written.',
  );
};

const described = ({ files, bytes }: CacheSize): string =>
  `${withSeparators(files, 0)} ${files === 1 ? 'file' : 'files'}, ${megabytes(bytes)}`;

const megabytes = (bytes: number): string => `${withSeparators(bytes / 2 ** 20, bytes < 100 * 2 ** 20 ? 1 : 0)} MB`;
