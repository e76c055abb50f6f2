/** One backtest or batch, whichever the address means. */

import type { Backtest, Batch } from '#sdk';
import { Link } from '../app/link.tsx';
import { tell, tellProblem } from '../app/toasts.tsx';
import { showInstant } from '../format/times.ts';
import { Show } from '../parts/states.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import { client, may } from '../session/session.ts';
import { symbolsOf } from './backtest-row.tsx';
import { BatchView } from './batch-view.tsx';
import { FileLinks } from './file-links.tsx';
import { isUnderWay, useLiveBacktest } from './live-backtest.ts';
import type { AnyBacktest } from './live-backtest.ts';
import { ProgressBar } from './progress-bar.tsx';
import { SingleResult } from './single-result.tsx';

export const BacktestPage = ({ id }: { readonly id: string }) => {
  const loaded = useLoaded(() => client.backtests.get(id), [id]);
  return (
    <Show of={loaded}>
      {(view) =>
        view.kind === 'single' ? (
          <Single initial={view} onEnd={loaded.reload} />
        ) : (
          <Many initial={view} onEnd={loaded.reload} />
        )
      }
    </Show>
  );
};

interface OpenedProps<View> {
  readonly initial: View;
  readonly onEnd: () => void;
}

const Single = ({ initial, onEnd }: OpenedProps<Backtest>) => {
  const { view, progress } = useLiveBacktest(initial, onEnd);
  const { failure } = view;
  return (
    <div class="page">
      <Head view={view} onCancelled={onEnd} />
      {isUnderWay(view) && (
        <section class="panel section">
          <ProgressBar status={view.status} progress={progress} />
        </section>
      )}
      {failure !== null && (
        <section class="panel section failure" role="alert">
          <h2>
            {failure.message} {failure.line !== null && <small>{`${failure.file ?? ''}:${failure.line}`}</small>}
          </h2>
          {failure.remedy !== null && <p>{failure.remedy}</p>}
          {failure.codeFrame !== null && <pre class="log">{failure.codeFrame}</pre>}
          <p>
            <Link to={`/strategies/${view.strategyId}`}>Open the strategy</Link>
          </p>
        </section>
      )}
      {view.status === 'completed' && <SingleResult key={view.id} view={view} />}
    </div>
  );
};

const Many = ({ initial, onEnd }: OpenedProps<Batch>) => {
  const { view, progress } = useLiveBacktest(initial, onEnd);
  return (
    <div class="page">
      <Head view={view} onCancelled={onEnd} />
      {isUnderWay(view) && (
        <section class="panel section">
          <ProgressBar status={view.status} progress={progress} />
        </section>
      )}
      <BatchView view={view} />
    </div>
  );
};

const Head = ({ view, onCancelled }: { readonly view: AnyBacktest; readonly onCancelled: () => void }) => {
  const cancel = (): void => {
    client.backtests.cancel(view.id).then(
      () => {
        tell('plain', 'Cancelled');
        onCancelled();
      },
      (error: unknown) => tellProblem('It was not cancelled', error),
    );
  };
  return (
    <div class="page-head">
      <h1>
        <Link to={`/strategies/${view.strategyId}`}>{view.strategyName}</Link>
        <small class="muted">
          {' '}
          v{view.strategyVersion} · {symbolsOf(view).join(', ')}
        </small>
      </h1>
      <span class={`status ${view.status}`}>{view.status}</span>
      <span class="muted">{showInstant(view.createdAt)}</span>
      {isUnderWay(view) && may('backtests:write') && (
        <button type="button" class="danger" onClick={cancel}>
          Cancel
        </button>
      )}
      {view.kind === 'single' && view.status === 'completed' && <FileLinks id={view.id} />}
    </div>
  );
};
