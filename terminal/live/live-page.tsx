/** Strategies that run live, and the newest of what they want. */

import { useState } from 'preact/hooks';
import type { ListedDeployment } from '#sdk';
import { Link } from '../app/link.tsx';
import { showAgo } from '../format/times.ts';
import { Segments } from '../parts/segments.tsx';
import { Empty, Show } from '../parts/states.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import { client } from '../session/session.ts';
import { DeploymentActions } from './deployment-actions.tsx';
import { dataOf } from './deployment-words.ts';
import { useDeploymentEvents, withSignals } from './live-deployment.ts';
import { SignalsTable } from './signals-table.tsx';

const listedMax = 200;
const signalsShown = 50;

type Filter = 'all' | 'acted' | 'refused' | 'skipped';

export const LivePage = () => {
  const loaded = useLoaded(() => client.deployments.list({ limit: listedMax }), []);
  const [filter, setFilter] = useState<Filter>('all');
  const signals = useLoaded(
    () => client.trading.signals({ limit: signalsShown, ...(filter === 'all' ? {} : { status: filter }) }),
    [filter],
  );
  const deployments = loaded.state.status === 'ready' ? loaded.state.value.data : [];
  useDeploymentEvents(
    deployments.filter(({ status }) => status === 'active' || status === 'paused').map(({ id }) => id),
    (event) => {
      if (event.type === 'state') loaded.reload();
      else if (filter !== 'all') signals.reload();
      else if (signals.state.status === 'ready')
        signals.replace({ ...signals.state.value, data: withSignals(signals.state.value.data, event) });
    },
  );
  return (
    <div class="page">
      <div class="page-head">
        <h1>Live strategies</h1>
      </div>
      <section class="panel" aria-label="Deployments">
        <Show of={loaded}>
          {({ data }) =>
            data.length === 0 ? (
              <Empty title="No strategy runs live.">
                <p>
                  Open a <Link to="/strategies">strategy</Link> and run it on a paper account: it decides at each bar
                  that closes, and trades.
                </p>
              </Empty>
            ) : (
              <DeploymentsTable deployments={data} onChange={loaded.reload} />
            )
          }
        </Show>
      </section>
      <div class="page-head">
        <h2>Signals</h2>
        <Segments
          label="Which"
          value={filter}
          options={[
            { value: 'all', title: 'All' },
            { value: 'acted', title: 'Acted on' },
            { value: 'refused', title: 'Refused' },
            { value: 'skipped', title: 'Skipped' },
          ]}
          onChange={setFilter}
        />
      </div>
      <section class="panel" aria-label="Signals">
        <Show of={signals}>
          {({ data }) =>
            data.length === 0 ? (
              <Empty title={filter === 'all' ? 'No signals so far.' : 'None of these.'}>
                What running strategies want is listed here, with what became of it.
              </Empty>
            ) : (
              <SignalsTable signals={data} />
            )
          }
        </Show>
      </section>
    </div>
  );
};

interface DeploymentsTableProps {
  readonly deployments: readonly ListedDeployment[];
  readonly onChange: () => void;
}

const DeploymentsTable = ({ deployments, onChange }: DeploymentsTableProps) => (
  <div class="table-place">
    <table>
      <thead>
        <tr>
          <th>Strategy</th>
          <th>Data</th>
          <th>Status</th>
          <th>Started</th>
          <th />
        </tr>
      </thead>
      <tbody>
        {deployments.map((deployment) => {
          const { id, strategyName, strategyVersion, status, failure, startedAt } = deployment;
          return (
            <tr key={id}>
              <td>
                <Link to={`/live/${id}`}>{strategyName}</Link> <small class="muted">v{strategyVersion}</small>
              </td>
              <td>{dataOf(deployment)}</td>
              <td class="wrap">
                <span class={`status ${status}`}>{status}</span>
                {failure !== null && <small class="muted"> {failure.message}</small>}
              </td>
              <td class="time">{showAgo(startedAt)}</td>
              <td class="actions">
                <DeploymentActions id={id} name={strategyName} status={status} onDone={onChange} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  </div>
);
