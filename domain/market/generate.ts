/**
 * Makes prices from a seed that behave like a market's: volatility that comes in waves, fat tails,
 * jumps, a busy open and close, gaps over night and weekends, volume that follows movement, symbols
 * that move together. For examples, tests and benchmarks; not a forecast of anything.
 *
 * Only + − × ÷ and square roots are used, which every machine rounds alike, so the same seed gives
 * the same bits everywhere. A test holds a hash of them.
 */

import { randomWordsFrom } from '../random.ts';
import { allocateBars, sliceBars } from './bars.ts';
import type { Bars } from './bars.ts';
import { dayMs } from './calendar.ts';
import type { Instrument } from './instrument.ts';
import { MarketDataMistake } from './mistake.ts';
import { resampleBars } from './resample.ts';
import { formatTimeframe, periodEnd } from './timeframe.ts';
import type { Timeframe } from './timeframe.ts';
import { slotsOf } from './trading-hours.ts';
import type { MarketKind, Slots } from './trading-hours.ts';

export interface GeneratedSymbolOptions {
  readonly symbol: string;
  /** First price, in currency. */
  readonly price?: number | undefined;
  /** Standard deviation of a year's return: 0.25 is 25 %. */
  readonly volatility?: number | undefined;
  /** Expected return of a year. */
  readonly drift?: number | undefined;
  readonly tick?: number | undefined;
  /** Average units traded a day. */
  readonly dailyVolume?: number | undefined;
}

export interface GenerateOptions {
  readonly seed: number | string;
  readonly market: MarketKind;
  readonly timeframe: Timeframe;
  /** No bar starts before this, milliseconds UTC. */
  readonly start: number;
  /** How many bars of each symbol. */
  readonly bars: number;
  readonly symbols: readonly GeneratedSymbolOptions[];
  /** Correlation of any two symbols' returns, 0 to 0.99; default by market. */
  readonly correlation?: number | undefined;
}

export interface GeneratedSymbol {
  readonly symbol: string;
  readonly instrument: Instrument;
  readonly bars: Bars;
}

/**
 * All symbols together, and where bars are longer than a day the days they are made of: at 48 bytes a
 * bar 2.4 GB, and a few minutes' work.
 */
const generatedBarsMax = 50_000_000;

/**
 * A symbol's prices depend on the seed, its name and its own settings, not on which others are made
 * with it. Throws {@link MarketDataMistake} `generate-option` for settings that make no sense.
 */
export const generatePrices = (options: GenerateOptions): readonly GeneratedSymbol[] => {
  checkOptions(options);
  const { market, timeframe, start, bars: count } = options;
  const coarse = timeframe.ms > dayMs;
  const finer: Timeframe = coarse ? { ms: dayMs, unit: 'day', count: 1 } : timeframe;
  const slots = slotsOf({
    market,
    timeframe: finer,
    start,
    end: coarse ? endOfPeriods(start, timeframe, count) : Infinity,
    barsMax: coarse ? Infinity : count,
  });
  return options.symbols.map((symbol) => {
    const filled = fill(slots, { ...options, ...symbol, ...valuesFor(options, symbol) });
    const bars = coarse ? sliceBars(resampleBars(filled, { from: finer, to: timeframe }).bars, 0, count) : filled;
    const { tick, lot, currency } = { ...defaults[market], ...withoutUndefined(symbol) };
    return { symbol: symbol.symbol, instrument: { symbol: symbol.symbol, tick, lot, multiplier: 1, currency }, bars };
  });
};

interface MarketDefaults {
  readonly price: number;
  readonly volatility: number;
  readonly drift: number;
  readonly tick: number;
  readonly lot: number;
  readonly currency: string;
  readonly dailyVolume: number;
  readonly volumeDecimals: number;
  readonly correlation: number;
  readonly tradingDays: number;
  /** Variance of one closed day against one of trading. */
  readonly closedVariance: number;
}

