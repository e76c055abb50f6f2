import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startPostgres } from '#test/servers';
import type { PostgresServer } from '#test/servers';
import type { Importer, ImportKey, ImportOutcome, ImportRequest } from '#ports';
import { openSharedSpool } from './shared-spool.ts';
import type { SharedSpool } from './shared-spool.ts';
import { spooledPath } from './spool.ts';

let server: PostgresServer;
let url: string;
let folder: string;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  url = await server.database();
  folder = await mkdtemp(join(tmpdir(), 'xtrading-shared-spool-'));
});

const key: ImportKey = { owner: 'u1', symbol: 'GOOG', interval: null };
// oxlint-disable-next-line typescript/require-await -- a body arrives in its own time
const bodyOf = async function* (...parts: readonly (string | Buffer)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
};

const done: ImportOutcome = { ok: false, reason: 'as the test wants it', rejectedRows: [] };
const requestOf = (importId: string): ImportRequest => ({
  importId,
  symbol: 'GOOG',
  interval: null,
  fileName: 'prices.csv',
  skipBad: false,
  signal: new AbortController().signal,
  onProgress: () => {},
});

/** A spool of one node, and the contents that it imported. */
const spoolOf = async (options: { readonly bytesMax?: number } = {}) => {
  const own = await mkdtemp(join(folder, 'node-'));
  const imported: Buffer[] = [];
  const local: Importer = {
    run: async ({ importId }) => {
      imported.push(await readFile(spooledPath(own, importId)));
      return done;
    },
    discard: (importId) => rm(spooledPath(own, importId), { force: true }),
  };
  const spool: SharedSpool = await openSharedSpool({ url, folder: own, local, ...options });
  return { spool, imported, own };
};

const count = async (sql: string): Promise<number> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ readonly count: string }>(sql);
    return Number(rows[0]?.count);
  } finally {
    await client.end();
  }
};

describe('uploads that every node finds', () => {
  test('are imported on another node than the one that took them, byte by byte', async () => {
    const [one, other] = [await spoolOf(), await spoolOf()];
    const content = randomBytes(3 * 1024 * 1024 + 7);
    const cut = [content.subarray(0, 10), content.subarray(10, 2_500_000), content.subarray(2_500_000)];
    const received = await one.spool.receive(key, bodyOf(...cut));
    if (received.type !== 'spooled') throw new Error('It is not too large.');
    expect(received.bytes).toBe(content.length);
    expect(await other.spool.list()).toMatchObject([{ importId: received.importId }]);
    expect(await other.spool.run(requestOf(received.importId))).toEqual(done);
    expect(other.imported[0]?.equals(content)).toBe(true);
    // The copy is gone; the content stays until it is discarded, for an import that is done again.
    expect(await readdir(other.own)).toEqual([]);
    await one.spool.discard(received.importId);
    expect(await other.spool.list()).toEqual([]);
    expect(await count('SELECT count(*) FROM data.upload_part')).toBe(0);
    await Promise.all([one.spool.close(), other.spool.close()]);
  });

  test('are there once, however often and at once they come', async () => {
    const { spool } = await spoolOf();
    const all = await Promise.all(Array.from({ length: 5 }, () => spool.receive(key, bodyOf('a', 'bc'))));
    expect(new Set(all.map((one) => (one.type === 'spooled' ? one.importId : ''))).size).toBe(1);
    expect(await count('SELECT count(*) FROM data.upload')).toBe(1);
    expect(await spool.receive({ ...key, owner: 'u2' }, bodyOf('abc'))).not.toEqual(all[0]);
    await spool.close();
  });

  test('leave nothing of a body that breaks off, or is too large', async () => {
    const { spool } = await spoolOf({ bytesMax: 4 });
    // oxlint-disable-next-line typescript/require-await -- a body arrives in its own time
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('abc');
      throw new Error('broken off');
    };
    await expect(spool.receive(key, broken())).rejects.toThrow('broken off');
    expect(await spool.receive(key, bodyOf('abc', 'de'))).toEqual({ type: 'too-large', bytesMax: 4 });
    expect(await count('SELECT count(*) FROM data.upload')).toBe(0);
    await spool.close();
  });

  test('are cleared away when nobody has written them for an hour, and not before', async () => {
    const { spool } = await spoolOf();
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query(`INSERT INTO data.upload (id, written_at) VALUES
      ('old', clock_timestamp() - interval '61 minutes'), ('new', clock_timestamp() - interval '59 minutes')`);
    await client.end();
    expect(await spool.list()).toEqual([]);
    expect(await count("SELECT count(*) FROM data.upload WHERE id = 'new'")).toBe(1);
    expect(await count('SELECT count(*) FROM data.upload')).toBe(1);
    await spool.close();
  });

  test('may be empty', async () => {
    const { spool, imported } = await spoolOf();
    const received = await spool.receive(key, bodyOf());
    if (received.type !== 'spooled') throw new Error('It is not too large.');
    await spool.run(requestOf(received.importId));
    expect(imported).toEqual([Buffer.alloc(0)]);
    await spool.close();
  });
});
