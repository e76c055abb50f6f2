/** Where uploads wait for their import in a cluster: in Postgres, so that the node that imports need not be the one that took them. */

import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import type { Importer, ImportRequest, ImportSpool, SpoolContents } from '#ports';
import { openDatabase, sqlState } from '../postgres/database.ts';
import type { Database, Statement } from '../postgres/database.ts';
import { bodyBytesMax, flushFolder, importIdOf, partSuffix, spooledPath } from './spool.ts';

export interface SharedSpoolOptions {
  /** Of the database, brought up to date by `migrate`. */
  readonly url: string;
  /** For the copy of what is being imported here: emptied at the start, and no other process uses it. */
  readonly folder: string;
  /** Imports what lies in that folder. */
  readonly local: Importer;
  readonly bytesMax?: number;
}

export interface SharedSpool extends ImportSpool, Importer, SpoolContents {
  close(): Promise<void>;
}

/** One statement writes or reads so much at a time. */
const partBytes = 1024 * 1024;
/** Uploads and imports at a time wait for each other beyond these. */
const connectionsMax = 4;
/** Whoever has not written for so long has ended. */
const abandonedAfter = '1 hour';

const begin: Statement = { name: 'upload-begin', text: 'INSERT INTO data.upload (id) VALUES ($1)' };
const write: Statement = {
  name: 'upload-part',
  text: `WITH touched AS (UPDATE data.upload SET written_at = clock_timestamp() WHERE id = $1)
    INSERT INTO data.upload_part (upload_id, place, content) VALUES ($1, $2, $3)
    ON CONFLICT (upload_id, place) DO NOTHING`,
};
/** The same content for the same import is there once: nothing comes back when it is there already. */
const finish: Statement = {
  name: 'upload-finish',
  text: `UPDATE data.upload SET import_id = $2, written_at = clock_timestamp()
    WHERE id = $1 AND NOT EXISTS (SELECT FROM data.upload u WHERE u.import_id = $2 AND u.id <> $1) RETURNING id`,
};
const remove: Statement = {
  name: 'upload-remove',
  text: 'DELETE FROM data.upload WHERE id = $1 AND import_id IS NULL',
};
const discard: Statement = { name: 'upload-discard', text: 'DELETE FROM data.upload WHERE import_id = $1' };
const read: Statement = {
  name: 'upload-read',
  text: `SELECT p.content FROM data.upload u JOIN data.upload_part p ON p.upload_id = u.id
    WHERE u.import_id = $1 AND p.place = $2`,
};
const list: Statement = {
  name: 'uploads',
  text: `WITH abandoned AS (
      DELETE FROM data.upload WHERE import_id IS NULL AND written_at < clock_timestamp() - interval '${abandonedAfter}'
    ) SELECT import_id, extract(epoch FROM written_at)::float8 * 1000 AS since
    FROM data.upload WHERE import_id IS NOT NULL`,
};

export const openSharedSpool = async ({
  url,
  folder,
  local,
  bytesMax = bodyBytesMax,
}: SharedSpoolOptions): Promise<SharedSpool> => {
  // Of a former process, which ended amid an import.
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const database = openDatabase(url, connectionsMax, 'uploads');
  return {
    async receive(key, body) {
      const upload = randomUUID();
      await database.query(begin, [upload]);
      let isFinished = false;
      try {
        const hash = createHash('sha256');
        const parts = partsOf(body);
        let bytes = 0;
        let place = 0;
        for await (const part of parts) {
          bytes += part.length;
          if (bytes > bytesMax) return { type: 'too-large', bytesMax };
          hash.update(part);
          await database.query(write, [upload, place++, part]);
        }
        const importId = importIdOf(hash.digest('hex'), key);
        isFinished = await isFirst(database, upload, importId);
        return { type: 'spooled', importId, bytes };
      } finally {
        if (!isFinished) await database.query(remove, [upload]);
      }
    },
    async run(request: ImportRequest) {
      await copyHere(database, folder, request);
      try {
        return await local.run(request);
      } finally {
        await local.discard(request.importId);
      }
    },
    async discard(importId) {
      await database.query(discard, [importId]);
      await local.discard(importId);
    },
    async list() {
      const rows = await database.query<{ import_id: string; since: number }>(list, []);
      return rows.map(({ import_id, since }) => ({ importId: import_id, since }));
    },
    close: () => database.close(),
  };
};

/** Whether this upload is the one that is kept; of two at the same moment, one. */
const isFirst = async (database: Database, upload: string, importId: string): Promise<boolean> => {
  try {
    return (await database.query(finish, [upload, importId])).length > 0;
  } catch (error) {
    const uniqueViolation = '23505';
    if (sqlState(error) === uniqueViolation) return false;
    throw error;
  }
};

/** What comes, in parts of one size; the last one is smaller. Nothing is one part, too. */
async function* partsOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let chunks: Uint8Array[] = [];
  let length = 0;
  let isEmpty = true;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length < partBytes) continue;
    const whole = Buffer.concat(chunks);
    let from = 0;
    for (; from + partBytes <= whole.length; from += partBytes) {
      isEmpty = false;
      yield whole.subarray(from, from + partBytes);
    }
    chunks = [whole.subarray(from)];
    length = whole.length - from;
  }
  if (length > 0 || isEmpty) yield Buffer.concat(chunks);
}

/** Under the name by which it is imported, when it is whole; nothing where the upload is gone, as in a folder that lacks it. */
const copyHere = async (
  database: Database,
  folder: string,
  { importId, signal }: Pick<ImportRequest, 'importId' | 'signal'>,
): Promise<void> => {
  const part = `${spooledPath(folder, importId)}.${randomUUID()}${partSuffix}`;
  const file = await open(part, 'wx', 0o600);
  let places = 0;
  try {
    for (;;) {
      signal.throwIfAborted();
      const [row] = await database.query<{ content: Buffer }>(read, [importId, places]);
      if (row === undefined) break;
      await file.appendFile(row.content);
      places++;
    }
    await file.sync();
  } finally {
    await file.close();
    if (places === 0) await rm(part, { force: true });
  }
  if (places === 0) return;
  await rename(part, spooledPath(folder, importId));
  await flushFolder(folder);
};
