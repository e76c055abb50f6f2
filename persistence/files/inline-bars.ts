/** Bars given as JSON: `{ "bars": [{ "time": …, "open": …, … }] }` or the array alone. */

import { dayMs, parseTime } from '#domain';
import { PriceFileError, shown } from './price-file-error.ts';
import type { BadRow } from './price-file-error.ts';

/** Vendors' short names, beside the full ones. */
const keys = [
  ['time', 't', 'timestamp', 'date', 'datetime'],
  ['open', 'o'],
  ['high', 'h'],
  ['low', 'l'],
  ['close', 'c'],
  ['volume', 'v'],
] as const;

/** Whole numbers below this that stand for times count days: as milliseconds they would all lie in 1970's first two minutes. */
const dayCounterMax = 100_000;

/**
 * Hands over the rows of parsed JSON, numbered from 1, as values in the order time, open, high, low,
 * close, volume. Times are ISO text, seconds or milliseconds since 1970, or small whole numbers that
 * count days. Without volume it is 0. Throws {@link PriceFileError} when there are no bars in it.
 */
export const takeInlineBars = (
  json: unknown,
  file: string,
  take: (values: Float64Array, row: number) => void,
  reject: (row: BadRow) => void,
): { readonly counted: boolean } => {
  const rows = Array.isArray(json) ? json : fieldOf(json, 'bars');
  if (!Array.isArray(rows)) {
    throw new PriceFileError('price-file-json', `${file} is JSON without bars.`, {
      file,
      remedy: 'Give { "bars": [{ "time": …, "open": …, "high": …, "low": …, "close": … }] }.',
    });
  }
  const times = rows.map((row: unknown) => valueOf(row, 0));
  const counted =
    times.length > 0 &&
    times.every((time) => typeof time === 'number' && Number.isInteger(time) && time >= 0 && time < dayCounterMax);
  const values = new Float64Array(7);
  rows.forEach((row: unknown, index) => {
    for (let k = 0; k < keys.length; k++) {
      const given = valueOf(row, k);
      const value =
        k === 0 ? timeOf(given, counted) : k === 5 && (given === undefined || given === null) ? 0 : numberOf(given);
      if (!Number.isFinite(value)) {
        reject({
          line: index + 1,
          column: keys[k]?.[0] ?? null,
          content: shown(JSON.stringify(given) ?? 'nothing'),
          problem: given === undefined ? 'is missing' : k === 0 ? 'is not a time' : 'is not a number',
        });
        return;
      }
      values[k] = value;
    }
    take(values, index + 1);
  });
  return { counted };
};

const fieldOf = (holder: unknown, name: string): unknown =>
  typeof holder === 'object' && holder !== null && Object.hasOwn(holder, name)
    ? (holder as Readonly<Record<string, unknown>>)[name]
    : undefined; // an object by the test

const valueOf = (row: unknown, place: number): unknown => {
  if (Array.isArray(row)) return row[place];
  const name = keys[place]?.find((key) => fieldOf(row, key) !== undefined);
  return name === undefined ? undefined : fieldOf(row, name);
};

const numberOf = (value: unknown): number =>
  typeof value === 'number'
    ? value
    : typeof value === 'string' && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)
      ? Number(value)
      : NaN;

const timeOf = (value: unknown, counted: boolean): number => {
  if (typeof value === 'string') return parseTime(value);
  if (typeof value !== 'number') return NaN;
  if (counted) return value * dayMs;
  // seconds until the year 5138, then milliseconds
  return Math.abs(value) < 1e11 ? value * 1000 : value;
};
