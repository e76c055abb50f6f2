import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ImportKey } from '#ports';
import { openSpool, spooledContents, spooledPath } from './spool.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xtrading-spool-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const key: ImportKey = { owner: 'u1', symbol: 'GOOG', interval: null };
// oxlint-disable-next-line typescript/require-await -- a body arrives in its own time
const bodyOf = async function* (...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
};

describe('a spool', () => {
  test('keeps a body under an id of its content and key', async () => {
    const spool = await openSpool({ folder: join(folder, 'new', 'spool') });
    const received = await spool.receive(key, bodyOf('time,', 'close\n', '1,2\n'));
    if (received.type !== 'spooled') throw new Error('It is not too large.');
    expect(received.importId).toMatch(/^[0-9a-f]{32}$/);
    expect(received.bytes).toBe(15);
    expect(await readFile(spooledPath(join(folder, 'new', 'spool'), received.importId), 'utf8')).toBe(
      'time,close\n1,2\n',
    );
  });

  test('gives the same content the same id however it is cut, and another for another key', async () => {
    const spool = await openSpool({ folder });
    const first = await spool.receive(key, bodyOf('abc'));
    expect(await spool.receive(key, bodyOf('a', 'bc'))).toEqual(first);
    expect(await readdir(folder)).toHaveLength(1);
    for (const other of [{ ...key, owner: 'u2' }, { ...key, symbol: 'MSFT' }, { ...key, interval: '1d' } as const])
      expect(await spool.receive(other, bodyOf('abc'))).not.toEqual(first);
  });

  test('takes no more than it may, and leaves nothing of it', async () => {
    const spool = await openSpool({ folder, bytesMax: 4 });
    expect(await spool.receive(key, bodyOf('abc', 'de'))).toEqual({ type: 'too-large', bytesMax: 4 });
    expect(await readdir(folder)).toEqual([]);
    expect(await spool.receive(key, bodyOf('abcd'))).toMatchObject({ type: 'spooled', bytes: 4 });
  });

  test('leaves nothing of a body that breaks off', async () => {
    const spool = await openSpool({ folder });
    // oxlint-disable-next-line typescript/require-await -- a body arrives in its own time
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('abc');
      throw new Error('broken off');
    };
    await expect(spool.receive(key, broken())).rejects.toThrow('broken off');
    expect(await readdir(folder)).toEqual([]);
  });

  test('clears away what a former process did not finish, and keeps what it did', async () => {
    const finished = await (await openSpool({ folder })).receive(key, bodyOf('abc'));
    await writeFile(join(folder, 'left-over.part'), 'ab');
    await openSpool({ folder });
    expect(await readdir(folder)).toEqual([finished.type === 'spooled' ? finished.importId : null]);
  });

  test('tells what lies in it and since when', async () => {
    const before = Date.now();
    const received = await (await openSpool({ folder })).receive(key, bodyOf('abc'));
    await writeFile(join(folder, 'under-way.part'), 'ab');
    const [content, ...others] = await spooledContents(folder);
    expect(others).toEqual([]);
    expect(content?.importId).toBe(received.type === 'spooled' ? received.importId : null);
    // File systems keep times a little coarser than the clock.
    expect(Math.abs((content?.since ?? 0) - before)).toBeLessThan(60_000);
  });
});
