/**
 * JSON that gives every number back: infinities, not-a-number and minus zero, which plain JSON loses.
 * They are written as texts that begin with a control character; a text that happens to begin with it
 * gets another one before it.
 */

const mark = '\u0001';

export const exactJson = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === 'string') return part.startsWith(mark) ? mark + part : part;
    if (typeof part !== 'number' || (Number.isFinite(part) && !Object.is(part, -0))) return part;
    return mark + (Object.is(part, -0) ? '-0' : String(part));
  });

export const parseExactJson = (text: string): unknown =>
  JSON.parse(text, (_key, part: unknown) => {
    if (typeof part !== 'string' || !part.startsWith(mark)) return part;
    return part.startsWith(mark, 1) ? part.slice(1) : Number(part.slice(1));
  });

/**
 * SQL for a number in a column of such JSON, null where there is none or not-a-number. `key` is SQL
 * too: a parameter or a literal. A text there is one of the numbers that plain JSON has not.
 */
export const exactNumberIn = (column: string, key: string): string =>
  `coalesce(JSONExtract(${column}, ${key}, 'Nullable(Float64)'),
     toFloat64OrNull(replaceOne(substring(JSONExtractString(${column}, ${key}), 2), 'NaN', '')))`;
