/** Arithmetic on whole series, one value at a time. */

import { builtIn } from './indicator.ts';

const transform = (name: string, title: string, apply: (value: number) => number) =>
  builtIn({
    name,
    title,
    group: 'math',
    takes: ['value'],
    gives: ['value'],
    parameters: [],
    start: () => ({ lookback: 0, next: (value: number) => apply(value) }),
  });

const operator = (name: string, title: string, apply: (value: number, other: number) => number) =>
  builtIn({
    name,
    title,
    group: 'math',
    takes: ['value', 'other'],
    gives: ['value'],
    parameters: [],
    start: () => ({ lookback: 0, next: (value: number, other: number) => apply(value, other) }),
  });

/** Arc cosine in radians; NaN outside −1 to 1 (TA-Lib ACOS). */
export const acos = transform('acos', 'Arc cosine', Math.acos);
/** Arc sine in radians; NaN outside −1 to 1 (TA-Lib ASIN). */
export const asin = transform('asin', 'Arc sine', Math.asin);
/** Arc tangent in radians (TA-Lib ATAN). */
export const atan = transform('atan', 'Arc tangent', Math.atan);
/** Rounded up (TA-Lib CEIL). */
export const ceil = transform('ceil', 'Rounded up', Math.ceil);
/** Cosine of radians (TA-Lib COS). */
export const cos = transform('cos', 'Cosine', Math.cos);
/** Hyperbolic cosine (TA-Lib COSH). */
export const cosh = transform('cosh', 'Hyperbolic cosine', Math.cosh);
/** e to the power of the value (TA-Lib EXP). */
export const exp = transform('exp', 'Exponential', Math.exp);
/** Rounded down (TA-Lib FLOOR). */
export const floor = transform('floor', 'Rounded down', Math.floor);
/** Natural logarithm (TA-Lib LN). */
export const ln = transform('ln', 'Natural logarithm', Math.log);
/** Logarithm to base 10 (TA-Lib LOG10). */
export const log10 = transform('log10', 'Logarithm to base 10', Math.log10);
/** Sine of radians (TA-Lib SIN). */
export const sin = transform('sin', 'Sine', Math.sin);
/** Hyperbolic sine (TA-Lib SINH). */
export const sinh = transform('sinh', 'Hyperbolic sine', Math.sinh);
/** Square root; NaN below 0 (TA-Lib SQRT). */
export const sqrt = transform('sqrt', 'Square root', Math.sqrt);
/** Tangent of radians (TA-Lib TAN). */
export const tan = transform('tan', 'Tangent', Math.tan);
/** Hyperbolic tangent (TA-Lib TANH). */
export const tanh = transform('tanh', 'Hyperbolic tangent', Math.tanh);
/** Absolute value (Tulip abs). */
export const abs = transform('abs', 'Absolute value', Math.abs);
/** Rounded to the nearest whole number, halves up (Tulip round). */
export const round = transform('round', 'Rounded to the nearest whole number', Math.round);
/** Without its fraction (Tulip trunc). */
export const trunc = transform('trunc', 'Without fraction', Math.trunc);
/** Radians to degrees (Tulip todeg). */
export const toDegrees = transform('toDegrees', 'Radians to degrees', (value) => (value * 180) / Math.PI);
/** Degrees to radians (Tulip torad). */
export const toRadians = transform('toRadians', 'Degrees to radians', (value) => (value * Math.PI) / 180);

/** Sum of two series (TA-Lib ADD). */
export const add = operator('add', 'Sum of two series', (value, other) => value + other);
/** Difference of two series (TA-Lib SUB). */
export const sub = operator('sub', 'Difference of two series', (value, other) => value - other);
/** Product of two series (TA-Lib MULT). */
export const mult = operator('mult', 'Product of two series', (value, other) => value * other);
/** Quotient of two series; infinite or NaN where the second is 0 (TA-Lib DIV). */
export const div = operator('div', 'Quotient of two series', (value, other) => value / other);
