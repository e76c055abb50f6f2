/**
 * Tells in plain text what a strategy threw. The thrown value is the strategy's own and may be
 * anything: an object whose getters throw, a proxy, a megabyte of message. Runs inside the isolate.
 */

import { StrategyFailure } from '#domain';
import { messageLengthMax, stackLengthMax } from '../limits.ts';

/** What is known of a thrown value; the host finds the place in the source from the stack. */
export interface ThrownText {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** Of the platform's own mistakes: their code and what to write instead. */
  readonly code: string | null;
  readonly remedy: string | null;
  readonly handler: string | null;
  readonly time: number | null;
}

const nameLengthMax = 100;

export const describeThrown = (thrown: unknown): ThrownText => {
  if (isStrategyFailure(thrown)) {
    return {
      ...describeThrown(thrown.cause),
      handler: thrown.handler,
      time: Number.isFinite(thrown.time) ? thrown.time : null,
    };
  }
  const isObject = (typeof thrown === 'object' && thrown !== null) || typeof thrown === 'function';
  const message = isObject ? textOf(thrown, 'message') : null;
  return {
    name: (isObject ? textOf(thrown, 'name') : null)?.slice(0, nameLengthMax) ?? 'Error',
    message:
      message === null ? `The strategy threw ${shown(thrown)}, which is no Error.` : message.slice(0, messageLengthMax),
    stack: isObject ? framesOf(textOf(thrown, 'stack') ?? '') : '',
    code: isObject ? (textOf(thrown, 'code')?.slice(0, nameLengthMax) ?? null) : null,
    remedy: isObject ? (textOf(thrown, 'remedy')?.slice(0, messageLengthMax) ?? null) : null,
    handler: null,
    time: null,
  };
};

/** Asking a proxy for its class calls a trap, which may throw. */
const isStrategyFailure = (thrown: unknown): thrown is StrategyFailure => {
  try {
    return thrown instanceof StrategyFailure;
  } catch {
    return false;
  }
};

/** The calls of a stack without the message above them, which may be longer than all we keep. */
const framesOf = (stack: string): string => {
  const from = stack.indexOf('\n    at ');
  return from < 0 ? '' : stack.slice(from + 1, from + stackLengthMax);
};

/** A property that is a string; null when it is not, or can't be read. */
const textOf = (object: object, property: string): string | null => {
  try {
    const value: unknown = Reflect.get(object, property);
    return typeof value === 'string' ? value : null;
  } catch {
    return null; // a getter or a proxy's trap that throws: there is nothing to tell
  }
};

const shown = (thrown: unknown): string => {
  if (typeof thrown === 'string') return `the text "${thrown.slice(0, nameLengthMax)}"`;
  if (typeof thrown === 'object' && thrown !== null) return 'an object';
  if (typeof thrown === 'function') return 'a function';
  return String(thrown).slice(0, nameLengthMax);
};
