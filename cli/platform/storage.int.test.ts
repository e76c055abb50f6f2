import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { embeddedServerOf } from '#test/platform';
import { openDataFolder } from './data-folder.ts';
import { readPlatformSettings } from './platform-settings.ts';
import { openPostgres } from './storage.ts';

const path = mkdtempSync(join(tmpdir(), 'xtrading-storage-'));
afterAll(() => rmSync(path, { recursive: true, force: true }));

test('a stop that comes while a killed Postgres is being started again ends, and leaves no server behind', async () => {
  const postgres = await openPostgres(readPlatformSettings({ XTRADING_DATA: path }), await openDataFolder(path));
  const { service } = postgres;
  if (service === null) throw new Error('an embedded server has a service');
  const first = new AbortController();
  const watching = service.run({
    signal: first.signal,
    started: () => process.kill(embeddedServerOf(path).pid, 'SIGKILL'),
  });
  await expect(watching).rejects.toThrow(/terminat/);
  const stopping = new AbortController();
  const again = service.run({ signal: stopping.signal, started: () => {} });
  stopping.abort();
  await again;
  const pidFile = join(path, 'postgres', 'cluster', 'postmaster.pid');
  expect(existsSync(pidFile)).toBe(true);
  await postgres.stop();
  expect(existsSync(pidFile)).toBe(false);
});
