/**
 * Parameters declared once: the declaration is the type of the values, their validation, the form a
 * terminal shows and the grid a search walks.
 */

import { StrategyMistake } from './mistake.ts';

export interface IntParam {
  readonly kind: 'int';
  readonly default: number;
  readonly min: number;
  readonly max: number;
  /** Distance between the values that a search tries. */
  readonly step: number;
  readonly label: string | null;
}

export interface FloatParam {
  readonly kind: 'float';
  readonly default: number;
  readonly min: number;
  readonly max: number;
  /** Distance between the values that a search tries; null: a search must name its own. */
  readonly step: number | null;
  readonly label: string | null;
}

export interface ChoiceParam<T extends string = string> {
  readonly kind: 'choice';
  readonly default: T;
  readonly options: readonly T[];
  readonly label: string | null;
}

export interface FlagParam {
  readonly kind: 'flag';
  readonly default: boolean;
  readonly label: string | null;
}

export type Param = IntParam | FloatParam | ChoiceParam | FlagParam;
export type ParamDeclarations = Readonly<Record<string, Param>>;
export type ParamValue = number | string | boolean;

type ValueOf<P extends Param> = P extends IntParam | FloatParam ? number : P extends ChoiceParam<infer T> ? T : boolean;

/** The values that a strategy receives for its declared parameters. */
export type ParamValues<D extends ParamDeclarations> = { readonly [K in keyof D]: ValueOf<D[K]> };

interface NumberOptions {
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  readonly label?: string;
}

/** A whole number. A search without a range of its own walks min…max by `step` (default 1). */
export const int = (byDefault: number, options: NumberOptions = {}): IntParam => {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER, step = 1, label = null } = options;
  if (![byDefault, min, max, step].every(Number.isSafeInteger))
    declarationMistake('int', 'default, min, max and step must be whole numbers');
  return checkedRange({ kind: 'int', default: byDefault, min, max, step, label });
};

/** A number. Give `step` if a search is to walk it without a range of its own. */
export const float = (byDefault: number, options: NumberOptions = {}): FloatParam => {
  const { min = -Number.MAX_VALUE, max = Number.MAX_VALUE, step = null, label = null } = options;
  if (![byDefault, min, max, step ?? 1].every(Number.isFinite))
    declarationMistake('float', 'default, min, max and step must be finite numbers');
  return checkedRange({ kind: 'float', default: byDefault, min, max, step, label });
};

/** One of several words. */
export const choice = <const T extends string>(
  options: readonly [T, ...T[]],
  settings: { readonly default?: T; readonly label?: string } = {},
): ChoiceParam<T> => {
  if (!Array.isArray(options) || !options.every((option) => typeof option === 'string'))
    declarationMistake('choice', 'the options must be a list of words');
  const byDefault = settings.default ?? options[0];
  if (!options.includes(byDefault)) declarationMistake('choice', `the default "${byDefault}" is not among the options`);
  return Object.freeze({
    kind: 'choice',
    default: byDefault,
    options: Object.freeze([...options]),
    label: settings.label ?? null,
  });
};

/** Yes or no. */
export const flag = (byDefault: boolean, settings: { readonly label?: string } = {}): FlagParam => {
  if (typeof byDefault !== 'boolean') declarationMistake('flag', 'the default must be true or false');
  return Object.freeze({ kind: 'flag', default: byDefault, label: settings.label ?? null });
};

const checkedRange = <P extends IntParam | FloatParam>(param: P): P => {
  if (param.min > param.max) declarationMistake(param.kind, `min ${param.min} is above max ${param.max}`);
  if (param.default < param.min || param.default > param.max)
    declarationMistake(param.kind, `the default ${param.default} lies outside ${param.min}…${param.max}`);
  if (param.step !== null && param.step <= 0) declarationMistake(param.kind, 'step must be above 0');
  return Object.freeze(param);
};

