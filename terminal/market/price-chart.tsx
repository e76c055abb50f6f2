/** The chart of a symbol: history, the candle in progress, older candles as one scrolls back. */

import { effect, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { ListedSymbol } from '#sdk';
import { theme } from '../app/theme.ts';
import { tellProblem } from '../app/toasts.tsx';
import { decimalsOf } from '../format/numbers.ts';
import { Empty, Failure, Spinner } from '../parts/states.tsx';
import { client, live } from '../session/session.ts';
import { openCandleChart } from './candle-chart.ts';
import { candleInProgress, candleOf, progressAfter, withMinute } from './candles.ts';
import type { Candle, Interval } from './candles.ts';
import { ChartLegend } from './chart-legend.tsx';

const pageCandles = 600;

type Status = { readonly type: 'loading' | 'ready' | 'empty' } | { readonly type: 'failed'; readonly error: unknown };

interface PriceChartProps {
  readonly listing: ListedSymbol;
  readonly interval: Interval;
}

export const PriceChart = ({ listing, interval }: PriceChartProps) => {
  const { symbol, tick } = listing;
  const place = useRef<HTMLDivElement>(null);
  const status = useSignal<Status>({ type: 'loading' });
  const pointed = useSignal<Candle | null>(null);
  const newest = useSignal<Candle | null>(null);
  useEffect(() => {
    if (place.current === null) return undefined;
    let candles: readonly Candle[] = [];
    let cursor: string | null = null;
    let isAsking = false;
    let isShown = true;
    let endLive = (): void => undefined;
    status.value = { type: 'loading' };
    newest.value = null;

    const chart = openCandleChart(place.current, {
      decimals: decimalsOf(tick),
      hasTime: interval !== '1d',
      onPoint: (candle) => {
        pointed.value = candle;
      },
      onStart: () => {
        if (cursor !== null && !isAsking) void older();
      },
    });
    const page = async (): Promise<readonly Candle[]> => {
      const asked = { interval, sort: 'desc', limit: pageCandles, ...(cursor === null ? {} : { cursor }) } as const;
      const { data, nextCursor } = await client.data.history(symbol, asked);
      cursor = nextCursor;
      return data.map(candleOf).toReversed();
    };
    const older = async (): Promise<void> => {
      isAsking = true;
      try {
        const before = await page();
        if (!isShown || before.length === 0) return;
        candles = [...before, ...candles];
        chart.set(candles, true);
      } catch (error) {
        // The same page again would fail again at every move of the chart.
        cursor = null;
        tellProblem('Older bars could not be loaded', error);
      } finally {
        isAsking = false;
      }
    };
    const begin = async (): Promise<void> => {
      try {
        isAsking = true;
        candles = await page();
        if (!isShown) return;
        chart.set(candles, false);
        newest.value = candles.at(-1) ?? null;
        status.value = { type: candles.length > 0 ? 'ready' : 'empty' };
        endLive = goOn();
      } catch (error) {
        if (isShown) status.value = { type: 'failed', error };
      } finally {
        isAsking = false;
      }
    };
    const goOn = (): (() => void) => {
      let progress = progressAfter(interval, candles.at(-1) ?? null);
      return live().bars(symbol, {
        onSnapshot: ({ bar }) => {
          if (bar !== null) progress = withMinute(progress, { ...bar, closed: false });
        },
        onPublication: (bar) => {
          progress = withMinute(progress, bar);
          const candle = candleInProgress(progress);
          if (candle === null) return;
          chart.update(candle);
          const last = candles.at(-1);
          candles = last?.time === candle.time ? [...candles.slice(0, -1), candle] : [...candles, candle];
          newest.value = candle;
          status.value = { type: 'ready' };
        },
      });
    };
    const endTheme = effect(() => {
      if (theme.value !== null) chart.recolour();
    });
    void begin();
    return () => {
      isShown = false;
      endTheme();
      endLive();
      chart.close();
    };
  }, [symbol, interval, tick]);
  return (
    <div class="chart">
      <ChartLegend candle={pointed.value ?? newest.value} decimals={decimalsOf(tick)} />
      <div ref={place} class="chart-place" role="img" aria-label={`Prices of ${symbol}, ${interval}`} />
      {status.value.type === 'loading' && (
        <div class="chart-cover">
          <Spinner />
        </div>
      )}
      {status.value.type === 'empty' && (
        <div class="chart-cover">
          <Empty title={`No ${interval} bars of ${symbol} so far.`}>
            Import prices, or wait: with a live feed the first candle comes within a minute.
          </Empty>
        </div>
      )}
      {status.value.type === 'failed' && (
        <div class="chart-cover">
          <Failure error={status.value.error} />
        </div>
      )}
    </div>
  );
};
