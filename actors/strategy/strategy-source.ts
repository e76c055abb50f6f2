/** What a strategy may be called and consist of: bounds that keep a commit small and its names safe on any machine. */

import type { SourceFiles } from '#ports';
import type { StrategyRefusal } from './strategy-messages.ts';

/** One strategy with its own helpers; libraries belong elsewhere. */
const filesMax = 64;
/** Of all files together: thousands of lines, and still a light event. */
const sourceBytesMax = 1024 * 1024;
const pathLengthMax = 200;
const foldersDeepMax = 8;
const nameLengthMax = 100;
const descriptionLengthMax = 2_000;
const messageLengthMax = 2_000;
const tagsMax = 16;
const tagLengthMax = 32;

const refusal = (field: string, message: string, remedy: string): StrategyRefusal => ({
  code: 'strategy-source',
  field,
  message,
  remedy,
});

/** No dots, dashes or tildes in front: `.git`, `..` and `-rf` are no names here. */
const segmentPattern = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;

/** Why the files can't be kept; null when they can. */
export const refuseSource = ({ files, entry }: SourceFiles): StrategyRefusal | null => {
  const paths = Object.keys(files);
  if (paths.length === 0 || paths.length > filesMax)
    return refusal(
      '/source/files',
      `The strategy has ${paths.length} files.`,
      `Give at least one and at most ${filesMax}.`,
    );
  for (const path of paths) {
    const problem = refusePath(path, files);
    if (problem !== null) return problem;
  }
  if (!Object.hasOwn(files, entry) || !/\.(ts|js|mts|mjs)$/.test(entry))
    return refusal(
      '/source/entry',
      `The entry "${entry.slice(0, pathLengthMax)}" is none of the files, or no TypeScript or JavaScript.`,
      `Name the file that has the strategy as its default export: one of ${paths.slice(0, 5).join(', ')}.`,
    );
  return refuseTexts(files);
};

const refusePath = (path: string, files: SourceFiles['files']): StrategyRefusal | null => {
  const segments = path.split('/');
  if (
    path.length > pathLengthMax ||
    segments.length > foldersDeepMax ||
    !segments.every((segment) => segmentPattern.test(segment) && segment !== '__proto__')
  )
    return refusal(
      `/source/files/${escapePointer(path.slice(0, pathLengthMax))}`,
      `"${path.slice(0, pathLengthMax)}" is no name for a file.`,
      `Use letters, digits, "_", "-" and "." (not in front), folders parted by "/", at most ${foldersDeepMax} deep and ${pathLengthMax} characters.`,
    );
  const folder = segments
    .slice(0, -1)
    .findIndex((_, depth) => Object.hasOwn(files, segments.slice(0, depth + 1).join('/')));
  return folder < 0
    ? null
    : refusal(
        `/source/files/${escapePointer(path)}`,
        `"${segments.slice(0, folder + 1).join('/')}" is both a file and a folder.`,
        'Rename one of them.',
      );
};

const refuseTexts = (files: SourceFiles['files']): StrategyRefusal | null => {
  let bytes = 0;
  for (const [path, text] of Object.entries(files)) {
    if (!text.isWellFormed())
      return refusal(
        `/source/files/${escapePointer(path)}`,
        `"${path}" holds half of a character and can not be written as UTF-8.`,
        'Save it again as UTF-8.',
      );
    bytes += Buffer.byteLength(text);
  }
  return bytes > sourceBytesMax
    ? refusal(
        '/source/files',
        `The files have ${bytes} bytes together.`,
        `Keep them within ${sourceBytesMax}: data belong into imports, not into the source.`,
      )
    : null;
};

const escapePointer = (path: string): string => path.replaceAll('~', '~0').replaceAll('/', '~1');

interface Details {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly tags?: readonly string[] | undefined;
}

/** Why the texts about a strategy can't be kept; null when they can. */
export const refuseDetails = ({ name, description = '', tags = [] }: Details): StrategyRefusal | null => {
  if (name !== undefined && (name.length === 0 || name.length > nameLengthMax || !isPrintable(name)))
    return refusal(
      '/name',
      `A name of ${name.length} characters, or with characters that can not be seen, is not possible.`,
      `Give 1 to ${nameLengthMax} printable characters.`,
    );
  if (description.length > descriptionLengthMax)
    return refusal(
      '/description',
      `The description has ${description.length} characters.`,
      `Keep it within ${descriptionLengthMax}.`,
    );
  if (tags.length > tagsMax || tags.some((tag) => tag.length === 0 || tag.length > tagLengthMax || !isPrintable(tag)))
    return refusal(
      '/tags',
      'There are too many tags, or one of them is empty or too long.',
      `Give at most ${tagsMax}, each of 1 to ${tagLengthMax} printable characters.`,
    );
  return null;
};

/** Also what Git can not write: half a character. */
const isPrintable = (text: string): boolean => text.isWellFormed() && !/\p{C}/u.test(text);

/** A commit's message without what Git or a terminal would stumble over; `otherwise` when nothing is left. */
export const cleanMessage = (message: string, otherwise: string): string =>
  message
    .toWellFormed()
    .replaceAll('\r\n', '\n')
    .replaceAll(/[^\P{Cc}\n]/gu, ' ')
    .trim()
    .slice(0, messageLengthMax)
    .toWellFormed()
    .trim() || otherwise;
