/** Mail as files, for installations without a mail server: whoever runs them opens the file, or hands it on. */

import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mail } from '#ports';

export interface MailFolderOptions {
  /** Made when it is not there; mails may hold secrets, so it is for its owner alone. */
  readonly folder: string;
  readonly from: string;
  /** Told the path of each mail that was written. */
  readonly onWritten: (path: string) => void;
}

/** Files that are kept: of more the oldest are removed. */
const filesMax = 1_000;
const suffix = '.eml';

export const openMailFolder = ({ folder, from, onWritten }: MailFolderOptions): Mail => {
  return {
    async send({ to, subject, text }) {
      // Most installations seldom send one, and a start is not to wait for it.
      const { createTransport } = await import('nodemailer');
      const composer = createTransport({ streamTransport: true, buffer: true, newline: 'unix' });
      const { message } = await composer.sendMail({ from, to, subject, text });
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const name = `${new Date().toISOString().replaceAll(/[:.]/g, '-')}-${randomBytes(4).toString('hex')}`;
      const path = join(folder, `${name}${suffix}`);
      // Under its name it is whole.
      const part = join(folder, `${name}.part`);
      await writeFile(part, message, { mode: 0o600, flush: true });
      await rename(part, path);
      onWritten(path);
      await removeOldest(folder);
    },
  };
};

/** Names begin with the time. */
const removeOldest = async (folder: string): Promise<void> => {
  const names = (await readdir(folder)).filter((name) => name.endsWith(suffix)).toSorted();
  for (const name of names.slice(0, -filesMax)) await rm(join(folder, name), { force: true });
};
