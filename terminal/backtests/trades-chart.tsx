/** The trades of a result on the prices that they were made at. */

import { effect, useSignal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Backtest, TradeRow } from '#sdk';
import { theme } from '../app/theme.ts';
import { showChange, showNumber } from '../format/numbers.ts';
import { Segments } from '../parts/segments.tsx';
import { Empty, Show } from '../parts/states.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import { client } from '../session/session.ts';
import { openCandleChart } from '../market/candle-chart.ts';
import type { ChartMark } from '../market/candle-chart.ts';
import { candleOf } from '../market/candles.ts';
import type { Candle } from '../market/candles.ts';
import { ChartLegend } from '../market/chart-legend.tsx';

const candlesMax = 10_000;
const tradesMax = 2_000;
/** Up to here all candles can be told apart; of more the newest are shown first. */
const wholeMax = 400;

interface Shown {
  readonly candles: readonly Candle[];
  readonly trades: readonly TradeRow[];
  readonly isCut: boolean;
}

const fetchShown = async (view: Backtest, feed: number): Promise<Shown> => {
  const { symbol = '', interval = '1d' } = view.feeds[feed] ?? {};
  const [bars, trades] = await Promise.all([
    client.data.history(symbol, {
      interval,
      sort: 'desc',
      limit: candlesMax,
      ...(view.from === null ? {} : { from: view.from }),
      ...(view.to === null ? {} : { to: view.to }),
    }),
    client.backtests.trades(view.id, { offset: 0, limit: tradesMax }),
  ]);
  return {
    candles: bars.data.map(candleOf).toReversed(),
    trades: trades.data.filter((trade) => trade.feed === feed),
    isCut: bars.nextCursor !== null || trades.total > tradesMax,
  };
};

export const TradesChart = ({ view }: { readonly view: Backtest }) => {
  const [feed, setFeed] = useState(0);
  const shown = useLoaded(() => fetchShown(view, feed), [view.id, feed]);
  return (
    <>
      {view.feeds.length > 1 && (
        <div class="section">
          <Segments
            label="Symbol"
            value={String(feed)}
            options={view.feeds.map(({ symbol }, place) => ({ value: String(place), title: symbol }))}
            onChange={(next) => setFeed(Number(next))}
          />
        </div>
      )}
      <Show of={shown}>
        {(value) =>
          value.candles.length === 0 ? (
            <Empty title="The prices are no longer stored." />
          ) : (
            <>
              <MarkedChart shown={value} />
              {value.isCut && <p class="hint section">The newest part is shown. The HTML report has all.</p>}
            </>
          )
        }
      </Show>
    </>
  );
};

const marksOf = (trades: readonly TradeRow[]): readonly ChartMark[] =>
  trades
    .flatMap(({ side, quantity, entryTime, exitTime, pnl }): readonly ChartMark[] => {
      const isLong = side === 'long';
      const entry = {
        time: Date.parse(entryTime),
        kind: isLong ? 'buy' : 'sell',
        text: showNumber(quantity, 0),
      } as const;
      if (exitTime === null) return [entry];
      return [entry, { time: Date.parse(exitTime), kind: isLong ? 'sell' : 'buy', text: showChange(pnl, 0) }];
    })
    .toSorted((a, b) => a.time - b.time);

const MarkedChart = ({ shown }: { readonly shown: Shown }) => {
  const place = useRef<HTMLDivElement>(null);
  const pointed = useSignal<Candle | null>(null);
  const { candles, trades } = shown;
  const decimals = (candles.at(-1)?.close ?? 1) < 10 ? 5 : 2;
  useEffect(() => {
    if (place.current === null) return undefined;
    const chart = openCandleChart(place.current, {
      decimals,
      hasTime: candles.some(({ time }) => time % 86_400_000 !== 0),
      onPoint: (candle) => {
        pointed.value = candle;
      },
      onStart: () => undefined,
    });
    chart.set(candles, false);
    chart.mark(marksOf(trades));
    if (candles.length <= wholeMax) chart.showAll();
    const endTheme = effect(() => {
      if (theme.value !== null) chart.recolour();
    });
    return () => {
      endTheme();
      chart.close();
    };
  }, [shown]);
  return (
    <div class="chart trades-chart">
      <ChartLegend candle={pointed.value ?? candles.at(-1) ?? null} decimals={decimals} />
      <div ref={place} class="chart-place" role="img" aria-label="Prices with the trades" />
    </div>
  );
};
