/** Opens the cache of results for a command, unless it was told to do without. */

import { arch } from 'node:os';
import { engineVersion } from '#domain';
import { platformDigest } from '#sandbox';
import type { Arguments } from '../arguments.ts';
import type { CommandContext } from '../main.ts';
import { cacheFolder } from './cache-folder.ts';
import { ResultCache } from './result-cache.ts';

/** null with `--no-cache`, and for a user who has no folder for it. */
export const openResultCache = (given: Arguments, { environment, terminal }: CommandContext): ResultCache | null => {
  if (given.flag('no-cache')) return null;
  const folder = cacheFolder({ environment });
  if (folder === null) return null;
  return new ResultCache({
    folder,
    platform: `${engineVersion} ${platformDigest()} ${arch()}`,
    onUnwritable: (reason) =>
      terminal.note(
        terminal.style('dim', `Results can't be kept for the next time: ${reason}. --no-cache does without.`),
      ),
  });
};
