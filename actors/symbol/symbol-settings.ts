/** Bounds of a symbol's numbers and of its feed. */

import type { FeedSettings, SymbolRefusal } from './symbol-messages.ts';

/** Beyond these the ledger's integers and the engine's doubles would no longer hold the same numbers. */
const decimalPattern = /^0*(\d{1,12})(?:\.(\d{1,12}?)0*)?$/;

/** The same positive decimal without zeros that say nothing: `0.0100` is `0.01`. Null for anything else. */
export const plainDecimal = (text: string): string | null => {
  const match = decimalPattern.exec(text);
  if (match === null) return null;
  const [, whole = '0', fraction = ''] = match;
  const digits = fraction.replace(/0+$/, '');
  if (/^0*$/.test(whole + digits)) return null;
  return digits === '' ? whole : `${whole}.${digits}`;
};

const seedLengthMax = 100;
/** 500 % a year: wilder than any market. */
const volatilityMax = 5;
/** More than a person can see, and a load that one process carries for many symbols. */
const quotesPerSecondMax = 50;
/** A year of minutes in under ten seconds. */
const speedMax = 100_000;

const refusal = (field: string, message: string, remedy: string): SymbolRefusal => ({
  code: 'symbol-invalid',
  field: `/feed/${field}`,
  message,
  remedy,
});

const isWithin = (value: number, above: number, max: number): boolean => value > above && value <= max;

/** Why a feed can't run so; null when it can. */
export const refuseFeed = (feed: FeedSettings | null): SymbolRefusal | null => {
  if (feed === null) return null;
  if (feed.type === 'replay') {
    if (!isWithin(feed.speed, 0, speedMax))
      return refusal('speed', `A speed of ${feed.speed} is not possible.`, `Choose above 0 and up to ${speedMax}.`);
    if (feed.from !== null && !Number.isSafeInteger(feed.from))
      return refusal('from', `${feed.from} is no time.`, 'Give a time, or null for the first bar.');
    return null;
  }
  if (feed.seed.length === 0 || feed.seed.length > seedLengthMax)
    return refusal('seed', `A seed of ${feed.seed.length} characters is not possible.`, `Give 1 to ${seedLengthMax}.`);
  if (plainDecimal(feed.startPrice) === null)
    return refusal(
      'startPrice',
      `"${feed.startPrice.slice(0, 40)}" is no price.`,
      'Give a decimal number above 0 as text, such as "100".',
    );
  if (!isWithin(feed.annualVolatility, 0, volatilityMax))
    return refusal(
      'annualVolatility',
      `A volatility of ${feed.annualVolatility} is not possible.`,
      `Choose above 0 and up to ${volatilityMax}; 0.25 is 25 % a year.`,
    );
  if (!isWithin(feed.quotesPerSecond, 0, quotesPerSecondMax))
    return refusal(
      'quotesPerSecond',
      `${feed.quotesPerSecond} quotes a second are not possible.`,
      `Choose above 0 and up to ${quotesPerSecondMax}.`,
    );
  return null;
};
