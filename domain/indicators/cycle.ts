/**
 * Ehlers' cycle indicators (J. Ehlers, Rocket Science for Traders, 2001): the dominant cycle's
 * period and phase, the sine wave, the instantaneous trendline and the trend mode, as in TA-Lib.
 */

import { CycleMeter, cycleLookback, cycleStart } from './cycle-meter.ts';
import { builtIn } from './indicator.ts';
import type { SingleRun } from './indicator.ts';

/** First bar that enters the transforms of the indicators that need the phase. */
const phaseStart = 37;
/** 31 bars skipped for compatibility with TradeStation, and 32 for the transforms. */
const phaseLookback = 63;
/** A cycle's longest period: as many prices are kept. */
const periodMax = 50;
const degrees = 180 / Math.PI;

/** Dominant cycle period in bars (TA-Lib HT_DCPERIOD). */
export const htDcPeriod = builtIn({
  name: 'htDcPeriod',
  title: 'Dominant cycle period',
  group: 'cycle',
  takes: ['value'],
  gives: ['value'],
  parameters: [],
  start: () => {
    const meter = new CycleMeter(cycleStart);
    let waiting = cycleLookback;
    return {
      lookback: cycleLookback,
      next: (value: number) => {
        meter.push(value);
        if (waiting > 0) {
          waiting--;
          return NaN;
        }
        return meter.smoothPeriod;
      },
    };
  },
});

/** In-phase and quadrature components of the cycle (TA-Lib HT_PHASOR). */
export const htPhasor = builtIn({
  name: 'htPhasor',
  title: 'Phasor components',
  group: 'cycle',
  takes: ['value'],
  gives: ['inPhase', 'quadrature'],
  parameters: [],
  start: () => {
    const meter = new CycleMeter(cycleStart);
    let waiting = cycleLookback;
    return {
      lookback: cycleLookback,
      next: (out: Float64Array, value: number) => {
        meter.push(value);
        const isWarm = waiting === 0;
        if (!isWarm) waiting--;
        out[0] = isWarm ? meter.inPhase : NaN;
        out[1] = isWarm ? meter.quadrature : NaN;
      },
    };
  },
});

/** The meter, and with it the cycle's phase and the trendline. */
class PhaseMeter {
  /** Degrees, −45 to 315. */
  phase = NaN;
  trendline = NaN;
  readonly meter = new CycleMeter(phaseStart);
  private readonly smoothed = new Float64Array(periodMax);
  private readonly prices = new Float64Array(periodMax);
  private index = 0;
  private readonly averages = { ago1: NaN, ago2: NaN, ago3: NaN };

  constructor() {
    this.phase = 0;
    this.averages.ago1 = this.averages.ago2 = this.averages.ago3 = 0;
  }

  /** Takes a price; true once the transforms run. */
  push(value: number): boolean {
    const runs = this.meter.push(value);
    this.prices[this.index] = value;
    if (runs) {
      this.smoothed[this.index] = this.meter.smoothPrice;
      this.read(Math.floor(this.meter.smoothPeriod + 0.5));
    }
    this.index = this.index + 1 === periodMax ? 0 : this.index + 1;
    return runs;
  }

  /** Correlates the last `count` smoothed prices with one turn of a sine, and averages as many prices. */
  private read(count: number): void {
    let real = 0;
    let imaginary = 0;
    let sum = 0;
    let at = this.index;
    for (let i = 0; i < count; i++) {
      const angle = (i * 2 * Math.PI) / count;
      real += Math.sin(angle) * (this.smoothed[at] as number); // at stays inside the ring
      imaginary += Math.cos(angle) * (this.smoothed[at] as number);
      sum += this.prices[at] as number;
      at = at === 0 ? periodMax - 1 : at - 1;
    }
    let phase = this.phase;
    if (imaginary !== 0) phase = Math.atan(real / imaginary) * degrees;
    else if (real !== 0) phase += real < 0 ? -90 : 90;
    // One bar of lag of the smoothed price is made good.
    phase += 90 + 360 / this.meter.smoothPeriod;
    if (imaginary < 0) phase += 180;
    this.phase = phase > 315 ? phase - 360 : phase;

    const { averages } = this;
    const average = count > 0 ? sum / count : 0;
    this.trendline = (4 * average + 3 * averages.ago1 + 2 * averages.ago2 + averages.ago3) / 10;
    averages.ago3 = averages.ago2;
    averages.ago2 = averages.ago1;
    averages.ago1 = average;
  }
}

