/** The smaller stores, which share their connections. */

import type { GitObjects, IdempotencyStore, KeyStore } from '#ports';
import { openDatabase } from './database.ts';
import { gitObjectsOn } from './git-object-store.ts';
import { idempotencyStoreOn } from './idempotency-store.ts';
import { keyStoreOn } from './key-store.ts';

export interface PostgresStores {
  readonly keys: KeyStore;
  readonly gitObjects: GitObjects;
  readonly idempotency: IdempotencyStore;
  close(): Promise<void>;
}

const connectionsMax = 4;

export const openPostgresStores = (url: string): PostgresStores => {
  const database = openDatabase(url, connectionsMax, 'stores');
  return {
    keys: keyStoreOn(database),
    gitObjects: gitObjectsOn(database),
    idempotency: idempotencyStoreOn(database),
    close: () => database.close(),
  };
};
