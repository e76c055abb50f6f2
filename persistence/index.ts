/** The door of persistence: the stores behind the ports, and the servers that a single machine brings itself. */

export { DatabaseError } from './postgres/database-error.ts';
export { openEmbeddedPostgres } from './postgres/embedded-server.ts';
export type { EmbeddedPostgres, EmbeddedPostgresOptions } from './postgres/embedded-server.ts';
export { migrate } from './postgres/migrations.ts';
export { createArchiver } from './postgres/archiver.ts';
export type { ArchiverOptions } from './postgres/archiver.ts';
export { openPostgresJournal } from './postgres/journal.ts';
export type { PostgresJournal, PostgresJournalOptions } from './postgres/journal.ts';
export { createProjector } from './postgres/projector.ts';
export type { Projector, ProjectorOptions } from './postgres/projector.ts';
export { openPostgresLists } from './postgres/lists.ts';
export type { PostgresLists } from './postgres/lists.ts';
export { openPostgresStores } from './postgres/stores.ts';
export type { PostgresStores } from './postgres/stores.ts';
export { openEmbeddedClickHouse } from './clickhouse/embedded-engine.ts';
export { openClickHouse } from './clickhouse/server.ts';
export { openHistory } from './clickhouse/history.ts';
export { openResults } from './clickhouse/results.ts';
export { openExporter } from './exports/exporter.ts';
export type { ClickHouse } from './clickhouse/clickhouse.ts';
export { openSpool } from './import/spool.ts';
export type { SpoolOptions } from './import/spool.ts';
export { spooledImporter } from './import/spooled-importer.ts';
export type { SpooledImporterOptions } from './import/spooled-importer.ts';
