/** One parameter's values in a search: read from what people write, counted without being made. */

import { describeParam, paramFromText, readParams } from '../strategy/params.ts';
import type { FloatParam, IntParam, Param, ParamValue } from '../strategy/params.ts';
import { SearchMistake } from './mistake.ts';

/**
 * Plain data, so that it can be sent to workers. A range holds whole numbers: its i-th value is
 * (start + i × step) ÷ 10^decimals, which is the decimal that a person would write, without drift.
 */
export type Axis =
  | {
      readonly param: string;
      readonly type: 'range';
      readonly start: number;
      readonly step: number;
      readonly decimals: number;
      readonly count: number;
    }
  | { readonly param: string; readonly type: 'list'; readonly values: readonly ParamValue[]; readonly count: number };

/**
 * What to try: the text `5..50:5` (from 5 to 50 by 5), `5..50` (by the declared step), `5,10,20`
 * (these), `*` (all that is declared); or the same as a list or an object.
 */
export type AxisSpec =
  | string
  | readonly ParamValue[]
  | { readonly from: number; readonly to: number; readonly step?: number };

export const axisValue = (axis: Axis, index: number): ParamValue =>
  axis.type === 'range'
    ? (axis.start + index * axis.step) / powerOfTen(axis.decimals)
    : (axis.values[index] ?? outOfRange(axis.param, index));

export const axisValues = (axis: Axis): readonly ParamValue[] =>
  Array.from({ length: axis.count }, (_, index) => axisValue(axis, index));

/** Where `value` stands on the axis; −1 when it is not on it. */
export const axisIndexOf = (axis: Axis, value: ParamValue): number => {
  if (axis.type === 'list') return axis.values.indexOf(value);
  if (typeof value !== 'number') return -1;
  const index = Math.round((value * powerOfTen(axis.decimals) - axis.start) / axis.step);
  return index >= 0 && index < axis.count && axisValue(axis, index) === value ? index + 0 : -1; // rounding can give −0
};

/** Reads what to try of a parameter. Throws {@link SearchMistake} that names it. */
export const readAxis = (name: string, param: Param, spec: AxisSpec): Axis => {
  if (typeof spec !== 'string') {
    if (isList(spec)) return listOf(name, param, spec);
    return rangeOf(
      name,
      numeric(name, param),
      String(spec.from),
      String(spec.to),
      spec.step === undefined ? null : String(spec.step),
    );
  }
  const text = spec.trim();
  if (text === '*') return everything(name, param);
  const range = rangePattern.exec(text);
  if (range !== null) {
    const [, from = '', to = '', step = null] = range;
    return rangeOf(name, numeric(name, param), from, to, step);
  }
  const values = text.split(',').map((part) => {
    const value = paramFromText(param, part.trim());
    return value ?? refuse(name, `"${part.trim()}" is not a ${describeParam(param)}`, example(name, param));
  });
  return listOf(name, param, values);
};

/** More values of one parameter than this can't be meant. */
const axisValuesMax = 10_000_000;

/** Decimals beyond which a step is finer than the numbers it steps over. */
const decimalsMax = 15;

const numberPattern = String.raw`[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?`;
const rangePattern = new RegExp(
  String.raw`^(${numberPattern})\s*\.\.\s*(${numberPattern})(?:\s*:\s*(${numberPattern}))?$`,
  'i',
);

const rangeOf = (
  name: string,
  param: IntParam | FloatParam,
  fromText: string,
  toText: string,
  stepText: string | null,
): Axis => {
  const by = stepText ?? (param.step === null ? null : String(param.step));
  if (by === null)
    refuse(
      name,
      `"${fromText}..${toText}" has no step`,
      `Write for example ${name}=${fromText}..${toText}:${exampleStep(Number(toText) - Number(fromText))}.`,
    );
  const parts = [fromText, toText, by].map(
    (text) => decimalOf(text) ?? refuse(name, `"${text}" has more digits than a number can hold`, example(name, param)),
  );
  const decimals = Math.max(...parts.map((part) => part.decimals));
  const [start = 0, end = 0, step = 0] = parts.map((part) => part.units * powerOfTen(decimals - part.decimals));
  if (![start, end, step].every(Number.isSafeInteger))
    refuse(name, 'the range has more digits than a number can hold', example(name, param));
  if (step <= 0) refuse(name, `the step ${by} is not above 0`, `Write ${name}=FROM..TO:STEP with a step above 0.`);
  if (end < start)
    refuse(name, `the range ${fromText}..${toText} ends before it begins`, `Write ${name}=${toText}..${fromText}.`);
  const count = Math.floor((end - start) / step) + 1;
  if (count > axisValuesMax)
    refuse(
      name,
      `${String(count)} values are too many`,
      `Give a larger step; at most ${String(axisValuesMax)} values are tried of one parameter.`,
    );
  const axis: Axis = { param: name, type: 'range', start, step, decimals, count };
  // Values between two allowed ones are allowed; of whole numbers, two neighbours show the step.
  for (const index of [0, Math.min(1, count - 1), count - 1]) check(name, param, axisValue(axis, index));
  return axis;
};

