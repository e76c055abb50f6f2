/** Writes the types of `xtrading/strategy` as declaration files, for editors in a strategy project. */

import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { UsageError } from './usage-error.ts';

const root = join(import.meta.dirname, '..');

/** Compiles the door's declarations into `folder`, which is replaced; the door becomes `strategy/index.d.ts`. */
export const writeStrategyTypes = async (folder: string): Promise<void> => {
  const manifest = createRequire(import.meta.url).resolve('typescript/package.json');
  const compiler = join(dirname(manifest), 'bin', 'tsc');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const flags = [
    '--ignoreConfig',
    '--declaration',
    '--emitDeclarationOnly',
    '--stripInternal',
    '--target',
    'esnext',
    '--module',
    'nodenext',
    '--moduleResolution',
    'nodenext',
    '--types',
    '',
    '--strict',
    '--exactOptionalPropertyTypes',
    '--skipLibCheck',
    '--rewriteRelativeImportExtensions',
    '--rootDir',
    join(root, 'domain'),
    '--outDir',
    folder,
  ];
  try {
    await promisify(execFile)(process.execPath, [compiler, ...flags, join(root, 'domain', 'strategy', 'index.ts')], {
      cwd: root,
    });
  } catch (error) {
    const { stdout, message } = error as Error & { readonly stdout?: string }; // execFile rejects with what the compiler printed
    const output = stdout ?? message;
    throw new UsageError(
      'types-failed',
      `The editor types could not be made: ${output.split('\n')[0] ?? ''}`,
      'Run npm ci in the checkout and try again.',
      { cause: error },
    );
  }
};
