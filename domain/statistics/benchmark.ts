/** Buy and hold of a run's symbols: the market against which a strategy is measured. */

import type { Feed } from '../market/feed.ts';
import type { Calendar } from './trading-days.ts';
import { exactSum } from './exact-sum.ts';

/** Depends on the data alone. */
export interface Benchmark {
  /** From the first close of each symbol to its last; NaN without bars. */
  readonly return: number;
  /** One return per sample of the calendar, as the strategy's own returns are formed. */
  readonly returns: Float64Array;
  /** Mean of `returns`. */
  readonly mean: number;
}

/**
 * Puts an equal amount into each symbol at the close of its first bar from step `firstStep` on (cash
 * until then) and holds it. A split multiplies the units; dividends stay as cash. A symbol that
 * comes with several timeframes counts once.
 */
export const prepareBenchmark = (
  timeline: Float64Array,
  feeds: readonly Feed[],
  calendar: Calendar,
  firstStep: number,
): Benchmark => {
  const { dayEnds } = calendar;
  const values = new Float64Array(dayEnds.length);
  const from = timeline[firstStep] ?? Infinity;
  const held = onePerSymbol(feeds).filter(({ bars }) => (bars.time[bars.time.length - 1] ?? -Infinity) >= from);
  for (const feed of held) addHolding(values, feed, timeline, dayEnds, from);
  const returns = new Float64Array(dayEnds.length);
  for (let i = 0; i < values.length; i++) {
    returns[i] = held.length === 0 ? 0 : (values[i] ?? 0) / (i === 0 ? held.length : (values[i - 1] ?? 0)) - 1;
  }
  const last = values[values.length - 1];
  return {
    return: held.length === 0 || last === undefined ? NaN : last / held.length - 1,
    returns,
    mean: exactSum(returns) / returns.length,
  };
};

const onePerSymbol = (feeds: readonly Feed[]): readonly Feed[] =>
  feeds.filter(({ symbol }, i) => feeds.findIndex((other) => other.symbol === symbol) === i);

/** Adds the value of one currency unit held in `feed` to the value at each sample. */
const addHolding = (
  values: Float64Array,
  { bars, actions = [] }: Feed,
  timeline: Float64Array,
  dayEnds: Int32Array,
  from: number,
): void => {
  let bar = 0;
  let units = 0;
  let cash = 1;
  let value = 1;
  let action = 0;
  for (let i = 0; i < dayEnds.length; i++) {
    const time = timeline[dayEnds[i] ?? 0] ?? 0;
    for (; bar < bars.time.length && (bars.time[bar] ?? 0) <= time; bar++) {
      const barTime = bars.time[bar] ?? 0;
      for (let next = actions[action]; next !== undefined && next.time <= barTime; next = actions[++action]) {
        if (next.type === 'split') units *= next.ratio;
        else cash += units * next.amount;
      }
      const close = bars.close[bar] ?? 0;
      if (units === 0 && barTime >= from && close > 0) {
        units = cash / close;
        cash = 0;
      }
      value = cash + units * close;
    }
    values[i] = (values[i] ?? 0) + value;
  }
};