/** One number off the meter at each bar. */
const phaseRun = (read: (meter: PhaseMeter) => number): SingleRun => {
  const meter = new PhaseMeter();
  let waiting = phaseLookback;
  return {
    lookback: phaseLookback,
    next: (value: number) => {
      meter.push(value);
      if (waiting > 0) {
        waiting--;
        return NaN;
      }
      return read(meter);
    },
  };
};

/** Dominant cycle phase in degrees, −45 to 315 (TA-Lib HT_DCPHASE). */
export const htDcPhase = builtIn({
  name: 'htDcPhase',
  title: 'Dominant cycle phase',
  group: 'cycle',
  takes: ['value'],
  gives: ['value'],
  parameters: [],
  start: () => phaseRun((meter) => meter.phase),
});

/** Sine of the cycle's phase, and the sine 45 degrees ahead (TA-Lib HT_SINE). */
export const htSine = builtIn({
  name: 'htSine',
  title: 'Sine wave',
  group: 'cycle',
  takes: ['value'],
  gives: ['sine', 'leadSine'],
  parameters: [],
  start: () => {
    const meter = new PhaseMeter();
    let waiting = phaseLookback;
    return {
      lookback: phaseLookback,
      next: (out: Float64Array, value: number) => {
        meter.push(value);
        const isWarm = waiting === 0;
        if (!isWarm) waiting--;
        out[0] = isWarm ? Math.sin(meter.phase / degrees) : NaN;
        out[1] = isWarm ? Math.sin((meter.phase + 45) / degrees) : NaN;
      },
    };
  },
});

/** Instantaneous trendline: the price averaged over one dominant cycle (TA-Lib HT_TRENDLINE). */
export const htTrendline = builtIn({
  name: 'htTrendline',
  title: 'Instantaneous trendline',
  group: 'cycle',
  takes: ['value'],
  gives: ['value'],
  parameters: [],
  start: () => phaseRun((meter) => meter.trendline),
});

/** 1 in a trend, 0 in a cycle (TA-Lib HT_TRENDMODE). */
export const htTrendMode = builtIn({
  name: 'htTrendMode',
  title: 'Trend or cycle mode',
  group: 'cycle',
  takes: ['value'],
  gives: ['value'],
  parameters: [],
  start: () => {
    const meter = new PhaseMeter();
    const state = { phase: NaN, sine: NaN, leadSine: NaN };
    state.phase = state.sine = state.leadSine = 0;
    let barsInTrend = 0;
    let waiting = phaseLookback;
    return {
      lookback: phaseLookback,
      next: (value: number) => {
        let mode = NaN;
        if (meter.push(value)) {
          const { phase, sine, leadSine } = state;
          const { smoothPeriod, smoothPrice } = meter.meter;
          state.phase = meter.phase;
          state.sine = Math.sin(meter.phase / degrees);
          state.leadSine = Math.sin((meter.phase + 45) / degrees);
          const crossed =
            (state.sine > state.leadSine && sine <= leadSine) || (state.sine < state.leadSine && sine >= leadSine);
          barsInTrend = crossed ? 1 : barsInTrend + 1;
          const turn = state.phase - phase;
          const turnsLikeACycle = turn > (0.67 * 360) / smoothPeriod && turn < (1.5 * 360) / smoothPeriod;
          const isCycle = crossed || barsInTrend < 0.5 * smoothPeriod || turnsLikeACycle;
          const isFarFromTrendline =
            meter.trendline !== 0 && Math.abs((smoothPrice - meter.trendline) / meter.trendline) >= 0.015;
          mode = isCycle && !isFarFromTrendline ? 0 : 1;
        }
        if (waiting > 0) {
          waiting--;
          return NaN;
        }
        return mode;
      },
    };
  },
});