const declarationMistake = (kind: string, problem: string): never => {
  throw new StrategyMistake(
    'param-declaration',
    `${kind}(…): ${problem}.`,
    `Write for example ${kind === 'int' ? 'int(10, { min: 2, max: 100 })' : kind === 'float' ? 'float(1.5, { min: 0.5, max: 3, step: 0.5 })' : kind === 'choice' ? "choice(['long', 'both'])" : 'flag(true)'}.`,
  );
};

/** Why a parameter's value can't be taken: one sentence, and what to give instead. */
export interface ParamProblem {
  readonly param: string;
  readonly message: string;
  readonly remedy: string;
}

/** The values for a run, or every problem with what was given. Absent parameters take their defaults. */
export const readParams = (
  declarations: ParamDeclarations,
  given: Readonly<Record<string, unknown>>,
): { readonly values: Readonly<Record<string, ParamValue>>; readonly problems: readonly ParamProblem[] } => {
  const values: Record<string, ParamValue> = {};
  const problems: ParamProblem[] = [];
  const names = Object.keys(declarations);
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(declarations, name)) {
      problems.push({
        param: name,
        message: `There is no parameter "${name}".`,
        remedy: names.length > 0 ? `The parameters are ${names.join(', ')}.` : 'This strategy has no parameters.',
      });
    }
  }
  for (const [name, param] of Object.entries(declarations)) {
    const value = Object.hasOwn(given, name) ? given[name] : param.default;
    const problem = problemWith(param, value);
    if (problem === null) values[name] = value as ParamValue; // problemWith has checked its type
    else problems.push({ param: name, ...problem });
  }
  return { values: Object.freeze(values), problems };
};

/** Reads a parameter from text, as the command line has it: null when the text says no such value. */
export const paramFromText = (param: Param, text: string): ParamValue | null => {
  switch (param.kind) {
    case 'int':
    case 'float':
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : null;
    case 'choice':
      return text;
    case 'flag':
      return /^(true|yes|on|1)$/i.test(text) ? true : /^(false|no|off|0)$/i.test(text) ? false : null;
  }
};

/** How a parameter may be set, for people: `whole number 2…100`. */
export const describeParam = (param: Param): string => {
  switch (param.kind) {
    case 'int':
    case 'float': {
      const low = param.min <= Number.MIN_SAFE_INTEGER ? null : param.min;
      const high = param.max >= Number.MAX_SAFE_INTEGER ? null : param.max;
      const range =
        low === null && high === null
          ? ''
          : low === null
            ? ` up to ${high}`
            : high === null
              ? ` from ${low}`
              : ` ${low}…${high}`;
      return `${param.kind === 'int' ? 'whole number' : 'number'}${range}`;
    }
    case 'choice':
      return `one of ${param.options.join(', ')}`;
    case 'flag':
      return 'true or false';
  }
};

const problemWith = (param: Param, value: unknown): { message: string; remedy: string } | null => {
  const remedy = `Give a ${describeParam(param)}.`.replace('a one of', 'one of').replace('a true', 'true');
  const wrong = {
    message: `${shown(value)} is not a ${describeParam(param)}.`
      .replace('a one of', 'one of')
      .replace('a true', 'true'),
    remedy,
  };
  switch (param.kind) {
    case 'int':
      return Number.isSafeInteger(value) && (value as number) >= param.min && (value as number) <= param.max
        ? null
        : wrong;
    case 'float':
      return typeof value === 'number' && Number.isFinite(value) && value >= param.min && value <= param.max
        ? null
        : wrong;
    case 'choice':
      return typeof value === 'string' && param.options.includes(value) ? null : wrong;
    case 'flag':
      return typeof value === 'boolean' ? null : wrong;
  }
};

const shown = (value: unknown): string =>
  typeof value === 'string'
    ? `"${value.slice(0, 40)}"`
    : typeof value === 'object' && value !== null
      ? 'an object'
      : String(value);
