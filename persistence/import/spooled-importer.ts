/** Imports what lies in the spool, one file after the other. */

import { rm } from 'node:fs/promises';
import type { History, Importer, SpoolContents } from '#ports';
import { spooledContents, spooledPath } from './spool.ts';

export interface SpooledImporterOptions {
  /** The spool's. */
  readonly folder: string;
  readonly history: History;
}

/** One import at a time: one keeps the disk busy. The memory that it takes does not grow with the file. */
export const spooledImporter = ({ folder, history }: SpooledImporterOptions): Importer & SpoolContents => {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run: (request) => {
      const turn = last.then(async () => {
        request.signal.throwIfAborted();
        // Loaded with the first import: a start is not to wait for it.
        const { importFile } = await import('./import-file.ts');
        return await importFile(folder, request, history);
      });
      // The next one waits for the end of this one, however it ends; who asked hears how.
      last = turn.catch(() => {});
      return turn;
    },
    discard: (importId) => rm(spooledPath(folder, importId), { force: true }),
    list: () => spooledContents(folder),
  };
};
