/** From what was typed into the form of a strategy's parameters to values, and to what a search tries. */

import type { Param, ParamDeclarations, ParamValues, SearchAxes } from '#sdk';
import { describeRange } from './param-words.ts';

/** As typed, by parameter. */
export type ParamTexts = Readonly<Record<string, string>>;

export interface ReadParams {
  readonly values: ParamValues;
  readonly problems: Readonly<Record<string, string>>;
}

export const defaultTexts = (params: ParamDeclarations): ParamTexts =>
  Object.fromEntries(Object.entries(params).map(([name, param]) => [name, String(param.default)]));

export const readParams = (params: ParamDeclarations, texts: ParamTexts): ReadParams => {
  const values: Record<string, number | string | boolean> = {};
  const problems: Record<string, string> = {};
  for (const [name, param] of Object.entries(params)) {
    const value = valueOf(param, texts[name] ?? String(param.default));
    if (value === null) problems[name] = `It takes: ${describeRange(param)}.`;
    else values[name] = value;
  }
  return { values, problems };
};

const valueOf = (param: Param, text: string): number | string | boolean | null => {
  switch (param.kind) {
    case 'flag':
      return text === 'true' ? true : text === 'false' ? false : null;
    case 'choice':
      return param.options.includes(text) ? text : null;
    case 'int':
    case 'float': {
      const value = text.trim() === '' ? NaN : Number(text);
      const isWhole = param.kind === 'float' || Number.isSafeInteger(value);
      return Number.isFinite(value) && isWhole && value >= param.min && value <= param.max ? value : null;
    }
  }
};

export interface ReadAxes {
  readonly axes: SearchAxes;
  readonly problems: Readonly<Record<string, string>>;
  /** Combinations in all, before the strategy's constraint. */
  readonly count: number;
}

/** `5..50:5`, or values between commas; empty: the value of the form. */
export const readAxes = (params: ParamDeclarations, texts: ParamTexts): ReadAxes => {
  const axes: Record<string, string | readonly (number | string | boolean)[]> = {};
  const problems: Record<string, string> = {};
  let count = 1;
  for (const [name, param] of Object.entries(params)) {
    const text = (texts[name] ?? '').trim();
    if (text === '') continue;
    const range = /^(-?[\d.]+)\s*\.\.\s*(-?[\d.]+)\s*:\s*([\d.]+)$/.exec(text);
    if (range !== null) {
      const [from, to, step] = range.slice(1).map(Number) as [number, number, number]; // the expression has three groups
      const size = Math.floor((to - from) / step + 1e-9) + 1;
      if (!(step > 0) || !(size >= 1) || (param.kind !== 'int' && param.kind !== 'float'))
        problems[name] = 'Write a range as from..to:step, such as 5..50:5.';
      else {
        axes[name] = `${from}..${to}:${step}`;
        count *= size;
      }
      continue;
    }
    const values = text.split(',').map((each) => valueOf(param, each.trim()));
    const good = values.filter((value) => value !== null);
    if (good.length < values.length)
      problems[name] =
        `Values between commas (${describeRange(param)})${param.kind === 'int' || param.kind === 'float' ? ', or a range such as 5..50:5' : ''}.`;
    else {
      axes[name] = good;
      count *= good.length;
    }
  }
  return { axes, problems, count };
};

/** A sensible range to begin with: a handful of values around the default. */
export const suggestedAxis = (param: Param): string => {
  if (param.kind === 'choice') return param.options.join(', ');
  if (param.kind === 'flag') return 'true, false';
  const step = param.step ?? Math.max(Math.abs(param.default) / 4, 1e-6);
  const stride = param.kind === 'int' ? Math.max(step, Math.round(Math.abs(param.default) / 4 / step) * step) : step;
  const low = Math.max(param.min, param.default - 2 * stride);
  const high = Math.min(param.max, low + 5 * stride);
  return `${tidy(low)}..${tidy(high)}:${tidy(stride)}`;
};

const tidy = (value: number): string => String(Number(value.toPrecision(8)));
