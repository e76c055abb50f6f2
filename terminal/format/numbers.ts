/** Numbers as people read them. Decimal strings keep their digits; rises and falls carry a sign beside their colour. */

/** Digits before the point in threes. */
const grouped = (digits: string): string => digits.replaceAll(/\B(?=(\d{3})+$)/g, ',');

/** A decimal string as it is, grouped, with a true minus sign; `decimals` pads with zeros. */
export const showDecimal = (text: string, decimals = 0): string => {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) return text;
  const [, sign = '', whole = '', fraction = ''] = match;
  const padded = fraction.padEnd(decimals, '0');
  return `${sign === '' ? '' : '−'}${grouped(whole)}${padded === '' ? '' : `.${padded}`}`;
};

/** Rounded to that many decimals. */
export const showNumber = (value: number, decimals: number): string => {
  if (!Number.isFinite(value)) return 'n/a';
  const fixed = Math.abs(value) < 1e15 ? Math.abs(value).toFixed(decimals) : Math.abs(value).toExponential(2);
  const [whole = '', fraction] = fixed.split('.');
  const sign = value < 0 && Number(fixed) !== 0 ? '−' : '';
  return `${sign}${grouped(whole)}${fraction === undefined ? '' : `.${fraction}`}`;
};

export const showMoney = (value: number): string => showNumber(value, 2);

/** With + or −, so that it can be told without its colour. */
export const showChange = (value: number, decimals = 2): string => {
  const text = showNumber(value, decimals);
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
};

export const showPercent = (fraction: number, decimals = 2): string => `${showChange(fraction * 100, decimals)} %`;

/** `up`, `down` or nothing: the class for its colour. */
export const directionOf = (value: number | null): 'up' | 'down' | '' => {
  if (value === null || value === 0 || !Number.isFinite(value)) return '';
  return value > 0 ? 'up' : 'down';
};

/** Decimals of a step: 0.01 has 2, 1 has 0. */
export const decimalsOf = (step: string): number => step.split('.')[1]?.replace(/0+$/, '').length ?? 0;

/** 1,234,567 as 1.23M. */
export const showShort = (value: number): string => {
  const size = Math.abs(value);
  if (size >= 1e9) return `${showNumber(value / 1e9, 2)}B`;
  if (size >= 1e6) return `${showNumber(value / 1e6, 2)}M`;
  if (size >= 1e4) return `${showNumber(value / 1e3, 1)}K`;
  return showNumber(value, size < 10 && !Number.isInteger(value) ? 2 : 0);
};

export const showBytes = (bytes: number): string =>
  bytes >= 1_048_576 ? `${showNumber(bytes / 1_048_576, 1)} MiB` : `${showNumber(bytes / 1_024, 1)} KiB`;
