/** How much the cache holds, and how it stays within its bounds: what was not used for longest goes first. */

import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface CacheBounds {
  readonly bytesMax: number;
  readonly filesMax: number;
}

/** Half a gigabyte is a hundred thousand members of searches; the files can be looked through in some 10 ms. */
export const cacheBounds: CacheBounds = { bytesMax: 512 * 2 ** 20, filesMax: 2_000 };

/** Shares of the bounds to which an overfull cache is brought back, so that not every run has to clear up. */
const shareLeft = 0.8;

export interface CacheSize {
  readonly files: number;
  readonly bytes: number;
}

interface CacheFile {
  readonly drawer: string;
  readonly path: string;
  readonly bytes: number;
  readonly usedAt: number;
}

/** What the folder holds; nothing when there is no such folder. */
export const cacheSize = async (folder: string): Promise<CacheSize> => sumOf(await filesOf(folder));

/** Removes the files that were not used for longest, until the cache is well within its bounds. */
export const removeOldest = async (
  folder: string,
  { bytesMax, filesMax }: CacheBounds = cacheBounds,
): Promise<void> => {
  const files = (await filesOf(folder)).sort((a, b) => a.usedAt - b.usedAt);
  let { files: count, bytes } = sumOf(files);
  if (bytes <= bytesMax && count <= filesMax) return;
  for (const file of files) {
    if (bytes <= bytesMax * shareLeft && count <= filesMax * shareLeft) break;
    await removeFile(file);
    bytes -= file.bytes;
    count--;
  }
};

/** Removes everything that the cache has put into its folder, and nothing else; returns what that was. */
export const clearCache = async (folder: string): Promise<CacheSize> => {
  const files = await filesOf(folder);
  for (const file of files) await removeFile(file);
  return sumOf(files);
};

const sumOf = (files: readonly CacheFile[]): CacheSize => ({
  files: files.length,
  bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
});

const removeFile = async ({ drawer, path }: CacheFile): Promise<void> => {
  await rm(path, { force: true });
  await rmdir(drawer).catch(() => undefined); // while it holds more it stays
};

/** Files of the cache by the form of their names; whatever else lies there is somebody else's. */
const filesOf = async (folder: string): Promise<CacheFile[]> => {
  const drawers = (await namesIn(folder)).filter((name) => /^[0-9a-f]{32}$/.test(name));
  const perDrawer = await Promise.all(
    drawers.map(async (name) => {
      const drawer = join(folder, name);
      const own = (await namesIn(drawer)).filter((each) => /^[0-9a-f]{32}(-[0-9a-f]{16})?\.(run|members)/.test(each));
      return Promise.all(
        own.map(async (each): Promise<CacheFile[]> => {
          const path = join(drawer, each);
          const found = await stat(path).catch(() => null); // removed meanwhile by another process
          return found === null ? [] : [{ drawer, path, bytes: found.size, usedAt: found.mtimeMs }];
        }),
      );
    }),
  );
  return perDrawer.flat(2);
};

const namesIn = async (folder: string): Promise<readonly string[]> => readdir(folder).catch(() => []); // no folder: no names
