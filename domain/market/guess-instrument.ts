/** Guesses an instrument's grid from its bars, for price files that come with nothing but prices. */

import type { Bars } from './bars.ts';
import { describeBars } from './describe-bars.ts';
import type { BarsDescription } from './describe-bars.ts';
import type { Instrument } from './instrument.ts';

/** What the caller knows better than a guess. */
export type InstrumentOverrides = Partial<Omit<Instrument, 'symbol'>>;

/**
 * Tick: the step of the prices seen. Lot: 1, but a fraction where volumes have fractions or the
 * symbol names a coin. Multiplier: 1. Currency: the second half of a pair, else USD. Everything in
 * `overrides` wins.
 */
export const instrumentFor = (bars: Bars, symbol: string, overrides: InstrumentOverrides = {}): Instrument =>
  instrumentOf(describeBars(bars), symbol, overrides);

/** The same, of bars that are described already. */
export const instrumentOf = (
  description: BarsDescription,
  symbol: string,
  overrides: InstrumentOverrides = {},
): Instrument => {
  const pair = pairPattern.exec(symbol.toUpperCase());
  const coin = coins.has(pair?.[1] ?? symbol.toUpperCase());
  return {
    symbol,
    tick: description.suggestedTick,
    lot: countableLot(coin || description.volumeDecimals > 0 ? coinLot : 1, description.lowestClose),
    multiplier: 1,
    currency: pair?.[2] ?? 'USD',
    ...overrides,
  };
};

/** A millionth of a coin: finer than any order worth making, coarser than the wallets' own units. */
const coinLot = 0.000001;

/** Capital that a run may put into one symbol and still count its lots exactly. */
const capitalCounted = 1e9;

/** The lot, made coarser in powers of ten where a coin is so cheap that its lots could not be counted (2^53). */
const countableLot = (lot: number, price: number): number => {
  const smallest = capitalCounted / price / Number.MAX_SAFE_INTEGER;
  let countable = lot;
  // one over a power of ten stays the double nearest the decimal number
  while (countable < smallest) countable = countable < 1 ? 1 / Math.round(1 / countable / 10) : countable * 10;
  return countable;
};

const pairPattern =
  /^([A-Z0-9]{2,8}?)[-_/:]?(USDT|USDC|USD|EUR|GBP|JPY|CHF|CAD|AUD|NZD|CNY|BTC|ETH)(?:[-_.]?PERP|[-_.]SWAP)?$/;

/** Coins that are quoted in other money and traded in fractions. */
const coins: ReadonlySet<string> = new Set([
  'BTC',
  'XBT',
  'ETH',
  'BNB',
  'XRP',
  'SOL',
  'ADA',
  'DOGE',
  'DOT',
  'AVAX',
  'LTC',
  'LINK',
  'MATIC',
  'POL',
  'TRX',
  'BCH',
  'ETC',
  'XLM',
  'ATOM',
  'XMR',
  'UNI',
  'NEAR',
  'APT',
  'ARB',
  'OP',
  'FIL',
  'AAVE',
  'SUI',
  'TON',
  'SHIB',
  'PEPE',
]);
