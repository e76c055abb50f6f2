/**
 * JSON that gives every number back: infinities, not-a-number and minus zero, which plain JSON loses.
 * They are written as texts that begin with a control character; a text that happens to begin with it
 * gets another one before it.
 */

const mark = '\u0001';
/** As JSON writes it. */
const writtenMark = String.raw`\u0001`;

export const exactJson = (value: unknown): string =>
  // The plain way is ten times as fast, and nearly always right.
  isPlain(value)
    ? JSON.stringify(value)
    : JSON.stringify(value, (_key, part: unknown) => {
        if (typeof part === 'string') return part.startsWith(mark) ? mark + part : part;
        if (typeof part !== 'number' || isPlain(part)) return part;
        return mark + (Object.is(part, -0) ? '-0' : String(part));
      });

/** Whether plain JSON gives it back. */
const isPlain = (value: unknown): boolean => {
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value === 'string') return !value.startsWith(mark);
  if (Array.isArray(value)) return value.every(isPlain);
  return typeof value !== 'object' || value === null || Object.values(value).every(isPlain);
};

export const parseExactJson = (text: string): unknown =>
  text.includes(writtenMark)
    ? JSON.parse(text, (_key, part: unknown) => {
        if (typeof part !== 'string' || !part.startsWith(mark)) return part;
        return part.startsWith(mark, 1) ? part.slice(1) : Number(part.slice(1));
      })
    : JSON.parse(text);

/**
 * SQL for a number in a column of such JSON, null where there is none or not-a-number. `key` is SQL
 * too: a parameter or a literal. A text there is one of the numbers that plain JSON has not.
 */
export const exactNumberIn = (column: string, key: string): string =>
  `coalesce(JSONExtract(${column}, ${key}, 'Nullable(Float64)'),
     toFloat64OrNull(replaceOne(substring(JSONExtractString(${column}, ${key}), 2), 'NaN', '')))`;
