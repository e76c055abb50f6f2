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
      return withSeparators(value, 2);
    case 'count':
      return withSeparators(value, 0);
    case 'days':
      return `${withSeparators(value, value < 10 ? 1 : 0)} days`;
    case 'ratio':
      return withSeparators(value, 2);
  }
};

/** 68935.1 → 68,935.10, with a true minus sign; −0 is 0. */
export const withSeparators = (value: number, decimals: number): string => {
  const fixed = Math.abs(value).toFixed(decimals);
  const [whole = '', fraction] = fixed.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const sign = value < 0 && Number(fixed) !== 0 ? '−' : '';
  return `${sign}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
};

/** A price with as many decimals as it needs, at most 12 digits. */
export const showPrice = (price: number): string => String(Number(price.toPrecision(12)));

/** `2004-08-19`, or with the time of day where the data has one. */
export const showTime = (time: number): string => formatShort(time);
