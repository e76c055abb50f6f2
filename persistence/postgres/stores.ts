/** The smaller stores, which share their connections. */

import type { GitObjects, IdempotencyStore, KeyStore } from '#ports';
import { openDatabase } from './database.ts';
import { gitObjectsOn } from './git-object-store.ts';
import { freeBegunKeys, idempotencyStoreOn } from './idempotency-store.ts';
import { keyStoreOn } from './key-store.ts';

export interface PostgresStores {
  readonly keys: KeyStore;
  readonly gitObjects: GitObjects;
  readonly idempotency: IdempotencyStore;
  /** Frees idempotency keys of requests that a killed process had begun; not while another process runs. */
  freeBegunKeys(): Promise<void>;
  close(): Promise<void>;
}

const connectionsMax = 4;

export const openPostgresStores = (url: string): PostgresStores => {
  const database = openDatabase(url, connectionsMax, 'stores');
  return {
    keys: keyStoreOn(database),
    gitObjects: gitObjectsOn(database),
    idempotency: idempotencyStoreOn(database),
    freeBegunKeys: () => freeBegunKeys(database),
    close: () => database.close(),
  };
};
