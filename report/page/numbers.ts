/** Numbers and times in charts and their legends. Times are UTC, as in the tables. */

const dash = '–';

export const money = (value: number | null): string => {
  if (value === null) return dash;
  const size = Math.abs(value);
  if (size >= 1e15 || (size > 0 && size < 0.01)) return value.toPrecision(3);
  return value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
};

export const percent = (value: number | null): string => (value === null ? dash : `${(value * 100).toFixed(2)} %`);

export const price = (value: number | null): string => {
  if (value === null) return dash;
  const short = Number(value.toPrecision(9));
  return short !== 0 && Math.abs(short) < 1e-4
    ? short.toFixed(Math.min(20, 8 - Math.floor(Math.log10(Math.abs(short))))).replace(/0+$/, '')
    : String(short);
};

/** A number on an axis whose labels are `step` apart. */
export const tick = (value: number, step: number): string => {
  const size = Math.abs(value);
  if (size >= 1e15 || (step < 1e-6 && size > 0)) return value.toExponential(1).replace('e+', 'e');
  if (size >= 1e6 && step >= 1e4)
    return value.toLocaleString('en-US', { notation: 'compact', maximumFractionDigits: 2 });
  const decimals = decimalsOf(step);
  return value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
};

/** 0.25 → 2: the decimals that tell multiples of a step apart. */
const decimalsOf = (step: number): number => {
  let decimals = 0;
  while (
    decimals < 8 &&
    Math.abs(step * 10 ** decimals - Math.round(step * 10 ** decimals)) > 1e-6 * step * 10 ** decimals
  )
    decimals++;
  return decimals;
};

const dayS = 86_400;
const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Seconds UTC as `2004-08-19`, with the time of day where there is one. */
export const moment = (time: number): string => {
  const text = new Date(Math.round(time * 1000)).toISOString();
  if (time % dayS === 0) return text.slice(0, 10);
  return `${text.slice(0, 10)} ${text.slice(11, time % 60 === 0 ? 16 : 19)}`;
};

/** Labels of a time axis `step` seconds apart: what changes in the first line, what it belongs to in the second. */
export const timeTicks = (times: readonly number[], step: number): string[] => {
  let before = '';
  return times.map((time) => {
    const at = new Date(Math.round(time * 1000));
    const year = String(at.getUTCFullYear());
    const day = `${at.getUTCDate()} ${monthNames[at.getUTCMonth()] ?? ''}`;
    if (step >= 360 * dayS) return year;
    const [label, rest] =
      step >= 27 * dayS
        ? [monthNames[at.getUTCMonth()] ?? '', year]
        : step >= dayS
          ? [day, year]
          : [at.toISOString().slice(11, step < 60 ? 19 : 16), `${day} ${year}`];
    const text = rest === before ? label : `${label}\n${rest}`;
    before = rest;
    return text;
  });
};
