/** Finds the error codes that the sources can give, and those that docs/errors.md explains. */

interface Source {
  readonly path: string;
  readonly text: string;
}

/** Code → the files that give it. */
export const codesInSources = (sources: readonly Source[]): Map<string, string[]> => {
  const found = new Map<string, string[]>();
  const add = (code: string | undefined, path: string): void => {
    if (code !== undefined) found.set(code, [...(found.get(code) ?? []), path]);
  };
  const singleCode = new Set(sources.flatMap(({ text }) => [...text.matchAll(classWithCode)].map(([, name]) => name)));
  for (const { path, text } of sources) {
    for (const [, , code] of text.matchAll(classWithCode)) add(code, path);
    for (const [, name, code] of text.matchAll(constructed)) if (!singleCode.has(name)) add(code, path);
    for (const [, code] of text.matchAll(failed)) add(code, path);
    for (const [, list] of text.matchAll(listed))
      for (const [, code] of (list ?? '').matchAll(literal)) add(code, path);
    for (const [, code] of text.matchAll(withStatus)) add(code, path);
    for (const [, union] of text.matchAll(refused))
      for (const [, code] of (union ?? '').matchAll(literal)) add(code, path);
  }
  return found;
};

/** Codes in the first column of the tables of docs/errors.md, in order, as often as they stand there. */
export const codesInDocument = (text: string): string[] =>
  [...text.matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(([, code]) => code ?? '');

/** `class ConfigMistake extends Error { … readonly code = 'config-invalid'`: every instance has that code. */
const classWithCode = /class (\w+) extends \w+ \{(?:(?!^\})[\s\S])*?readonly code = '([a-z0-9-]+)'/gm;

/** `new StrategyMistake('look-ahead', …)`, also with the code on a line of its own or chosen by `? :`. */
const constructed = /new ([A-Z]\w*(?:Mistake|Error|Refusal|Refused|Failure))\(\s*(?:[^()'`]{1,80}\? )?'([a-z0-9-]+)'/g;

/** `failure('time-limit', …)` makes a failure that is a value. */
const failed = /\bfailure\(\s*'([a-z0-9-]+)'/g;

/** `interface UserRefusal extends Refusal { readonly code: 'user-unknown' | … }`: what an actor may refuse with. */
const refused = /\bRefusal\b[^;{}]*\{\s*readonly code:((?:\s*\|?\s*'[a-z0-9-]+')+)/g;

/** `'json-invalid': { status: 400, … }`: a line of the gateway's table of problems. */
const withStatus = /^ +'?([a-z0-9-]+)'?: \{ status: \d{3},/gm;

/** `const failureCodes = ['compile-error', …] as const`. */
const listed = /const \w*[cC]odes = \[([\s\S]*?)\]/g;

const literal = /'([a-z0-9-]+)'/g;