const defaults: Readonly<Record<MarketKind, MarketDefaults>> = {
  stock: {
    price: 100,
    volatility: 0.25,
    drift: 0.08,
    tick: 0.01,
    lot: 1,
    currency: 'USD',
    dailyVolume: 2_000_000,
    volumeDecimals: 0,
    correlation: 0.5,
    tradingDays: 252,
    closedVariance: 0.3,
  },
  crypto: {
    price: 20_000,
    volatility: 0.6,
    drift: 0.25,
    tick: 0.01,
    lot: 0.000001,
    currency: 'USDT',
    dailyVolume: 20_000,
    volumeDecimals: 4,
    correlation: 0.6,
    tradingDays: 365,
    closedVariance: 0,
  },
  fx: {
    price: 1.1,
    volatility: 0.08,
    drift: 0,
    tick: 0.00001,
    lot: 1,
    currency: 'USD',
    dailyVolume: 100_000,
    volumeDecimals: 0,
    correlation: 0.3,
    tradingDays: 260,
    closedVariance: 0.15,
  },
};

interface Path extends Pick<
  MarketDefaults,
  | 'price'
  | 'volatility'
  | 'drift'
  | 'tick'
  | 'dailyVolume'
  | 'volumeDecimals'
  | 'correlation'
  | 'tradingDays'
  | 'closedVariance'
> {
  readonly seed: number | string;
  readonly symbol: string;
  readonly market: MarketKind;
}

const withoutUndefined = (
  symbol: GeneratedSymbolOptions,
): Partial<Pick<MarketDefaults, 'price' | 'volatility' | 'drift' | 'tick' | 'dailyVolume'>> =>
  Object.fromEntries(Object.entries(symbol).filter(([key, value]) => key !== 'symbol' && value !== undefined));

const valuesFor = ({ market, correlation }: GenerateOptions, symbol: GeneratedSymbolOptions): MarketDefaults => ({
  ...defaults[market],
  ...withoutUndefined(symbol),
  ...(correlation === undefined ? {} : { correlation }),
});

/** Steps walked within a bar, from which its high and low come. */
const stepsPerBar = 8;

/**
 * How far, in deviations of a step, a price goes beyond its extremes at the steps in the time between
 * them: −ζ(1/2) ÷ √(2π) (M. Broadie, P. Glasserman and S. Kou, "A Continuity Correction for Discrete
 * Barrier Options", Mathematical Finance 7:4, 1997). Without it bars are too short for their moves,
 * and whoever waits with a limit order inside them loses on average for no reason.
 */
const betweenSteps = 0.5826;

/** How long, in trading days, a wave of volatility takes to fade by two thirds: a slow one and a quick one. */
const slowWaveDays = 40;
const quickWaveDays = 0.4;
/** Standard deviation of either wave, of the logarithm of the volatility. */
const slowWaveSize = 0.42;
const quickWaveSize = 0.3;
/** Falling prices raise volatility: correlation of the return with the slow wave's next shock. */
const leverage = -0.35;

/** News: so often per trading day, over night where there is one, so large in daily standard deviations. */
const jumpsPerDay = 0.015;
const jumpSize = 3.5;

