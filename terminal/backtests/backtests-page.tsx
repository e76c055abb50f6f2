/** All backtests and batches, those under way live. */

import { useState } from 'preact/hooks';
import { Link } from '../app/link.tsx';
import { go } from '../app/router.ts';
import { tellProblem } from '../app/toasts.tsx';
import { Icon } from '../parts/icon.tsx';
import { Segments } from '../parts/segments.tsx';
import { Empty, Show } from '../parts/states.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import { client, may } from '../session/session.ts';
import { BacktestRow } from './backtest-row.tsx';
import type { AnyBacktest } from './live-backtest.ts';

type Filter = 'all' | 'running' | 'completed' | 'failed';

const pageRows = 50;

export const BacktestsPage = () => {
  const [filter, setFilter] = useState<Filter>('all');
  const [more, setMore] = useState<readonly AnyBacktest[]>([]);
  const ask = (cursor?: string) =>
    client.backtests.list({
      limit: pageRows,
      ...(filter === 'all' ? {} : { status: filter }),
      ...(cursor === undefined ? {} : { cursor }),
    });
  const loaded = useLoaded(() => {
    setMore([]);
    return ask();
  }, [filter]);
  const start = may('backtests:write') && (
    <button type="button" class="primary" onClick={() => go('/backtests/new')}>
      <Icon name="plus" /> New backtest
    </button>
  );
  return (
    <div class="page">
      <div class="page-head">
        <h1>Backtests</h1>
        <Segments
          label="Which"
          value={filter}
          options={[
            { value: 'all', title: 'All' },
            { value: 'running', title: 'Running' },
            { value: 'completed', title: 'Completed' },
            { value: 'failed', title: 'Failed' },
          ]}
          onChange={setFilter}
        />
        {start}
      </div>
      <section class="panel">
        <Show of={loaded}>
          {({ data, nextCursor }) =>
            data.length === 0 ? (
              <Empty title={filter === 'all' ? 'No backtests so far.' : 'None of these.'}>
                <p>
                  A backtest runs a <Link to="/strategies">strategy</Link> over stored prices, with the code that would
                  trade live.
                </p>
                {filter === 'all' && start}
              </Empty>
            ) : (
              <>
                <BacktestsTable backtests={[...data, ...more]} />
                {nextCursor !== null && (
                  <div class="pages">
                    <button
                      type="button"
                      class="small"
                      onClick={() => {
                        ask(nextCursor).then(
                          (page) => {
                            setMore((before) => [...before, ...page.data]);
                            loaded.replace({ data, nextCursor: page.nextCursor });
                          },
                          (error: unknown) => tellProblem('Older ones could not be listed', error),
                        );
                      }}
                    >
                      Show older ones
                    </button>
                  </div>
                )}
              </>
            )
          }
        </Show>
      </section>
    </div>
  );
};

const BacktestsTable = ({ backtests }: { readonly backtests: readonly AnyBacktest[] }) => (
  <div class="table-place">
    <table>
      <thead>
        <tr>
          <th>Strategy</th>
          <th>Symbols</th>
          <th>Status</th>
          <th class="number">Return</th>
          <th class="number">Sharpe</th>
          <th class="number">Max. drawdown</th>
          <th class="number">Trades</th>
          <th>Started</th>
        </tr>
      </thead>
      <tbody>
        {backtests.map((backtest) => (
          <BacktestRow key={backtest.id} backtest={backtest} />
        ))}
      </tbody>
    </table>
  </div>
);
