/** Exact decimals of the live ledger: whole numbers of 10^-8, as bigint, and their text on the wire. */

/** An amount of money, a price or a quantity in units of 10^-8. */
export type Decimal = bigint;

/** Places behind the point that are kept: what the finest settlement coins have. */
export const decimalPlaces = 8;
const unit = 10n ** BigInt(decimalPlaces);
/** Digits before the point: beyond any market, and far from what would make arithmetic slow. */
const wholeDigitsMax = 15;
const pattern = new RegExp(String.raw`^(-?)(\d{1,${wholeDigitsMax}})(?:\.(\d{1,${decimalPlaces}}))?$`);

/** Reads `-12.5`; null for anything else: signs, exponents, spaces, more places than are kept. */
export const decimalFromText = (text: string): Decimal | null => {
  const parts = pattern.exec(text);
  if (parts === null) return null;
  const [, sign, whole = '0', fraction = ''] = parts;
  const size = BigInt(whole) * unit + BigInt(fraction.padEnd(decimalPlaces, '0'));
  return sign === '-' ? -size : size;
};

/** Reads what is known to be a decimal: a value of the ledger itself. Throws where it is none: a broken invariant. */
export const decimal = (text: string): Decimal => {
  const value = decimalFromText(text);
  if (value === null)
    throw new RangeError(`"${text.slice(0, 40)}" is not a decimal of at most ${decimalPlaces} places`);
  return value;
};

/** The shortest text: no zeros at the end, no point without digits behind it. */
export const decimalText = (value: Decimal): string => {
  const size = value < 0n ? -value : value;
  const fraction = (size % unit).toString().padStart(decimalPlaces, '0').replace(/0+$/, '');
  const text = fraction === '' ? `${size / unit}` : `${size / unit}.${fraction}`;
  return value < 0n ? `-${text}` : text;
};

/** The product, rounded to a unit, halves away from zero: a debit mirrors a credit. */
export const timesDecimal = (a: Decimal, b: Decimal): Decimal => roundedQuotient(a * b, unit);

/** The quotient, rounded to a unit, halves away from zero. Throws RangeError on a divisor of zero. */
export const overDecimal = (a: Decimal, b: Decimal): Decimal => roundedQuotient(a * unit, b);

/** True when it is a whole number of steps; a step of zero is no grid. */
export const isOnGrid = (value: Decimal, step: Decimal): boolean => step === 0n || value % step === 0n;

const roundedQuotient = (dividend: bigint, divisor: bigint): bigint => {
  const isNegative = dividend < 0n !== divisor < 0n;
  const size = dividend < 0n ? -dividend : dividend;
  const by = divisor < 0n ? -divisor : divisor;
  const rounded = (size + by / 2n) / by;
  return isNegative ? -rounded : rounded;
};