/** One symbol's bars along the slots. */
const fill = (slots: Slots, path: Path): Bars => {
  const common = randomWordsFrom(`${path.seed}/market`);
  const own = randomWordsFrom(`${path.seed}/${path.symbol}`);
  const shareCommon = Math.sqrt(path.correlation);
  const shareOwn = Math.sqrt(1 - path.correlation);
  const shock = (): number => shareCommon * bell(common) + shareOwn * bell(own);

  const bars = allocateBars(slots.time.length);
  const toTick = rounding(path.tick);
  const toLot = rounding(1 / [1, 10, 100, 1e3, 1e4][path.volumeDecimals]!); // 0 to 4 by the table of defaults
  const meanVolatility = 1 / exponential(slowWaveSize ** 2 + quickWaveSize ** 2); // of exp(2 × waves), so that the year's volatility is as asked
  const overnight = path.closedVariance > 0;
  const dailyDeviation =
    (path.volatility / Math.sqrt(path.tradingDays)) *
    meanVolatility *
    (overnight ? Math.sqrt(1 / (1 + path.closedVariance)) : 1);
  const dailyDrift = path.drift / path.tradingDays;

  let price = path.price;
  let slow = slowWaveSize * bell(common);
  let quick = 0;
  let lastReturn = 0;
  let fadeFor = -1;
  let slowFade = 1;
  let quickFade = 1;
  for (let i = 0; i < slots.time.length; i++) {
    const share = slots.dayShare[i] as number; // the columns of slots have one length
    const closed = slots.closedDays[i] as number;
    const busyness = activity(path.market, share === 1 ? 0.5 : (slots.position[i] as number), share === 1);
    if (share !== fadeFor) {
      fadeFor = share;
      slowFade = exponential(-share / slowWaveDays);
      quickFade = exponential(-share / quickWaveDays);
    }
    const slowShock =
      leverage * lastReturn + Math.sqrt(1 - leverage ** 2) * (0.7 * bell(common) + 0.714142842854285 * bell(own));
    slow = slow * slowFade + slowWaveSize * Math.sqrt(1 - slowFade ** 2) * slowShock;
    quick =
      quick * quickFade +
      quickWaveSize * Math.sqrt(1 - quickFade ** 2) * (0.5 * bell(common) + 0.8660254037844386 * bell(own));
    const wave = exponential(slow + quick);
    const perDay = dailyDeviation * wave;

    if (closed > 0) {
      // the night and the weekend: more closed time moves more, but far less than in proportion
      const deviation = perDay * Math.sqrt(path.closedVariance * Math.min(2, 0.7 + 0.3 * closed));
      price = moved(price, deviation * shock() + jump(own, 1, dailyDeviation));
    } else if (i > 0) {
      price = moved(
        price,
        0.3 * perDay * Math.sqrt((share * busyness) / stepsPerBar) * bell(own) +
          (overnight ? 0 : jump(own, share, dailyDeviation)),
      );
    }
    const open = price;
    let high = price;
    let low = price;
    const step = perDay * Math.sqrt((share * busyness) / stepsPerBar);
    const driftStep = (dailyDrift * share) / stepsPerBar;
    for (let k = 0; k < stepsPerBar; k++) {
      price = moved(price, driftStep + step * shock());
      if (price > high) high = price;
      if (price < low) low = price;
    }
    high = moved(high, betweenSteps * step);
    low = moved(low, -betweenSteps * step);
    lastReturn = step === 0 ? 0 : clamp((price / open - 1) / (step * Math.sqrt(stepsPerBar)), 3);

    const effort = 0.35 + 0.8 * Math.abs(lastReturn);
    const taste = exponential(0.35 * bell(own) + 0.5 * slow + 0.4 * quick);
    bars.time[i] = slots.time[i] as number;
    bars.open[i] = Math.max(path.tick, toTick(open));
    bars.high[i] = Math.max(path.tick, toTick(high));
    bars.low[i] = Math.max(path.tick, toTick(low));
    bars.close[i] = Math.max(path.tick, toTick(price));
    bars.volume[i] = toLot(path.dailyVolume * share * busyness * effort * taste);
  }
  return bars;
};

/** Price after a return, which is kept within what leaves a price. */
const moved = (price: number, change: number): number => price * (1 + clamp(change, 0.6));

const clamp = (value: number, limit: number): number => Math.max(-limit, Math.min(limit, value));

/** Now and then news, else 0. As many words are drawn either way, so that a jump shifts nothing after it. */
const jump = (words: () => number, days: number, deviation: number): number => {
  const happens = words() < jumpsPerDay * days * twoTo32;
  const size = jumpSize * deviation * bell(words);
  return happens ? size : 0;
};

/**
 * How busy the market is at a place in its session, 1 on average: U-shaped for stocks, with the
 * overlap of Europe and America for currencies and, flatter, for coins.
 */
