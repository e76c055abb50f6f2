/** A batch: how many are done, the ranking, the heat map. */

import { useState } from 'preact/hooks';
import type { Batch } from '#sdk';
import { showNumber } from '../format/numbers.ts';
import { Segments } from '../parts/segments.tsx';
import { Empty } from '../parts/states.tsx';
import { HeatMapView } from './heat-map-view.tsx';
import { isUnderWay } from './live-backtest.ts';
import { RankingTable } from './ranking-table.tsx';

/** Parameters that were varied: two and more make a map. */
const axesOf = ({ plan }: Batch): readonly string[] => Object.keys(plan.grid ?? plan.space ?? {});

export const BatchView = ({ view }: { readonly view: Batch }) => {
  const [tab, setTab] = useState<'ranking' | 'map'>('ranking');
  const { members, done, failed, excluded, failure } = view;
  const figures = [
    ['Members', members],
    ['Done', done],
    ['Failed', failed],
    ['Left out by the constraint', excluded],
  ] as const;
  const axes = axesOf(view);
  return (
    <>
      <dl class="cards">
        {figures.map(([title, value]) => (
          <div key={title} class="card figure">
            <dt>{title}</dt>
            <dd class={`number ${title === 'Failed' && value > 0 ? 'down' : ''}`}>{showNumber(value, 0)}</dd>
          </div>
        ))}
      </dl>
      {failure !== null && (
        <p class="notice" role="alert">
          {failure}
        </p>
      )}
      <section class="panel">
        <Segments
          look="tabs"
          label="Result"
          value={tab}
          options={[
            { value: 'ranking', title: 'Ranking' },
            { value: 'map', title: 'Heat map' },
          ]}
          onChange={setTab}
        />
        {done === 0 && isUnderWay(view) ? (
          <Empty title="No member is done yet.">The best appear here as soon as they are.</Empty>
        ) : tab === 'ranking' ? (
          <RankingTable view={view} />
        ) : axes.length < 2 ? (
          <Empty title="A heat map needs two parameters.">Name values to try for two of them.</Empty>
        ) : (
          <HeatMapView view={view} axes={axes} />
        )}
      </section>
    </>
  );
};
