/** What a strategy's files may import: the strategy API, and each other. */

import { failure } from './failure.ts';
import type { SandboxFailure, SourcePosition } from './failure.ts';
import { compileFailure, SourceRefused } from './strategy-source.ts';
import type { StrategySource } from './strategy-source.ts';

const specifierOfDoor = 'xtrading/strategy';

/** The project's file that an import means, or null for the strategy API. Throws {@link SourceRefused} for anything else. */
export const resolveImport = (specifier: string, from: string, source: StrategySource): string | null => {
  if (specifier === specifierOfDoor) return null;
  const text = source.files[from] ?? '';
  const position = positionOfImport(from, text, specifier);
  if (!/^\.\.?\//.test(specifier)) {
    throw new SourceRefused(
      compileFailure(
        `A strategy can't import "${specifier.slice(0, 200)}".`,
        position,
        text,
        `It can import '${specifierOfDoor}' and files of its own, such as './indicators.ts'.`,
      ),
    );
  }
  const path = joinPath(from, specifier);
  if (path !== null && Object.hasOwn(source.files, path)) return path;
  const names = Object.keys(source.files).filter((name) => name !== from);
  throw new SourceRefused(
    compileFailure(
      `There is no file "${specifier.slice(0, 200)}" beside ${from}.`,
      position,
      text,
      names.length === 0
        ? 'The strategy consists of this one file.'
        : `Its other files are ${names.slice(0, 20).join(', ')}; write the name with its ending.`,
    ),
  );
};

/** Why modules that were found don't fit together: an import of a name that is not exported. */
export const linkFailure = (error: Error, source: StrategySource, doorNames: readonly string[]): SandboxFailure => {
  if (error instanceof SourceRefused) return error.failure;
  const missing = /The requested module '(.+)' (?:does not provide an export named '(.+)'|contains conflicting)/.exec(
    error.message,
  );
  const specifier = missing?.[1] ?? '';
  const name = missing?.[2] ?? '';
  for (const [file, text] of Object.entries(source.files)) {
    const line = text
      .split(/\r\n|\r|\n/)
      .findIndex(
        (candidate) => new RegExp(`\\b${name.replace(/\W/g, '')}\\b`).test(candidate) && !/^\s*\/\//.test(candidate),
      );
    if (missing === null || !text.includes(specifier) || line < 0) continue;
    const column = (text.split(/\r\n|\r|\n/)[line] ?? '').indexOf(name) + 1;
    const remedy =
      specifier === specifierOfDoor
        ? `It exports ${doorNames.join(', ')}; types are imported with import type.`
        : 'Check the spelling; types are imported with import type.';
    return compileFailure(`"${specifier}" has no export "${name}".`, { file, line: line + 1, column }, text, remedy);
  }
  return failure('compile-error', error.message);
};

/** Where an import of this specifier stands: at its opening quote. */
const positionOfImport = (file: string, source: string, specifier: string): SourcePosition | null => {
  const quoted = new RegExp(`['"]${specifier.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}['"]`);
  for (const [i, line] of source.split(/\r\n|\r|\n/).entries()) {
    const column = line.search(quoted);
    if (column >= 0 && /\b(import|from)\b|^\s*\}?\s*['"]/.test(line)) return { file, line: i + 1, column: column + 1 };
  }
  return null;
};

/** Resolves `./x.ts` against the file that imports it; null when it leads out of the project. */
const joinPath = (from: string, specifier: string): string | null => {
  const parts = from.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '.' || part === '') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join('/');
};
