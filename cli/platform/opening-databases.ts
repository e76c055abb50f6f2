/** The databases of the platform while they are being opened: both at once, beside whatever else a start has to do. */

import type { ClickHouse } from '#persistence';
import type { DataFolder } from './data-folder.ts';
import type { PlatformSettings } from './platform-settings.ts';
import type { Steps } from './steps.ts';
import { openHistoryStore, openPostgres } from './storage.ts';
import type { PostgresServer } from './storage.ts';

export interface OpeningDatabases {
  readonly postgres: Promise<PostgresServer>;
  readonly clickHouse: Promise<ClickHouse>;
  /** Resolves when they are at work in processes and threads of their own, and do not need this one for a while. */
  readonly underWay: Promise<void>;
}

export interface OpeningDatabasesOptions {
  readonly settings: PlatformSettings;
  readonly folder: DataFolder;
  readonly steps: Steps;
}

/** A large history of steps, or a recovery on a slow disk, may take minutes; those have bounds of their own. */
const postgresStep = { name: 'PostgreSQL', secondsMax: 900, remedy: 'Look at postgres/server.log in the data folder.' };
const clickHouseStep = { name: 'ClickHouse', secondsMax: 600, remedy: 'See whether the disk is full or very busy.' };

export const openDatabases = ({ settings, folder, steps }: OpeningDatabasesOptions): OpeningDatabases => {
  const begun = Promise.withResolvers<void>();
  const postgres = steps.run(postgresStep, (onWait) =>
    openPostgres(settings, folder, (what) => {
      onWait(what);
      begun.resolve();
    }),
  );
  const clickHouse = steps.run(clickHouseStep, () => openHistoryStore(settings, folder, postgres));
  // Whoever takes them hears of a failure.
  for (const one of [postgres, clickHouse]) one.catch(() => begun.resolve());
  return { postgres, clickHouse, underWay: begun.promise };
};