/** A quarter of the range, in as few digits as a person would write. */
const exampleStep = (range: number): string => String(Number((Math.abs(range) / 4 || 1).toPrecision(2)));

const listOf = (name: string, param: Param, values: readonly ParamValue[]): Axis => {
  if (values.length === 0) refuse(name, 'there is no value to try', example(name, param));
  for (const value of values) check(name, param, value);
  const seen = new Set<ParamValue>();
  const twice = values.find((value) => seen.size === seen.add(value).size);
  if (twice !== undefined) refuse(name, `${String(twice)} is there twice`, 'Name each value once.');
  return { param: name, type: 'list', values: [...values], count: values.length };
};

const everything = (name: string, param: Param): Axis => {
  if (param.kind === 'choice') return listOf(name, param, param.options);
  if (param.kind === 'flag') return listOf(name, param, [false, true]);
  if (Math.abs(param.min) >= Number.MAX_SAFE_INTEGER || Math.abs(param.max) >= Number.MAX_SAFE_INTEGER) {
    refuse(name, 'it is declared without min and max', `Declare them, or write ${name}=FROM..TO:STEP.`);
  }
  return rangeOf(name, param, String(param.min), String(param.max), null);
};

const numeric = (name: string, param: Param): IntParam | FloatParam =>
  param.kind === 'int' || param.kind === 'float'
    ? param
    : refuse(name, `a range needs numbers, and it is ${describeParam(param)}`, example(name, param));

const check = (name: string, param: Param, value: unknown): void => {
  const [problem] = readParams({ [name]: param }, { [name]: value }).problems;
  if (problem !== undefined) refuse(name, problem.message.replace(/\.$/, ''), problem.remedy);
};

const isList = (spec: Exclude<AxisSpec, string>): spec is readonly ParamValue[] => Array.isArray(spec);

/** A number as a whole number of 10^−decimals; null when that would not be exact. */
const decimalOf = (text: string): { readonly units: number; readonly decimals: number } | null => {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(text);
  if (match === null) return null;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const kept = fraction.replace(/0+$/, '');
  const decimals = kept.length - Number(exponent);
  const units = Number(`${sign}${whole}${kept}`) * (decimals < 0 ? powerOfTen(-decimals) : 1);
  return Number.isSafeInteger(units) && decimals <= decimalsMax
    ? { units: units + 0, decimals: Math.max(0, decimals) }
    : null;
};

/** Read as text because powers computed by multiplication are not all exact. */
const powerOfTen = (exponent: number): number => powersOfTen[exponent] ?? Number(`1e${String(exponent)}`);
const powersOfTen = Float64Array.from({ length: decimalsMax + 1 }, (_, exponent) => Number(`1e${String(exponent)}`));

const example = (name: string, param: Param): string => {
  switch (param.kind) {
    case 'int':
      return `Write for example ${name}=5..50:5 or ${name}=5,10,20.`;
    case 'float':
      return `Write for example ${name}=0.1..0.5:0.1 or ${name}=0.1,0.2.`;
    case 'choice':
      return `Write for example ${name}=${param.options.slice(0, 2).join(',')} or ${name}=*.`;
    case 'flag':
      return `Write ${name}=true,false.`;
  }
};

const refuse: (name: string, problem: string, remedy: string) => never = (name, problem, remedy) => {
  throw new SearchMistake('search-param', `Parameter "${name}": ${problem}.`, remedy);
};

const outOfRange = (name: string, index: number): never => {
  throw new RangeError(`Parameter "${name}" has no value ${String(index)}.`);
};
