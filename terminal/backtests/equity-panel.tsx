/** Equity and drawdown over time. */

import { effect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { theme } from '../app/theme.ts';
import { showNumber } from '../format/numbers.ts';
import { Show } from '../parts/states.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import { client } from '../session/session.ts';
import { openCurveChart } from './curve-chart.ts';
import { drawdownCurve, equityCurve, thinned } from './curves.ts';
import type { CurvePoint } from './curves.ts';

const pageRows = 10_000;
/** Steps that are fetched; the report shows all of longer runs. */
const rowsMax = 100_000;
/** More than there are pixels. */
const drawnMax = 8_000;

interface Equity {
  readonly points: readonly CurvePoint[];
  readonly total: number;
}

const fetchEquity = async (id: string): Promise<Equity> => {
  const points: CurvePoint[] = [];
  let total = 1;
  while (points.length < Math.min(total, rowsMax)) {
    const page = await client.backtests.equity(id, { offset: points.length, limit: pageRows });
    if (page.data.length === 0) break;
    points.push(...equityCurve(page.data));
    total = page.total;
  }
  return { points, total };
};

export const EquityPanel = ({ id }: { readonly id: string }) => {
  const equity = useLoaded(() => fetchEquity(id), [id]);
  return (
    <Show of={equity}>
      {({ points, total }) => (
        <>
          <Curves points={points} />
          {points.length < total && (
            <p class="hint section">
              The first {showNumber(points.length, 0)} of {showNumber(total, 0)} steps. The HTML report shows all.
            </p>
          )}
        </>
      )}
    </Show>
  );
};

const Curves = ({ points }: { readonly points: readonly CurvePoint[] }) => {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (place.current === null) return undefined;
    const chart = openCurveChart(place.current, {
      equity: thinned(points, drawnMax),
      drawdown: thinned(drawdownCurve(points), drawnMax),
    });
    const endTheme = effect(() => {
      if (theme.value !== null) chart.recolour();
    });
    return () => {
      endTheme();
      chart.close();
    };
  }, [points]);
  return (
    <div class="curves">
      <span class="curve-name">Equity</span>
      <span class="curve-name below">Drawdown</span>
      <div ref={place} class="chart-place" role="img" aria-label="Equity and drawdown over time" />
    </div>
  );
};
