/** The stretch of the data that a recorded run used: its file's `slice`, in bars. */

import type { Bars, Feed } from '#domain';
import { sliceBars } from '#domain';
import { fieldOf } from './json-file.ts';
import { UsageError } from './usage-error.ts';

/**
 * Cuts the feeds to `slice`: `[from, to]`, `{ "from", "to" }` or the text `from:to`, `to` exclusive,
 * negative numbers from the end, either left out; null or absent: all bars. Data that is as short as
 * the slice already is left as it is.
 */
export const cutToSlice = (feeds: readonly Feed[], recorded: unknown): readonly Feed[] => {
  const slice = fieldOf(recorded, 'slice');
  if (slice === undefined || slice === null) return feeds;
  const [from, to] = boundsOf(slice);
  return feeds.map((feed) => ({ ...feed, bars: cut(feed.bars, from, to) }));
};

const cut = (bars: Bars, from: number | null, to: number | null): Bars => {
  const { length } = bars.time;
  const at = (bound: number): number => Math.min(length, Math.max(0, bound < 0 ? length + bound : bound));
  const first = at(from ?? 0);
  const end = at(to ?? length);
  const wanted = (to ?? NaN) - (from ?? 0);
  return length === wanted || end <= first ? bars : sliceBars(bars, first, end);
};

const boundsOf = (slice: unknown): readonly [number | null, number | null] => {
  const parts: readonly unknown[] | null = Array.isArray(slice)
    ? slice
    : typeof slice === 'string' && /^-?\d*:-?\d*$/.test(slice)
      ? slice.split(':').map((part) => (part === '' ? null : Number(part)))
      : typeof slice === 'object' && slice !== null
        ? [fieldOf(slice, 'from') ?? fieldOf(slice, 'start'), fieldOf(slice, 'to') ?? fieldOf(slice, 'end')]
        : null;
  const bounds = parts?.map((part) => part ?? null) ?? [];
  const [from = null, to = null] = bounds;
  if (bounds.length === 2 && isBound(from) && isBound(to)) return [from, to];
  throw new UsageError(
    'file-config',
    `slice: ${JSON.stringify(slice)} is no stretch of bars.`,
    'Write [from, to] in bars, to exclusive, or leave it out.',
  );
};

const isBound = (value: unknown): value is number | null => value === null || Number.isInteger(value);
