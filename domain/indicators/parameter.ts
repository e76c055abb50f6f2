/** The parameters of built-in indicators: declared once for their checks, their defaults and the editor's help. */

import { StrategyMistake } from '../strategy/mistake.ts';

/** A whole number from `min` to `max`, such as a number of bars. */
export interface WholeParameter {
  readonly kind: 'whole';
  readonly name: string;
  readonly default: number;
  readonly min: number;
  readonly max: number;
}

/** Any finite number from `min` to `max`. */
export interface RealParameter {
  readonly kind: 'real';
  readonly name: string;
  readonly default: number;
  readonly min: number;
  readonly max: number;
}

/** One of a few words. */
export interface ChoiceParameter<Option extends string = string> {
  readonly kind: 'choice';
  readonly name: string;
  readonly default: Option;
  readonly options: readonly Option[];
}

export type IndicatorParameter = WholeParameter | RealParameter | ChoiceParameter;

export type ParameterFor<Value> = Value extends string ? ChoiceParameter<string> : WholeParameter | RealParameter;

/** One declaration per parameter of a start function, in its order. */
export type ParametersFor<Params extends readonly unknown[]> = {
  readonly [K in keyof Params]: ParameterFor<Params[K]>;
};

/** TA-Lib's limit for periods; a window of it takes 0.8 MB. */
const periodMax = 100_000;
/** TA-Lib's limit for real parameters. */
const realMax = 3e37;

/** A number of bars. */
export const bars = (name: string, byDefault: number, min = 1, max = periodMax): WholeParameter => ({
  kind: 'whole',
  name,
  default: byDefault,
  min,
  max,
});

export const real = (name: string, byDefault: number, min = -realMax, max = realMax): RealParameter => ({
  kind: 'real',
  name,
  default: byDefault,
  min,
  max,
});

export const choice = <const Option extends string>(
  name: string,
  byDefault: Option,
  options: readonly Option[],
): ChoiceParameter<Option> => ({ kind: 'choice', name, default: byDefault, options });

/**
 * The parameters as a start function may use them: defaults filled in, kinds and ranges checked.
 * Throws StrategyMistake `indicator-parameter`.
 */
export const checkedParameters = (
  indicator: string,
  declared: readonly IndicatorParameter[],
  given: readonly unknown[],
): (number | string)[] => {
  if (given.length > declared.length) {
    throw new StrategyMistake(
      'indicator-parameter',
      `${indicator} has ${declared.length === 0 ? 'no parameters' : `${declared.length} parameter${declared.length === 1 ? '' : 's'} (${declared.map((parameter) => parameter.name).join(', ')})`}, but was given ${given.length}.`,
      `Write ${exampleCall(indicator, declared)}.`,
    );
  }
  return declared.map((parameter, i) => {
    const value = given[i];
    if (value === undefined) return parameter.default;
    if (fits(parameter, value)) return value;
    throw new StrategyMistake(
      'indicator-parameter',
      `${indicator}: ${parameter.name} must be ${expectation(parameter)}, not ${shown(value)}.`,
      `Write for example ${exampleCall(indicator, declared)}.`,
    );
  });
};

const fits = (parameter: IndicatorParameter, value: unknown): value is number | string => {
  if (parameter.kind === 'choice') return typeof value === 'string' && parameter.options.includes(value);
  if (typeof value !== 'number' || !(value >= parameter.min && value <= parameter.max)) return false;
  return parameter.kind === 'real' || Number.isInteger(value);
};

const expectation = (parameter: IndicatorParameter): string => {
  if (parameter.kind === 'choice') return `one of ${parameter.options.map((option) => `'${option}'`).join(', ')}`;
  const noun = parameter.kind === 'whole' ? 'a whole number' : 'a number';
  if (parameter.kind === 'real' && parameter.min === -realMax) return noun;
  return parameter.max >= realMax
    ? `${noun} of at least ${parameter.min}`
    : `${noun} from ${parameter.min} to ${parameter.max}`;
};

const shown = (value: unknown): string => {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'number') return String(value);
  return value === null ? 'null' : `a value of type ${typeof value}`;
};

const exampleCall = (indicator: string, declared: readonly IndicatorParameter[]): string => {
  const values = declared.map((parameter) =>
    typeof parameter.default === 'string' ? `'${parameter.default}'` : String(parameter.default),
  );
  return `${indicator}(${['…', ...values].join(', ')})`;
};
