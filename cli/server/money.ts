/** Decimal texts for people: grouped, and not longer than somebody reads. */

const placesMax = 8;

/** `1234567.5000` → `1,234,567.5`: exact up to eight places, without a detour over binary numbers. */
export const money = (decimal: string): string => {
  const [, sign = '', whole = '', places = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal) ?? [];
  if (whole === '') return decimal;
  const shown = places.slice(0, placesMax).replace(/0+$/, '');
  return `${sign}${whole.replaceAll(/\B(?=(\d{3})+$)/g, ',')}${shown === '' ? '' : `.${shown}`}`;
};
