/** Views of actors as JSON: the same, with times as RFC 3339 instead of milliseconds. */

import { ProblemError } from './errors.ts';

/** What a person or a strategy has made up: nothing in there is ours to convert. */
const freeForm = [
  'about',
  'config',
  'declared',
  'files',
  'grid',
  'params',
  'payload',
  'plan',
  'settings',
  'source',
  'space',
  'statistics',
] as const;
const timeNames = ['at', 'from', 'to', 'time', 'lockedUntil'] as const;

type FreeForm = (typeof freeForm)[number];
type TimeName = (typeof timeNames)[number] | `${string}At`;

export type OnWire<T> = T extends readonly (infer Item)[]
  ? readonly OnWire<Item>[]
  : T extends object
    ? {
        readonly [K in keyof T]: K extends FreeForm ? T[K] : K extends TimeName ? TimeOnWire<T[K]> : OnWire<T[K]>;
      }
    : T;
type TimeOnWire<T> = T extends number ? string : OnWire<T>;

const isFreeForm: ReadonlySet<string> = new Set(freeForm);
const isTimeName: ReadonlySet<string> = new Set(timeNames);

/** Converts numbers under `…At`, `at`, `from`, `to`, `time`; what users made (`params`, `config`, …) stays. */
export const onWire = <T>(value: T): OnWire<T> => converted(value) as OnWire<T>; // The type follows the same rule.

const converted = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(converted);
  const result: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value)) {
    if (typeof part === 'number') {
      result[name] = name.endsWith('At') || isTimeName.has(name) ? instantOf(part) : part;
    } else {
      result[name] = typeof part !== 'object' || isFreeForm.has(name) ? part : converted(part);
    }
  }
  return result;
};

/** Views of one thing are asked for again and again with the same times; to write one costs more than to look it up. */
const instants = new Map<number, string>();
/** About 150 bytes each. */
const instantsMax = 4_096;

export const instantOf = (ms: number): string => {
  const known = instants.get(ms);
  if (known !== undefined) return known;
  if (instants.size >= instantsMax) instants.clear();
  const text = new Date(ms).toISOString();
  instants.set(ms, text);
  return text;
};

/** Milliseconds UTC of a given instant; `pointer` names the field for the refusal. */
export const timeOf = (text: string, pointer: string): number => {
  const ms = Date.parse(text);
  if (Number.isNaN(ms) || !isDay(text)) {
    const message = `"${text}" is no time that exists.`;
    const remedy = 'Write it as 2026-01-31T09:30:00Z.';
    throw new ProblemError('request-invalid', message, { errors: [{ pointer, message, remedy }] });
  }
  return ms;
};

/** The 30th of February would be read as the 2nd of March. */
const isDay = (text: string): boolean => {
  const day = text.slice(0, 10);
  const ms = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(ms) && instantOf(ms).slice(0, 10) === day;
};
