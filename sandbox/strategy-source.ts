/** The source of a strategy: one file, or a project of several, and what is wrong with it before it runs. */

import { stripTypeScriptTypes } from 'node:module';
import { codeFrame } from './code-frame.ts';
import { failure } from './failure.ts';
import type { SandboxFailure, SourcePosition } from './failure.ts';
import { sourceBytesMax, sourceFilesMax } from './limits.ts';

/** The files of a strategy by name (`strategy.ts`, `lib/bands.ts`), and which of them is the strategy. */
export interface StrategySource {
  readonly files: Readonly<Record<string, string>>;
  readonly entry: string;
}

/** Thrown while a source is made ready to run; carries what its author is told. */
export class SourceRefused extends Error {
  override readonly name = 'SourceRefused';
  readonly failure: SandboxFailure;

  constructor(refusal: SandboxFailure) {
    super(refusal.message);
    this.failure = refusal;
  }
}

/** Checks the shape and the size of a project. Throws {@link SourceRefused}. */
export const checkSource = ({ files, entry }: StrategySource): void => {
  const names = Object.keys(files);
  if (!Object.hasOwn(files, entry))
    throw new SourceRefused(failure('compile-error', `The strategy's file ${entry} is not among its files.`));
  if (names.length > sourceFilesMax) {
    throw new SourceRefused(
      failure('compile-error', `The strategy has ${names.length} files; at most ${sourceFilesMax} are taken.`),
    );
  }
  let bytes = 0;
  for (const name of names) bytes += Buffer.byteLength(files[name] ?? '');
  if (bytes > sourceBytesMax) {
    throw new SourceRefused(
      failure('compile-error', `The strategy's source has ${bytes} bytes; at most ${sourceBytesMax} are taken.`, {
        remedy: 'Price data and other tables belong in files given with the run, not in the source.',
      }),
    );
  }
};

/** The JavaScript of a file, with every remaining character at its old line and column. Throws {@link SourceRefused}. */
export const javaScriptOf = (file: string, source: string): string => {
  if (/\.m?js$/.test(file)) return withoutMagic(source);
  try {
    return withoutMagic(stripTypeScriptTypes(source, { mode: 'strip' }));
  } catch (error) {
    throw new SourceRefused(strippingFailure(file, source, error as Error)); // it throws nothing but errors
  }
};

/** A comment that gives the file another name would take the places of errors away with it. */
const withoutMagic = (javaScript: string): string =>
  javaScript.replaceAll(/\/\/[#@](?= *source(?:Mapping)?URL=)/g, '// ');

/** What to write instead of the constructs that exist in TypeScript but can't simply be erased. */
const instead: readonly (readonly [mentioned: RegExp, remedy: string])[] = [
  [/enum/, "Write the values as an object: const Side = { long: 'long', short: 'short' } as const."],
  [/namespace|module/, 'Write the functions at the top level, or move them to a file of their own and import it.'],
  [/parameter property/, 'Declare the field and assign it in the constructor: this.x = x.'],
  [/import equals|export assignment/, "Write import { … } from './file.ts' and export default."],
  [/angle-bracket|type assertion/, 'Write the type after the value: value as number.'],
];

const strippingFailure = (file: string, source: string, error: Error): SandboxFailure => {
  const position = positionInSnippet(file, source, error.stack ?? '');
  const { code } = error as { readonly code?: unknown }; // Node's errors have one
  const unsupported = code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX';
  const remedy = unsupported ? (instead.find(([mentioned]) => mentioned.test(error.message))?.[1] ?? null) : null;
  const message = sentence(
    unsupported
      ? error.message.replace(
          / is not supported in (strip-only|type strip) mode/,
          " can't be used in a strategy: types are erased, and this is more than a type",
        )
      : error.message,
  );
  return compileFailure(message, position, source, remedy);
};

/** The error names the line, shows it, and marks the column below. */
const positionInSnippet = (file: string, source: string, stack: string): SourcePosition | null => {
  const lines = stack.split('\n');
  const line = Number(/:(\d+)$/.exec(lines[0] ?? '')?.[1] ?? NaN);
  if (!Number.isInteger(line)) return null;
  const caret = lines.slice(1, 8).find((text) => /^\s*\^/.test(text));
  // A construct over several lines is shown without carets: then it is where the line begins.
  const text = source.split(/\r\n|\r|\n/)[line - 1] ?? '';
  const column = caret === undefined ? Math.max(1, text.search(/\S/) + 1) : caret.indexOf('^') + 1;
  return { file, line, column };
};

export const compileFailure = (
  message: string,
  position: SourcePosition | null,
  source: string,
  remedy: string | null = null,
): SandboxFailure =>
  failure('compile-error', message, {
    position,
    remedy,
    codeFrame: position === null ? null : codeFrame(source, position),
  });

const sentence = (text: string): string => {
  const trimmed = text.trim();
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
};
