/** Where results are kept: the folder that each system has for what can be made again. */

import { homedir, platform } from 'node:os';
import { isAbsolute, join } from 'node:path';

interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly system?: NodeJS.Platform;
  /** Throws where the system knows of no home. */
  readonly home?: () => string;
}

/** `$XDG_CACHE_HOME/xtrading/results`, or below the system's own folder for caches; null for a user without a home. */
export const cacheFolder = ({ environment, system = platform(), home = homedir }: Surroundings): string | null => {
  const base = baseOf(environment, system, home);
  return base === null ? null : join(base, 'xtrading', 'results');
};

const baseOf = (
  environment: Surroundings['environment'],
  system: NodeJS.Platform,
  home: () => string,
): string | null => {
  const named = environment['XDG_CACHE_HOME'];
  // The specification of these variables has relative paths ignored.
  if (named !== undefined && isAbsolute(named)) return named;
  const local = environment['LOCALAPPDATA'];
  if (system === 'win32' && local !== undefined && local !== '') return local;
  let own: string;
  try {
    own = home();
  } catch {
    return null; // a user id without an entry: there is no place of its own
  }
  if (system === 'darwin') return join(own, 'Library', 'Caches');
  return system === 'win32' ? join(own, 'AppData', 'Local') : join(own, '.cache');
};
