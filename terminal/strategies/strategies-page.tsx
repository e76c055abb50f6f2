/** All strategies. */

import { useState } from 'preact/hooks';
import type { ListedStrategy } from '#sdk';
import { Link } from '../app/link.tsx';
import { go } from '../app/router.ts';
import { showAgo } from '../format/times.ts';
import { Empty, Show } from '../parts/states.tsx';
import { Icon } from '../parts/icon.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import { client, may } from '../session/session.ts';
import { NewStrategyDialog } from './new-strategy-dialog.tsx';

const listedMax = 200;

export const StrategiesPage = () => {
  const loaded = useLoaded(() => client.strategies.list({ limit: listedMax }), []);
  const [isAdding, setAdding] = useState(false);
  const mayWrite = may('strategies:write');
  const add = mayWrite && (
    <button type="button" class="primary" onClick={() => setAdding(true)}>
      <Icon name="plus" /> New strategy
    </button>
  );
  return (
    <div class="page">
      <div class="page-head">
        <h1>Strategies</h1>
        {add}
      </div>
      <section class="panel">
        <Show of={loaded}>
          {({ data }) =>
            data.length === 0 ? (
              <Empty title="You have no strategies yet.">
                <p>A strategy is a piece of TypeScript that sees bars and places orders.</p>
                {add}
              </Empty>
            ) : (
              <StrategiesTable strategies={data} />
            )
          }
        </Show>
      </section>
      {isAdding && <NewStrategyDialog onClose={() => setAdding(false)} />}
    </div>
  );
};

const StrategiesTable = ({ strategies }: { readonly strategies: readonly ListedStrategy[] }) => (
  <div class="table-place">
    <table>
      <thead>
        <tr>
          <th>Name</th>
          <th>What it does</th>
          <th>Status</th>
          <th class="number">Version</th>
          <th>Changed</th>
          <th />
        </tr>
      </thead>
      <tbody>
        {strategies.map(({ id, name, description, tags, status, headVersion, updatedAt }) => (
          <tr key={id}>
            <td>
              <Link to={`/strategies/${id}`}>{name}</Link>
            </td>
            <td class="wrap muted">
              {description}{' '}
              {tags.map((tag) => (
                <span key={tag} class="tag">
                  {tag}
                </span>
              ))}
            </td>
            <td>
              <span class={`status ${status}`}>{status}</span>
            </td>
            <td class="number">{headVersion}</td>
            <td class="time">{showAgo(updatedAt)}</td>
            <td class="actions">
              <button
                type="button"
                class="small"
                onClick={() => go(`/backtests/new?strategy=${encodeURIComponent(id)}`)}
              >
                Backtest
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
