/** A file of the cache: written whole or not at all, and read only when every byte is as it was written. */

import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Where a file stands: a drawer holds what differs in prices alone. */
export interface KeptPlace {
  readonly folder: string;
  readonly drawer: string;
  readonly name: string;
}

/** Raised when files of an older form can't be read any more; theirs then count as damaged. */
const form = 'xtrading result 1\n';
const digestBytes = 32;
const headBytes = form.length + digestBytes;

/** Writes beside the place first and then renames: who reads meanwhile sees the old file or none. Rejects as `node:fs` does. */
export const writeKept = async (place: KeptPlace, content: Uint8Array): Promise<void> => {
  const path = pathOf(place);
  const draft = `${path}.${randomBytes(6).toString('hex')}.part`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 }); // results are nobody else's business
  try {
    await writeFile(draft, Buffer.concat([Buffer.from(form), digestOf(place, content), content]), { mode: 0o600 });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
};

/** The content, now the last to be thrown away; null where there is none. What is damaged is removed, to be made again. */
export const readKept = async (place: KeptPlace): Promise<Uint8Array | null> => {
  const path = pathOf(place);
  const bytes = await readFile(path).catch(() => null); // away, or not to be read: made again
  if (bytes === null) return null;
  const content = bytes.subarray(headBytes);
  const isWhole =
    bytes.length >= headBytes &&
    bytes.toString('latin1', 0, form.length) === form &&
    digestOf(place, content).equals(bytes.subarray(form.length, headBytes));
  if (!isWhole) {
    await rm(path, { force: true }).catch(() => undefined); // in a folder that is read-only it stays, and stays unread
    return null;
  }
  const now = new Date();
  await utimes(path, now, now).catch(() => undefined); // removed meanwhile by another process: its content is here
  return content;
};

/** Over the place as well: a file that was moved or renamed is not what its name says. */
const digestOf = ({ drawer, name }: KeptPlace, content: Uint8Array): Buffer =>
  createHash('sha256').update(`${drawer}/${name}\n`).update(content).digest();

const pathOf = ({ folder, drawer, name }: KeptPlace): string => join(folder, drawer, name);
