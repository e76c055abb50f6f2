/** Reads a JSON file that a person named on the command line. */

import { readFile, stat } from 'node:fs/promises';
import { UsageError } from './usage-error.ts';

/** Settings and tapes are written by people or small programs; more is the wrong file. */
const jsonBytesMax = 256 * 1024 * 1024;

/** The file's content, parsed. Throws {@link UsageError} with the place of a syntax error. */
export const readJsonFile = async (option: string, path: string): Promise<unknown> => {
  let text: string;
  try {
    const { size } = await stat(path);
    if (size > jsonBytesMax)
      throw new UsageError(
        'file-too-large',
        `${option} ${path} has ${Math.round(size / 1e6)} MB.`,
        'Give a JSON file of at most 256 MB.',
      );
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'; // fs rejects with ErrnoException
    throw new UsageError(
      'file-unreadable',
      `${option}: ${path} ${missing ? 'does not exist' : `can't be read: ${(error as Error).message}`}.`,
      'Check the path.',
      { cause: error },
    );
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new UsageError(
      'file-json',
      `${option}: ${path} is not JSON: ${(error as Error).message}.`,
      'Check the file with a JSON editor.',
      { cause: error },
    ); // JSON.parse throws SyntaxError
  }
};

/** The value of an object's own field, undefined for everything else. */
export const fieldOf = (value: unknown, field: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, field)
    ? (value as Readonly<Record<string, unknown>>)[field]
    : undefined;
