/** How a job in the sandbox can end without a result: a typed value that says what to do next. */

import { messageLengthMax, stackLengthMax } from './limits.ts';
import { printableText } from './printable-text.ts';

export const failureCodes = [
  'compile-error', // the source can't be compiled: file, line and column are known
  'not-a-strategy', // it compiles, but its default export is not a strategy
  'strategy-threw', // the strategy's own code, or a call it made wrongly
  'run-refused', // the run's data or settings do not fit the strategy
  'memory-limit',
  'time-limit',
  'output-limit', // more orders, fills or text than a result may hold
  'bad-result', // what came out of the isolate is not a result
  'crashed', // the runner's process ended for another reason
  'cancelled',
] as const;

export type FailureCode = (typeof failureCodes)[number];

/** A place in the strategy's own source; line and column count from 1. */
export interface SourcePosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface SandboxFailure {
  readonly code: FailureCode;
  /** One or two sentences for the strategy's author. */
  readonly message: string;
  /** What to write or do instead, where that is known. */
  readonly remedy: string | null;
  /** The code of the mistake that the platform found, such as `look-ahead`; null for the author's own errors. */
  readonly mistake: string | null;
  readonly position: SourcePosition | null;
  /** The lines around the position with a caret below the column. */
  readonly codeFrame: string | null;
  /** Calls within the author's own files, innermost first. */
  readonly calls: readonly string[];
  /** Where in the run: the handler, and the bar's time in milliseconds UTC. */
  readonly handler: string | null;
  readonly time: number | null;
}

export const failure = (
  code: FailureCode,
  message: string,
  rest: Partial<Omit<SandboxFailure, 'code' | 'message'>> = {},
): SandboxFailure => ({
  code,
  message,
  remedy: null,
  mistake: null,
  position: null,
  codeFrame: null,
  calls: [],
  handler: null,
  time: null,
  ...rest,
});

const callsMax = 20;

/** Reads a failure that a runner reported; null when it has not the shape of one. */
export const readFailure = (value: unknown): SandboxFailure | null => {
  if (typeof value !== 'object' || value === null) return null;
  const given = value as Readonly<Record<string, unknown>>; // an object, checked above; each field is checked below
  const code = failureCodes.find((known) => known === given['code']);
  if (code === undefined || typeof given['message'] !== 'string') return null;
  const calls = Array.isArray(given['calls'])
    ? given['calls'].filter((call): call is string => typeof call === 'string')
    : [];
  return failure(code, printableText(given['message'].slice(0, messageLengthMax)), {
    remedy: textOrNull(given['remedy'], messageLengthMax),
    mistake: textOrNull(given['mistake'], 64),
    position: readPosition(given['position']),
    codeFrame: textOrNull(given['codeFrame'], stackLengthMax),
    calls: calls.slice(0, callsMax).map((call) => printableText(call.slice(0, 200))),
    handler: textOrNull(given['handler'], 64),
    time: typeof given['time'] === 'number' && Number.isFinite(given['time']) ? given['time'] : null,
  });
};

const textOrNull = (value: unknown, lengthMax: number): string | null =>
  typeof value === 'string' ? printableText(value.slice(0, lengthMax)) : null;

const readPosition = (value: unknown): SourcePosition | null => {
  if (typeof value !== 'object' || value === null) return null;
  const { file, line, column } = value as Readonly<Record<string, unknown>>; // an object, checked above
  if (typeof file !== 'string' || !isCount(line) || !isCount(column)) return null;
  return { file: file.slice(0, 400), line, column };
};

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 1;
