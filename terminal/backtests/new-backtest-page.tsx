/** Starting a backtest, or a search over parameters: first which strategy, then how. */

import type { Declared, Strategy } from '#sdk';
import { Link } from '../app/link.tsx';
import { goInstead } from '../app/router.ts';
import { ChoiceField } from '../parts/field.tsx';
import { Empty, Show } from '../parts/states.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import { client } from '../session/session.ts';
import { BacktestForm } from './backtest-form.tsx';

const listedMax = 500;

export const NewBacktestPage = ({ strategyId }: { readonly strategyId: string | null }) => {
  const list = useLoaded(() => client.strategies.list({ limit: listedMax }), []);
  return (
    <div class="page">
      <div class="page-head">
        <h1>New backtest</h1>
      </div>
      <Show of={list}>
        {({ data }) =>
          data.length === 0 ? (
            <section class="panel">
              <Empty title="There is no strategy to test.">
                <Link to="/strategies">Make one from a template</Link>
              </Empty>
            </section>
          ) : (
            <>
              <section class="panel section">
                <ChoiceField
                  label="Strategy"
                  value={strategyId ?? ''}
                  options={[
                    ...(strategyId === null ? [{ value: '', title: 'Choose a strategy' }] : []),
                    ...data.map(({ id, name, headVersion }) => ({ value: id, title: `${name} · v${headVersion}` })),
                  ]}
                  onChange={(id) => {
                    if (id !== '') goInstead(`/backtests/new?strategy=${encodeURIComponent(id)}`);
                  }}
                />
              </section>
              {strategyId !== null && <OfStrategy key={strategyId} id={strategyId} />}
            </>
          )
        }
      </Show>
    </div>
  );
};

type Known = { readonly strategy: Strategy; readonly declared: Declared | null };

/** What the strategy declares: as known from its tests, else found out now. */
const declaredOf = async (id: string): Promise<Known> => {
  const strategy = await client.strategies.get(id);
  if (strategy.declared !== null && strategy.head.version === 1) return { strategy, declared: strategy.declared };
  const { declared } = await client.strategies.check(strategy.source);
  return { strategy, declared };
};

const OfStrategy = ({ id }: { readonly id: string }) => {
  const known = useLoaded(() => declaredOf(id), [id]);
  return (
    <Show of={known}>
      {({ strategy, declared }) =>
        declared === null ? (
          <section class="panel">
            <Empty title={`${strategy.name} does not compile.`}>
              <Link to={`/strategies/${id}`}>Mend it in the editor</Link>
            </Empty>
          </section>
        ) : (
          <BacktestForm strategy={strategy} declared={declared} />
        )
      }
    </Show>
  );
};
