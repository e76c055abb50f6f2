/**
 * Ehlers' homodyne discriminator: measures the period of a market's dominant cycle (J. Ehlers,
 * Rocket Science for Traders, 2001, chapters 6 and 7; started as TA-Lib does).
 */

import { Lag } from './window.ts';

/** The first bar that enters the Hilbert transforms, for indicators with the short lookback. */
export const cycleStart = 12;
/** The bars until the filters' starting values are forgotten well enough. */
export const cycleLookback = 32;

/** Hilbert transform of seven taps, of which four are not zero; before the first input all are. */
class HilbertFilter {
  private readonly lag2 = zeroLag();
  private readonly lag4 = zeroLag();
  private readonly lag6 = zeroLag();

  push(value: number): number {
    const ago2 = this.lag2.push(value);
    const ago4 = this.lag4.push(ago2);
    const ago6 = this.lag6.push(ago4);
    return 0.0962 * (value - ago6) + 0.5769 * (ago2 - ago4);
  }
}

const zeroLag = (bars = 2): Lag => {
  const lag = new Lag(bars);
  for (let i = 0; i < bars; i++) lag.push(0);
  return lag;
};

export class CycleMeter {
  /** Of the bar last pushed, once `push` has returned true. */
  inPhase = NaN;
  quadrature = NaN;
  /** Weighted average of the last four prices. */
  smoothPrice = NaN;
  /** Dominant cycle in bars, from 6 to 50; smoothed twice. */
  smoothPeriod = NaN;
  private readonly startBar: number;
  private bar = -1;
  private readonly detrend = new HilbertFilter();
  private readonly turn = new HilbertFilter();
  private readonly advanceInPhase = new HilbertFilter();
  private readonly advanceQuadrature = new HilbertFilter();
  private readonly detrended = zeroLag(3);
  private readonly price = { ago1: NaN, ago2: NaN, ago3: NaN };
  private readonly state = { i2: NaN, q2: NaN, re: NaN, im: NaN, period: NaN };

  /** The transforms start, from zero, at bar `startBar`. */
  constructor(startBar: number) {
    this.startBar = startBar;
    const { state } = this;
    state.i2 = state.q2 = state.re = state.im = state.period = this.smoothPeriod = 0;
  }

  /** Takes a price; true once the transforms run. */
  push(value: number): boolean {
    const { price } = this;
    this.smoothPrice = (4 * value + 3 * price.ago1 + 2 * price.ago2 + price.ago3) / 10;
    price.ago3 = price.ago2;
    price.ago2 = price.ago1;
    price.ago1 = value;
    if (this.bar < this.startBar) this.bar++;
    if (this.bar < this.startBar) return false;
    this.measure();
    return true;
  }

  private measure(): void {
    const { state } = this;
    const bandwidth = 0.075 * state.period + 0.54;
    const detrended = this.detrend.push(this.smoothPrice) * bandwidth;
    const quadrature = this.turn.push(detrended) * bandwidth;
    const inPhase = this.detrended.push(detrended);
    const leadI = this.advanceInPhase.push(inPhase) * bandwidth;
    const leadQ = this.advanceQuadrature.push(quadrature) * bandwidth;
    const q2 = 0.2 * (quadrature + leadI) + 0.8 * state.q2;
    const i2 = 0.2 * (inPhase - leadQ) + 0.8 * state.i2;
    state.re = 0.2 * (i2 * state.i2 + q2 * state.q2) + 0.8 * state.re;
    state.im = 0.2 * (i2 * state.q2 - q2 * state.i2) + 0.8 * state.im;
    state.q2 = q2;
    state.i2 = i2;
    const before = state.period;
    let period = before;
    if (state.im !== 0 && state.re !== 0) period = (2 * Math.PI) / Math.atan(state.im / state.re);
    if (period > 1.5 * before) period = 1.5 * before;
    if (period < 0.67 * before) period = 0.67 * before;
    if (period < 6) period = 6;
    else if (period > 50) period = 50;
    state.period = 0.2 * period + 0.8 * before;
    this.smoothPeriod = 0.33 * state.period + 0.67 * this.smoothPeriod;
    this.inPhase = inPhase;
    this.quadrature = quadrature;
  }
}
