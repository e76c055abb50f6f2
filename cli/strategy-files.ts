/** Reads a strategy's file, and the files of its folder that it may import. */

import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import type { StrategySource } from '#sandbox';
import { UsageError } from './usage-error.ts';

/** A strategy's folder is small; a folder with more source files than this is somebody's whole project. */
const filesMax = 100;
const importPattern = /\b(?:from|import)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]/g;

/** The strategy and what it imports, directly or by way of others, by path from its own folder. */
export const readStrategyFiles = async (path: string): Promise<StrategySource> => {
  const folder = dirname(path);
  const entry = basename(path);
  const files: Record<string, string> = {};
  const pending = [path];
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    const name = relative(folder, file).split(sep).join('/');
    if (Object.hasOwn(files, name)) continue;
    const text = await readSource(file, file === path);
    if (text === null) continue; // the compiler names the import that leads nowhere, with its line
    files[name] = text;
    if (Object.keys(files).length > filesMax)
      throw new UsageError(
        'file-too-large',
        `The strategy imports more than ${filesMax} files.`,
        'Keep a strategy to a few files.',
      );
    for (const [, specifier] of text.matchAll(importPattern)) {
      const target = join(dirname(file), specifier ?? '');
      // What lies outside the strategy's folder stays outside.
      if (!relative(folder, target).startsWith('..')) pending.push(target);
    }
  }
  return { entry, files };
};

const readSource = async (file: string, isEntry: boolean): Promise<string | null> => {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (!isEntry) return null;
    throw await explained(file, error as NodeJS.ErrnoException); // fs rejects with ErrnoException
  }
};

const explained = async (file: string, error: NodeJS.ErrnoException): Promise<UsageError> => {
  if (error.code === 'EISDIR')
    return new UsageError(
      'file-unreadable',
      `${file} is a folder.`,
      'Name the strategy file in it, such as strategy.ts.',
      { cause: error },
    );
  if (error.code !== 'ENOENT')
    return new UsageError(
      'file-unreadable',
      `${file} can't be read: ${error.message}.`,
      'Check the file and its permissions.',
      { cause: error },
    );
  const siblings = await readdir(dirname(file)).catch(() => [] as string[]); // no folder: no siblings to name
  const sources = siblings.filter((name) => /\.(ts|js|mts|mjs)$/.test(name)).slice(0, 8);
  return new UsageError(
    'file-unreadable',
    `The strategy ${file} does not exist.`,
    sources.length > 0
      ? `In that folder there are ${sources.join(', ')}.`
      : 'Check the path; xtrading init makes a folder to start from.',
    { cause: error },
  );
};
