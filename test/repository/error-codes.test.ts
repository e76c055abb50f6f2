import { describe, expect, test } from 'vitest';
import { codesInDocument, codesInSources } from './error-codes.ts';
import { sourceFiles, textOf } from './tracked-files.ts';

describe('the codes of errors', () => {
  // What tests are made of refuses things that nobody outside ever hears of.
  const sources = sourceFiles().filter((path) => !path.includes('/testing/'));
  const given = codesInSources(sources.map((path) => ({ path, text: textOf(path) })));
  const explained = codesInDocument(textOf('docs/errors.md'));

  test('are each explained in docs/errors.md', () => {
    const missing = [...given].filter(([code]) => !explained.includes(code));
    expect(missing).toEqual([]);
  });

  test('in docs/errors.md are each given somewhere', () => {
    expect(explained.filter((code) => !given.has(code))).toEqual([]);
  });

  test('stand in docs/errors.md once', () => {
    expect(explained.filter((code, index) => explained.indexOf(code) !== index)).toEqual([]);
  });
});

describe('the search for codes', () => {
  const codesOf = (text: string): string[] => [...codesInSources([{ path: 'a.ts', text }]).keys()];

  test('finds a code however the call is broken into lines', () => {
    expect(codesOf("throw new StrategyMistake('look-ahead', message, remedy);")).toEqual(['look-ahead']);
    expect(codesOf("throw new PriceFileError(\n    'price-file-empty',\n    message);")).toEqual(['price-file-empty']);
    expect(codesOf("return failure('time-limit', message);")).toEqual(['time-limit']);
  });

  test('takes the code of a class that has only one, and not the first argument of its constructor', () => {
    const source = `export class ConfigMistake extends Error {
  readonly code = 'config-invalid';
}
throw new ConfigMistake('spread', problem, remedy);`;
    expect(codesOf(source)).toEqual(['config-invalid']);
  });

  test('reads lists of codes', () => {
    expect(codesOf("export const failureCodes = [\n  'crashed', // it ended\n  'cancelled',\n] as const;")).toEqual([
      'crashed',
      'cancelled',
    ]);
  });

  test('reads what an actor may refuse with', () => {
    const source = `export interface UserRefusal extends Refusal {
  readonly code:
    | 'user-unknown'
    | 'user-exists';
}
export type InboxRefusal = Refusal & { readonly code: 'notification-unknown' };`;
    expect(codesOf(source)).toEqual(['user-unknown', 'user-exists', 'notification-unknown']);
  });

  test('reads the table of problems that HTTP tells of', () => {
    const source =
      "const kinds = {\n  'json-invalid': { status: 400, title: 'X' },\n  internal: { status: 500, title: 'Y' },\n};";
    expect(codesOf(source)).toEqual(['json-invalid', 'internal']);
  });

  test('takes no message for a code', () => {
    expect(codesOf("throw new FrameError('The frame is cut short.');")).toEqual([]);
  });
});
