/** Numbers, times and money as people read them in tables and reports. */

import type { StatisticUnit } from '#domain';
import { formatShort } from '#domain';

/** A statistic with its unit; `n/a` where the run says too little. */
export const showStatistic = (value: number | null, unit: StatisticUnit): string => {
  if (value === null || !Number.isFinite(value)) return 'n/a';
  switch (unit) {
    case 'percent':
      return `${withSeparators(value * 100, 2)} %`;
    case 'currency':
      return showMoney(value);
    case 'count':
      return withSeparators(value, 0);
    case 'days':
      return showDays(value);
    case 'ratio':
      return withSeparators(value, 2);
  }
};

/** Lengths below a day are more telling in hours, and below an hour in minutes. */
const showDays = (days: number): string => {
  const hours = days * 24;
  if (hours >= 24 || days === 0) return `${withSeparators(days, days < 10 ? 1 : 0)} days`;
  return hours >= 1 ? `${withSeparators(hours, 1)} hours` : `${withSeparators(hours * 60, 1)} minutes`;
};

/** Numbers from here on are written with a power of ten: their digits are more than anybody reads. */
const plainMax = 1e15;
/** Amounts below this would be 0.00: they are written with three digits of their own. */
const centsMin = 0.01;

/** 68935.1 → 68,935.10, with a true minus sign; −0 is 0. */
export const withSeparators = (value: number, decimals: number): string => {
  if (!Number.isFinite(value)) return 'n/a';
  const size = Math.abs(value);
  const fixed = size < plainMax ? size.toFixed(decimals) : size.toExponential(2);
  const [whole = '', fraction] = fixed.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const sign = value < 0 && Number(fixed) !== 0 ? '−' : '';
  return `${sign}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
};

/** An amount of the account's currency with two decimals; 0.00000123 with its own digits, for accounts in coins. */
export const showMoney = (value: number): string => {
  const size = Math.abs(value);
  if (size === 0 || size >= centsMin || !Number.isFinite(value)) return withSeparators(value, 2);
  return `${value < 0 ? '−' : ''}${plain(Number(size.toPrecision(3)))}`;
};

/** A price or quantity with as many decimals as it needs, at most 12 digits. */
export const showPrice = (price: number): string => plain(Number(price.toPrecision(12)));

/** Powers of ten below this are kept: so many zeros can't be counted. */
const plainMin = 1e-12;

/** 1e-8 → 0.00000001. */
const plain = (value: number): string => {
  const text = String(value);
  const [digits = '', exponent] = text.split('e-');
  if (exponent === undefined || Math.abs(value) < plainMin) return text;
  return value.toFixed(Number(exponent) + (digits.split('.')[1]?.length ?? 0));
};

/** `2004-08-19`, or with the time of day where the data has one. */
export const showTime = (time: number): string => formatShort(time);
