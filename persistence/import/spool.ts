/** Where uploaded files of prices wait for their import: a folder, each content under the id of its import. */

import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImportKey, ImportSpool } from '#ports';

/** Decades of minutes of one symbol; what is larger is several files. */
export const bodyBytesMax = 2 * 1024 * 1024 * 1024;

/** Hex digits of an import's id: 128 bits of a hash. */
const idLength = 32;

/** Ends the names of uploads under way. */
export const partSuffix = '.part';

export interface SpoolOptions {
  /** Made when it is not there; no other process uses it. */
  readonly folder: string;
  readonly bytesMax?: number;
}

/** Where the content of an import lies. */
export const spooledPath = (folder: string, importId: string): string => join(folder, importId);

/** Where the rows of an import may be put in order meanwhile; what is left there is cleared away as an upload under way is. */
export const spooledAside = (folder: string, importId: string): string => join(folder, `${importId}${partSuffix}`);

/** The complete contents, each with the time at which it came. */
export const spooledContents = async (
  folder: string,
): Promise<readonly { readonly importId: string; readonly since: number }[]> => {
  const found = [];
  for (const name of await readdir(folder)) {
    if (name.endsWith(partSuffix)) continue;
    const facts = await stat(spooledPath(folder, name), { throwIfNoEntry: false });
    // Discarded since the folder was read.
    if (facts !== undefined) found.push({ importId: name, since: facts.mtimeMs });
  }
  return found;
};

/** Opens the spool, and clears away the uploads that a former process did not finish: nobody was told of them. */
export const openSpool = async ({ folder, bytesMax = bodyBytesMax }: SpoolOptions): Promise<ImportSpool> => {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder))
    if (name.endsWith(partSuffix)) await rm(join(folder, name), { force: true });
  return {
    receive: async (key, body) => {
      const part = join(folder, `${randomUUID()}${partSuffix}`);
      try {
        const written = await writePart(part, body, bytesMax);
        if (written === null) return { type: 'too-large', bytesMax };
        const importId = importIdOf(written.contentHash, key);
        await rename(part, spooledPath(folder, importId));
        await flushFolder(folder);
        return { type: 'spooled', importId, bytes: written.bytes };
      } finally {
        // Gone already when it was renamed.
        await rm(part, { force: true });
      }
    },
  };
};

/** Null when there is more than may be; what has been written then is the caller's to remove. */
const writePart = async (
  path: string,
  body: AsyncIterable<Uint8Array>,
  bytesMax: number,
): Promise<{ readonly contentHash: string; readonly bytes: number } | null> => {
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await open(path, 'wx');
  try {
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > bytesMax) return null;
      hash.update(chunk);
      await file.appendFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { contentHash: hash.digest('hex'), bytes };
};

/** The same content with the same key has the same. */
export const importIdOf = (contentHash: string, { owner, symbol, interval }: ImportKey): string =>
  createHash('sha256')
    .update(JSON.stringify([contentHash, symbol, interval, owner]))
    .digest('hex')
    .slice(0, idLength);

/** A rename is on the disk when its folder is. */
export const flushFolder = async (folder: string): Promise<void> => {
  const handle: FileHandle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
