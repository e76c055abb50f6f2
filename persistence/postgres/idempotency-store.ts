/** Answers to requests that carried an idempotency key. */

import { idempotencyKeptMs, idempotencyLeaseMs } from '#ports';
import type { IdempotencyBegin, IdempotencyStore, IdempotentAnswer } from '#ports';
import type { Database, Statement } from './database.ts';

interface IdempotencyRow {
  readonly begun: boolean;
  readonly fingerprint: string;
  readonly status: number | null;
  readonly headers: string | null;
  readonly body: string | null;
}

/** Takes the key when it is free; the row says who has it. One statement, so of two at once one begins. */
const begin: Statement = {
  name: 'idempotency-begin',
  text: `INSERT INTO gateway.idempotency AS i (key, fingerprint, begun_at) VALUES ($1, $2, $3)
    ON CONFLICT (key) DO UPDATE SET fingerprint = excluded.fingerprint, begun_at = excluded.begun_at,
      status = NULL, headers = NULL, body = NULL
    WHERE i.begun_at <= $3 - $4::bigint OR (i.status IS NULL AND i.begun_at <= $3 - $5::bigint)
    RETURNING true AS begun, fingerprint, status, headers, body`,
};
const find: Statement = {
  name: 'idempotency-find',
  text: 'SELECT false AS begun, fingerprint, status, headers, body FROM gateway.idempotency WHERE key = $1',
};
const finish: Statement = {
  name: 'idempotency-finish',
  text: 'UPDATE gateway.idempotency SET status = $2, headers = $3, body = $4 WHERE key = $1 AND status IS NULL',
};
const release: Statement = {
  name: 'idempotency-release',
  text: 'DELETE FROM gateway.idempotency WHERE key = $1 AND status IS NULL',
};
const forget: Statement = {
  name: 'idempotency-forget',
  text: `DELETE FROM gateway.idempotency WHERE key IN (
    SELECT key FROM gateway.idempotency WHERE begun_at <= $1 ORDER BY begun_at LIMIT $2 FOR UPDATE SKIP LOCKED)`,
};

const freeBegun: Statement = {
  name: 'idempotency-free-begun',
  text: 'DELETE FROM gateway.idempotency WHERE status IS NULL',
};

/** Frees the keys of requests that were under way when their process ended; for whoever knows that there is no other. */
export const freeBegunKeys = async (database: Database): Promise<void> => {
  await database.query(freeBegun, []);
};

/** Keys of a day ago that are removed in passing: more each time than are added, so the table stays bounded. */
const forgottenAtOnce = 100;
/** How often that is done. */
const beginsBetween = 50;
/** Of a key that is released and taken again while we look. */
const attemptsMax = 5;

export const idempotencyStoreOn = (database: Database): IdempotencyStore => {
  let begins = 0;
  return {
    async begin(key, fingerprint, now) {
      if (begins++ % beginsBetween === 0) await database.query(forget, [now - idempotencyKeptMs, forgottenAtOnce]);
      for (let attempt = 0; attempt < attemptsMax; attempt++) {
        const values = [key, fingerprint, now, idempotencyKeptMs, idempotencyLeaseMs];
        // Not tried again when the connection breaks: the key may be ours then, and would look like another's.
        const taken = await database.withConnection((connection) => connection.query<IdempotencyRow>(begin, values));
        if (taken.length > 0) return { type: 'begun' };
        const [row] = await database.query<IdempotencyRow>(find, [key]);
        if (row !== undefined) return standing(row, fingerprint);
      }
      return { type: 'in-flight' };
    },
    async finish(key, { status, headers, body }) {
      await database.query(finish, [key, status, JSON.stringify(headers), body]);
    },
    async release(key) {
      await database.query(release, [key]);
    },
  };
};

const standing = (row: IdempotencyRow, fingerprint: string): IdempotencyBegin => {
  if (row.fingerprint !== fingerprint) return { type: 'differs' };
  if (row.status === null || row.headers === null || row.body === null) return { type: 'in-flight' };
  // Written above from an object of texts.
  const headers = JSON.parse(row.headers) as IdempotentAnswer['headers'];
  return { type: 'answered', answer: { status: row.status, headers, body: row.body } };
};
