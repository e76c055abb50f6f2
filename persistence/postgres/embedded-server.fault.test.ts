import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openEmbeddedPostgres } from './embedded-server.ts';
import type { EmbeddedPostgres } from './embedded-server.ts';

/** Making a cluster takes longer than all else: the tests share one, and leave it stopped. */
let folder: string;
let opened: EmbeddedPostgres[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'xtrading-embedded-'));
  // As a program leaves it that was killed while it made a cluster.
  mkdirSync(join(folder, 'making-x'));
  writeFileSync(join(folder, 'making-x', 'PG_VERSION'), '');
  await (await openEmbeddedPostgres({ dataFolder: folder })).stop();
});
afterEach(async () => {
  for (const server of opened) await server.stop();
  opened = [];
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open = async (dataFolder = folder): Promise<EmbeddedPostgres> => {
  const server = await openEmbeddedPostgres({ dataFolder });
  opened.push(server);
  return server;
};

const ask = async (url: string, sql: string): Promise<unknown[]> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows.flatMap((row) => Object.values(row));
  } finally {
    await client.end();
  }
};

/** Opens the server in a process of its own, which then waits to be killed. */
const openElsewhere = async (): Promise<{ pid: number; kill: () => Promise<void> }> => {
  const source = `import { openEmbeddedPostgres } from ${JSON.stringify(import.meta.resolve('./embedded-server.ts'))};
    const { pid } = await openEmbeddedPostgres({ dataFolder: ${JSON.stringify(folder)} });
    console.log(pid);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    pid: Number(line.toString()),
    async kill() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
};

describe('the embedded server', () => {
  test('keeps what was written over a stop and over a kill, and says when it is gone', async () => {
    const first = await open();
    await ask(first.url, 'CREATE TABLE kept (value integer)');
    await ask(first.url, 'INSERT INTO kept VALUES (1)');
    await first.stop();
    expect(await first.lost).toBe(null);
    const second = await open();
    await ask(second.url, 'INSERT INTO kept VALUES (2)');
    process.kill(second.pid, 'SIGKILL');
    expect(await second.lost).toBeInstanceOf(Error);
    const third = await open();
    expect(await ask(third.url, 'SELECT value FROM kept ORDER BY 1')).toEqual([1, 2]);
    opened = [third];
  });

  test('is durable, and reachable through its socket alone', async () => {
    const { url } = await open();
    expect(await ask(url, 'SHOW fsync')).toEqual(['on']);
    expect(await ask(url, 'SHOW synchronous_commit')).toEqual(['on']);
    expect(await ask(url, 'SHOW listen_addresses')).toEqual(['']);
  });

  test('outlives a program that is killed, and serves the next one', async () => {
    const killed = await openElsewhere();
    await killed.kill();
    expect((await open()).pid).toBe(killed.pid);
  });

  test('serves one program at a time, and tells the second which one', async () => {
    await open();
    await expect(openEmbeddedPostgres({ dataFolder: folder })).rejects.toMatchObject({
      code: 'database-in-use',
      message: expect.stringContaining(`process ${process.pid}`),
    });
  });

  test('starts although its number has gone to another program, as after a restart of the machine', async () => {
    const stale = [process.pid, join(folder, 'cluster'), 1, 5432, join(folder, 'socket'), '', '', 'ready'];
    writeFileSync(join(folder, 'cluster', 'postmaster.pid'), stale.join('\n'));
    await open();
  });

  test('starts although its number has gone to the Postgres of somebody else, and is not taken for it in a copy', async () => {
    const other = await open();
    const copy = join(folder, 'copy');
    cpSync(join(folder, 'cluster'), join(copy, 'cluster'), { recursive: true });
    for (const lines of [8, 4]) {
      // Whole, and as a server leaves it that was killed while it began.
      const numbers = readFileSync(join(folder, 'cluster', 'postmaster.pid'), 'utf8')
        .split('\n')
        .slice(0, lines);
      writeFileSync(join(copy, 'cluster', 'postmaster.pid'), numbers.join('\n'));
      const { pid, stop } = await open(copy);
      expect(pid).not.toBe(other.pid);
      await stop();
      opened = [other];
    }
  });

  test('starts although a server was killed before it had written its number', async () => {
    writeFileSync(join(folder, 'cluster', 'postmaster.pid'), '');
    await open();
  });

  test('ends a former server that does not answer any more, and says what it waits for', async () => {
    const frozen = await openElsewhere();
    process.kill(frozen.pid, 'SIGSTOP');
    await frozen.kill();
    const waits: string[] = [];
    const server = await openEmbeddedPostgres({
      dataFolder: folder,
      onWait: (what) => waits.push(what),
      unansweredMsMax: 0,
    });
    opened.push(server);
    expect(server.pid).not.toBe(frozen.pid);
    expect(waits[0]).toBe(`an answer of Postgres (process ${frozen.pid})`);
  }, 60_000);

  test('waits for a former server that stops, and starts it then', async () => {
    const left = await openElsewhere();
    await left.kill();
    process.kill(left.pid, 'SIGINT');
    const { pid, url } = await open();
    expect(pid).not.toBe(left.pid);
    expect(await ask(url, 'SELECT 1')).toEqual([1]);
  });

  test('starts in a folder whose path is too long for a socket', async () => {
    const deep = join(folder, 'a-folder-of-a-long-name'.repeat(5));
    cpSync(join(folder, 'cluster'), join(deep, 'cluster'), { recursive: true });
    const { url } = await open(deep);
    expect(await ask(url, 'SELECT 1')).toEqual([1]);
  });

  test('is made in a folder aside, so that a kill meanwhile leaves nothing half made', () => {
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(['cluster', 'making-x']));
  });

  test('refuses data of another version in one line, with a remedy', async () => {
    const old = join(folder, 'old');
    mkdirSync(join(old, 'cluster'), { recursive: true });
    writeFileSync(join(old, 'cluster', 'PG_VERSION'), '9.6\n');
    await expect(openEmbeddedPostgres({ dataFolder: old })).rejects.toMatchObject({
      code: 'database-version',
      message: expect.stringMatching(/^.*Postgres 9\.6.*$/),
      remedy: expect.stringContaining('Export'),
    });
  });

  test.each([
    {
      when: 'its settings are broken',
      says: 'postgresql.conf',
      damage: (cluster: string) => writeFileSync(join(cluster, 'postgresql.conf'), 'no_such_setting = 1\n'),
    },
    {
      when: 'its log is broken',
      says: 'checkpoint record',
      damage: (cluster: string) => {
        for (const file of readdirSync(join(cluster, 'pg_wal')))
          rmSync(join(cluster, 'pg_wal', file), { recursive: true });
        mkdirSync(join(cluster, 'pg_wal', 'archive_status'));
      },
    },
  ])('says why it can’t start when $when', async ({ says, damage }) => {
    const broken = mkdtempSync(join(folder, 'broken-'));
    cpSync(join(folder, 'cluster'), join(broken, 'cluster'), { recursive: true });
    damage(join(broken, 'cluster'));
    await expect(openEmbeddedPostgres({ dataFolder: broken })).rejects.toMatchObject({
      code: 'database-start',
      message: expect.stringContaining(says),
    });
  });
});
