/** What the server thinks of the draft: problems with their places, or what it declares and did in the sample. */

import type { CheckOutcome, Diagnostic, ParamDeclarations } from '#sdk';
import { Empty, Failure, Spinner } from '../parts/states.tsx';
import type { Draft } from './draft.ts';
import { describeRange } from '../backtests/param-words.ts';

interface OutcomePanelProps {
  readonly draft: Draft;
  readonly onGoTo: (diagnostic: Diagnostic) => void;
}

export const OutcomePanel = ({ draft, onGoTo }: OutcomePanelProps) => {
  const outcome = draft.outcome.value;
  if (draft.checkFailure.value !== null)
    return <Failure error={draft.checkFailure.value} retry={() => void draft.check()} />;
  if (outcome === null)
    return draft.isChecking.value ? <Spinner text="Checking" /> : <Empty title="Not checked yet." />;
  return (
    <div class="outcome">
      <p class={outcome.ok ? 'up' : 'down'} role="status">
        <b>{outcome.ok ? '✓ It compiles and runs.' : `✗ ${outcome.diagnostics.length} to mend`}</b>
        {draft.isChecking.value && <span class="muted"> checking…</span>}
      </p>
      {outcome.diagnostics.map((diagnostic, place) => (
        <button key={place} type="button" class="diagnostic" onClick={() => onGoTo(diagnostic)}>
          <small>
            {diagnostic.file ?? ''}
            {diagnostic.line === null ? '' : `:${diagnostic.line}:${diagnostic.column ?? 1}`} · {diagnostic.code}
          </small>
          <span>{diagnostic.message}</span>
          {diagnostic.remedy !== null && <span class="muted">{diagnostic.remedy}</span>}
        </button>
      ))}
      <Sample outcome={outcome} />
      {outcome.declared !== null && <Params params={outcome.declared.params} />}
    </div>
  );
};

const Sample = ({ outcome: { trades, bars } }: { readonly outcome: CheckOutcome }) =>
  bars === null ? null : (
    <p class="muted">
      Sample run: {bars} generated bars, {trades ?? 0} trades.
    </p>
  );

const Params = ({ params }: { readonly params: ParamDeclarations }) => {
  const entries = Object.entries(params);
  if (entries.length === 0) return <p class="muted">It declares no parameters.</p>;
  return (
    <dl class="declared">
      {entries.map(([name, param]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {String(param.default)}
            <small class="muted">
              {describeRange(param)} {param.label ?? ''}
            </small>
          </dd>
        </div>
      ))}
    </dl>
  );
};
