/** The words of a command that are no options, as many as it takes. */

import type { Arguments } from '../arguments.ts';
import { UsageError } from '../usage-error.ts';

export const onePositional = (
  given: Arguments,
  { what, example }: { readonly what: string; readonly example: string },
): string => positionals(given, { names: [what], example })[0] as string; // as many as there are names

/** Exactly one word for each name. */
export const positionals = (
  { positionals: words }: Arguments,
  { names, example }: { readonly names: readonly string[]; readonly example: string },
): readonly string[] => {
  if (words.length === names.length) return words;
  const missing = names[words.length];
  throw new UsageError(
    'argument-count',
    missing === undefined ? `"${words[names.length]}" is one word too many.` : `No ${missing} was named.`,
    `Write for example ${example}.`,
  );
};
