/** JSON as lines to be shown, each with its name and its value apart. */

export interface JsonLine {
  readonly indent: string;
  /** Of a member of an object. */
  readonly name: string | null;
  readonly text: string;
  readonly kind: 'text' | 'number' | 'word' | 'mark' | 'hidden';
  /** A comma, or nothing. */
  readonly end: string;
}

/** What the server puts in the place of secrets. */
const hidden = '"[hidden]"';

export const jsonLines = (value: unknown): readonly JsonLine[] =>
  (JSON.stringify(value, null, 2) ?? 'null').split('\n').map((line) => {
    // As JSON.stringify writes them: a name ends with the first quote that is not escaped.
    const [, indent = '', quoted, rest = ''] = /^( *)(?:("(?:[^"\\]|\\.)*"): )?(.*)$/.exec(line) ?? [];
    const end = rest.endsWith(',') ? ',' : '';
    const text = rest.slice(0, rest.length - end.length);
    return { indent, name: quoted === undefined ? null : nameOf(quoted), text, kind: kindOf(text), end };
  });

/** Without quotes where it needs none. */
const nameOf = (quoted: string): string => (/^"[A-Za-z_$][\w$]*"$/.test(quoted) ? quoted.slice(1, -1) : quoted);

const kindOf = (text: string): JsonLine['kind'] => {
  if (text === hidden) return 'hidden';
  if (text.startsWith('"')) return 'text';
  if (/^[-\d]/.test(text)) return 'number';
  return /^[a-z]/.test(text) ? 'word' : 'mark';
};