const activity = (market: MarketKind, position: number, wholeDay: boolean): number => {
  if (wholeDay) return 1;
  if (market === 'stock') return 0.55 + 1.35 * (2 * position - 1) ** 2;
  // a hump around 14:00 UTC, given by the parabola over ±9 hours
  const hoursFromPeak = Math.abs(position * 24 - 14);
  const hump = Math.max(0, 1 - (hoursFromPeak / 9) ** 2);
  return market === 'fx' ? 0.45 + 1.1 * hump : 0.75 + 0.5 * hump;
};

/** A number of mean 0 and deviation 1, almost normal and within ±3: the sum of three even ones. */
const bell = (words: () => number): number => (words() + words() + words()) / twoTo31 - 3;

const twoTo31 = 2_147_483_648;
const twoTo32 = 4_294_967_296;

/** e to the x for −20 to 20, within 1e-13, from + and × alone: see the head of the file. */
export const exponential = (x: number): number => {
  const part = clamp(x, 20) / 64;
  let sum = 1;
  for (let n = 12; n > 0; n--) sum = 1 + (part / n) * sum;
  for (let i = 0; i < 6; i++) sum *= sum;
  return sum;
};

/** Rounds to multiples of a step, to the double nearest the decimal number. */
const rounding = (step: number): ((value: number) => number) => {
  const perUnit = Math.round(1 / step);
  return perUnit >= 1 && Math.abs(perUnit * step - 1) < 1e-9
    ? (value) => Math.round(value * perUnit) / perUnit
    : (value) => Math.round(value / step) * step;
};

const endOfPeriods = (start: number, timeframe: Timeframe, count: number): number => {
  let end = start;
  for (let i = 0; i <= count; i++) end = periodEnd(end, timeframe);
  return end;
};

const checkOptions = ({ bars, timeframe, symbols, correlation = 0, start }: GenerateOptions): void => {
  const refuse = (problem: string, remedy: string): never => {
    throw new MarketDataMistake('generate-option', problem, remedy);
  };
  if (!Number.isInteger(bars) || bars < 1) refuse(`${bars} is no number of bars.`, 'Ask for 1 or more.');
  if (symbols.length === 0) refuse('No symbol was named.', 'Name at least one.');
  if (bars * symbols.length > generatedBarsMax)
    refuse(
      `${bars} bars of ${symbols.length} symbols are more than ${generatedBarsMax}.`,
      'Ask for fewer, or make them in parts.',
    );
  if (bars * symbols.length * Math.max(1, timeframe.ms / dayMs) > generatedBarsMax)
    refuse(
      `${bars} bars of ${formatTimeframe(timeframe)} are made of more than ${generatedBarsMax} days.`,
      'Ask for fewer, or for a shorter timeframe.',
    );
  if (new Set(symbols.map(({ symbol }) => symbol)).size < symbols.length)
    refuse('A symbol is named twice.', 'Give each symbol once.');
  if (!(correlation >= 0 && correlation <= 0.99))
    refuse(`A correlation of ${correlation} is not possible.`, 'Choose from 0 to 0.99.');
  if (!Number.isFinite(start)) refuse('The start is no time.', 'Give a date such as 2020-01-01.');
  for (const { symbol, price = 1, volatility = 0.1, drift = 0, tick = 0.01, dailyVolume = 1 } of symbols) {
    if (!(price > 0 && price <= 1e9))
      refuse(`${symbol} can't start at ${price}.`, 'Choose a price above 0 and up to 1e9.');
    if (!(volatility >= 0 && volatility <= 5))
      refuse(`${symbol} can't have a volatility of ${volatility}.`, 'Choose from 0 to 5; 0.25 is 25 % a year.');
    if (!(Math.abs(drift) <= 5))
      refuse(`${symbol} can't have a drift of ${drift}.`, 'Choose from −5 to 5; 0.08 is 8 % a year.');
    if (!(tick > 0 && tick <= 1000))
      refuse(`${symbol} can't have a tick of ${tick}.`, 'Choose a price step above 0, such as 0.01.');
    if (!(dailyVolume >= 0 && dailyVolume <= 1e12))
      refuse(`${symbol} can't trade ${dailyVolume} a day.`, 'Choose from 0 to 1e12.');
  }
};
