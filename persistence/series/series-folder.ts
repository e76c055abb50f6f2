/**
 * The folder in which series are kept, within bounds: those that were not used for longest go first.
 * Several processes may share it; what is there is looked up each time, and files tell by their own
 * time when they were used.
 */

import { createHash } from 'node:crypto';
import { mkdir, opendir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

/** Looking through as many takes a tenth of a second, beside what else happens. */
const entriesMaxUsual = 4_000;

/** Nobody writes that long at a file: who began it is gone. */
const draftMsMax = 10 * 60_000;

const names = /^[0-9a-f]{64}\.bars(\.[0-9a-f]{12}\.part)?$/;

interface FoundFile {
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds UTC. */
  readonly usedAt: number;
  readonly isDraft: boolean;
}

export class SeriesFolder {
  readonly path: string;
  readonly bytesMax: number;
  readonly #entriesMax: number;
  /** When it was last looked through. */
  #bytes = 0;
  #entries = 0;

  constructor(path: string, bounds: { readonly bytesMax: number; readonly entriesMax?: number }) {
    this.path = path;
    this.bytesMax = bounds.bytesMax;
    this.#entriesMax = bounds.entriesMax ?? entriesMaxUsual;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get entries(): number {
    return this.#entries;
  }

  /** Where a series stands, whatever its key has in it. */
  pathOf(key: string): string {
    return join(this.path, `${createHash('sha256').update(key).digest('hex')}.bars`);
  }

  /**
   * Removes what was not used for longest until as much may be added. False: there is no room, even so.
   * Makes the folder where it is not there: anybody may delete it. Rejects as `node:fs` does.
   * Processes that share the folder may add at the same moment: each looks again when it has.
   */
  async makeRoom(wanted: { readonly bytes: number; readonly entries: number }, now: number): Promise<boolean> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    const files = await this.#look();
    let bytes = wanted.bytes;
    let entries = wanted.entries;
    for (const file of files) {
      bytes += file.bytes;
      entries += 1;
    }
    const isOver = (): boolean => bytes > this.bytesMax || entries > this.#entriesMax;
    for (const { path, ...file } of files.toSorted((a, b) => a.usedAt - b.usedAt)) {
      const isLeftOver = file.isDraft && file.usedAt < now - draftMsMax;
      // Drafts of others are becoming files, or are left over one day.
      if (file.isDraft ? !isLeftOver : !isOver()) continue;
      await rm(path, { force: true });
      bytes -= file.bytes;
      entries -= 1;
    }
    this.#bytes = bytes - wanted.bytes;
    this.#entries = entries - wanted.entries;
    return !isOver();
  }

  /** It is now the last to go. */
  async touch(path: string, now: number): Promise<void> {
    await utimes(path, now / 1_000, now / 1_000);
  }

  /** In a folder that is read-only it stays, and is not given out. */
  async remove(path: string): Promise<void> {
    await rm(path, { force: true }).catch(() => undefined);
  }

  async #look(): Promise<readonly FoundFile[]> {
    const files: FoundFile[] = [];
    for await (const { name } of await opendir(this.path)) {
      if (!names.test(name)) continue;
      const path = join(this.path, name);
      const found = await stat(path).catch(() => null); // another process has removed it
      if (found === null || !found.isFile()) continue;
      files.push({ path, bytes: found.size, usedAt: found.mtimeMs, isDraft: name.endsWith('.part') });
    }
    return files;
  }
}
