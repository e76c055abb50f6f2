/** What a strategy declares, as it is known outside the isolate: for forms, help and search grids. */

import type { DataDeclaration, Param, ParamDeclarations } from '#domain';

export interface StrategyDeclaration {
  readonly name: string;
  readonly description: string | null;
  readonly params: ParamDeclarations;
  readonly data: readonly DataDeclaration[] | 'all';
  /** True when it excludes combinations of parameters; see the runner's `judge`. */
  readonly hasConstraint: boolean;
}

const textLengthMax = 10_000;
const entriesMax = 1_000;

/** Reads a declaration that came out of an isolate; null when it is none. */
export const readDeclaration = (value: unknown): StrategyDeclaration | null => {
  if (!isObject(value)) return null;
  const { name, description, params, data, hasConstraint } = value;
  if (typeof name !== 'string' || !isObject(params)) return null;
  const readData = data === 'all' ? data : Array.isArray(data) ? data.slice(0, entriesMax).map(readFeed) : null;
  if (readData === null || (readData !== 'all' && readData.includes(null))) return null;
  const readParams: Record<string, Param> = {};
  for (const [key, given] of Object.entries(params).slice(0, entriesMax)) {
    const param = readParam(given);
    if (param === null || key === '__proto__') return null;
    readParams[key] = param;
  }
  return {
    name: name.slice(0, textLengthMax),
    description: typeof description === 'string' ? description.slice(0, textLengthMax) : null,
    params: readParams,
    data: readData as readonly DataDeclaration[] | 'all', // without null, checked above
    hasConstraint: hasConstraint === true,
  };
};

const readFeed = (value: unknown): DataDeclaration | null => {
  if (!isObject(value) || typeof value['id'] !== 'string') return null;
  const { id, symbol, timeframe, from } = value;
  return {
    id,
    ...(typeof symbol === 'string' ? { symbol } : {}),
    ...(typeof timeframe === 'string' ? { timeframe } : {}),
    ...(typeof from === 'string' ? { from } : {}),
  };
};

const readParam = (value: unknown): Param | null => {
  if (!isObject(value)) return null;
  const { kind, default: byDefault, min, max, step, options } = value;
  const label = typeof value['label'] === 'string' ? value['label'].slice(0, textLengthMax) : null;
  switch (kind) {
    case 'int':
      return typeof byDefault === 'number' &&
        typeof min === 'number' &&
        typeof max === 'number' &&
        typeof step === 'number'
        ? { kind, default: byDefault, min, max, step, label }
        : null;
    case 'float':
      return typeof byDefault === 'number' &&
        typeof min === 'number' &&
        typeof max === 'number' &&
        (step === null || typeof step === 'number')
        ? { kind, default: byDefault, min, max, step, label }
        : null;
    case 'choice':
      return typeof byDefault === 'string' &&
        Array.isArray(options) &&
        options.every((option): option is string => typeof option === 'string')
        ? { kind, default: byDefault, options: options.slice(0, entriesMax), label }
        : null;
    case 'flag':
      return typeof byDefault === 'boolean' ? { kind, default: byDefault, label } : null;
    default:
      return null;
  }
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
