/** The door of persistence: the stores behind the ports, and the servers that a single machine brings itself. */

export { DatabaseError } from './postgres/database-error.ts';
export { openEmbeddedPostgres } from './postgres/embedded-server.ts';
export type { EmbeddedPostgres, EmbeddedPostgresOptions } from './postgres/embedded-server.ts';
export { migrate } from './postgres/migrations.ts';
export { openPostgresJournal } from './postgres/journal.ts';
export type { PostgresJournal, PostgresJournalOptions } from './postgres/journal.ts';
