/** The result of a backtest: figures, curves, trades on the chart, tables, log. */

import { useState } from 'preact/hooks';
import type { Backtest } from '#sdk';
import { Segments } from '../parts/segments.tsx';
import { Show } from '../parts/states.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import { plain } from '../format/plain.ts';
import { client } from '../session/session.ts';
import { EquityPanel } from './equity-panel.tsx';
import { KeyFigures, StatisticsTable } from './statistics-view.tsx';
import { LogTable, OrdersTable, TradesTable } from './result-tables.tsx';
import { TradesChart } from './trades-chart.tsx';

type Tab = 'overview' | 'trades' | 'orders' | 'log' | 'settings';

export const SingleResult = ({ view }: { readonly view: Backtest }) => {
  const [tab, setTab] = useState<Tab>('overview');
  const results = useLoaded(() => client.backtests.results(view.id), [view.id]);
  return (
    <>
      <KeyFigures statistics={view.statistics ?? {}} />
      <section class="panel">
        <Segments
          look="tabs"
          label="Result"
          value={tab}
          options={[
            { value: 'overview', title: 'Overview' },
            { value: 'trades', title: 'Trades' },
            { value: 'orders', title: 'Orders' },
            { value: 'log', title: 'Log' },
            { value: 'settings', title: 'Settings' },
          ]}
          onChange={setTab}
        />
        {tab === 'overview' && (
          <>
            <EquityPanel id={view.id} />
            <StatisticsTable statistics={view.statistics ?? {}} />
          </>
        )}
        {tab === 'trades' && (
          <>
            <TradesChart view={view} />
            <TradesTable view={view} />
          </>
        )}
        {tab === 'orders' && <OrdersTable view={view} />}
        {tab === 'log' && <LogTable id={view.id} />}
        {tab === 'settings' && (
          <Show of={results}>
            {({ settings, params, notes, tradeHash }) => (
              <div class="section stack">
                {notes.map((note) => (
                  <p key={note} class="notice">
                    {note}
                  </p>
                ))}
                <Values title="Parameters" values={params} />
                <Values title="Settings" values={settings} />
                <p class="muted">Trade hash {tradeHash}: runs with equal hashes traded alike.</p>
              </div>
            )}
          </Show>
        )}
      </section>
    </>
  );
};

const Values = ({ title, values }: { readonly title: string; readonly values: Readonly<Record<string, unknown>> }) => (
  <div>
    <h3>{title}</h3>
    {Object.keys(values).length === 0 && <p class="muted">All by default.</p>}
    <dl class="values">
      {Object.entries(values).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{plain(value)}</dd>
        </div>
      ))}
    </dl>
  </div>
);
