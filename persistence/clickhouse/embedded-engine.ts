/** The ClickHouse of a single machine: the engine in this process, on a data folder of the program. */

import { writeFile } from 'node:fs/promises';
import { insertStatement } from './clickhouse.ts';
import type { ClickHouse } from './clickhouse.ts';
import { openEngine } from './engine.ts';
import type { Engine } from './engine.ts';
import { withLiterals } from './literals.ts';
import { migrateClickHouse } from './migrations.ts';
import { decodeNative, encodeNative } from './native-format.ts';

export interface EmbeddedClickHouseOptions {
  /** Belongs to the engine alone; made when it is not there. A process opens one at a time. */
  readonly dataFolder: string;
  /** For all that the engine does at once; a query that needs more fails. */
  readonly memoryBytesMax: number;
}

/**
 * Opens the engine on a data folder, with all tables. Throws a {@link DatabaseError}:
 * `database-in-use` when another program has the folder, `database-programs` where the engine is
 * not installed, `database-start`, `database-newer`, `database-changed`.
 */
export const openEmbeddedClickHouse = async (options: EmbeddedClickHouseOptions): Promise<ClickHouse> => {
  const engine = await openEngine(options);
  try {
    await engine.write(`CREATE DATABASE IF NOT EXISTS ${databaseName}`, 'default');
    const clickHouse = onEngine(engine);
    await migrateClickHouse(clickHouse);
    return clickHouse;
  } catch (error) {
    await engine.close();
    throw error;
  }
};

/** As that of a server is called where its address names none: data may move from one to the other. */
const databaseName = 'xtrading';

const onEngine = (engine: Engine): ClickHouse => ({
  async select(sql, parameters = {}) {
    return decodeNative(await engine.read(`${withLiterals(sql, parameters)} FORMAT Native`, databaseName));
  },
  async command(sql, parameters = {}) {
    await engine.write(withLiterals(sql, parameters), databaseName);
  },
  insert: (request) =>
    engine.insert(
      (path) => writeFile(path, encodeNative(request.columns), { mode: 0o600 }),
      (quotedPath) => `${withLiterals(insertStatement(request), request.constants)}file(${quotedPath}, 'Native')`,
      databaseName,
    ),
  close: () => engine.close(),
});
