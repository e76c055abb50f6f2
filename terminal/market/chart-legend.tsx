/** The numbers of the candle under the cursor, or of the newest. */

import { directionOf, showNumber, showPercent, showShort } from '../format/numbers.ts';
import { showInstant } from '../format/times.ts';
import type { Candle } from './candles.ts';

export const ChartLegend = ({ candle, decimals }: { readonly candle: Candle | null; readonly decimals: number }) => {
  if (candle === null) return <div class="chart-legend" />;
  const { time, open, high, low, close, volume } = candle;
  const change = open === 0 ? 0 : close / open - 1;
  const prices = [
    ['O', open],
    ['H', high],
    ['L', low],
    ['C', close],
  ] as const;
  return (
    <div class="chart-legend">
      <span>{showInstant(new Date(time).toISOString())}</span>
      {prices.map(([name, price]) => (
        <span key={name}>
          <i>{name}</i> {showNumber(price, decimals)}
        </span>
      ))}
      <span class={directionOf(change)}>{showPercent(change)}</span>
      <span>
        <i>V</i> {showShort(volume)}
      </span>
    </div>
  );
};
