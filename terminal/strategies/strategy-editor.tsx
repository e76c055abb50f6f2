/** The workbench of a strategy: editor in the middle, findings and versions beside it. */

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Diagnostic } from '#sdk';
import { go, guardLeaving } from '../app/router.ts';
import { tell, tellProblem } from '../app/toasts.tsx';
import { Segments } from '../parts/segments.tsx';
import { client, may } from '../session/session.ts';
import { CodeEditor } from './code-editor.tsx';
import { ConflictDialog } from './conflict-dialog.tsx';
import { DeleteButton } from './delete-button.tsx';
import type { Draft } from './draft.ts';
import type { SourceEditor } from './open-editor.ts';
import { LiveRuns, RunLiveButton } from './live-runs.tsx';
import { OutcomePanel } from './outcome-panel.tsx';
import { VersionsPanel } from './versions-panel.tsx';

type Side = 'findings' | 'versions';

export const StrategyEditor = ({ draft }: { readonly draft: Draft }) => {
  const [side, setSide] = useState<Side>('findings');
  const [message, setMessage] = useState('');
  const [isBusy, setBusy] = useState(false);
  const editor = useRef<SourceEditor | null>(null);
  const { id, name, head } = draft.saved.value;
  const mayWrite = may('strategies:write');
  useLeavingGuard(draft);

  const acting = (title: string, action: () => Promise<void>): void => {
    setBusy(true);
    action()
      .catch((error: unknown) => tellProblem(title, error))
      .finally(() => setBusy(false));
  };
  const save = async (): Promise<boolean> => {
    if (!draft.isChanged.value) return true;
    const isSaved = await draft.save(message.trim());
    if (isSaved) {
      setMessage('');
      tell('good', `Saved as version ${draft.saved.value.head.version}`);
    }
    return isSaved;
  };
  const test = async (): Promise<void> => {
    if (!(await save())) return;
    draft.outcome.value = await client.strategies.test(id);
    setSide('findings');
    if (draft.outcome.value.ok)
      tell('good', 'The test passed', `${draft.outcome.value.trades ?? 0} trades in the sample`);
  };
  const goTo = ({ file, line, column }: Diagnostic): void => {
    if (file !== null && draft.files.value[file] !== undefined) draft.file.value = file;
    if (line !== null) editor.current?.goTo(line, column ?? 1);
  };
  const files = Object.keys(draft.files.value);
  return (
    <div class="strategy">
      <div class="panel-head strategy-head">
        <h1>{name}</h1>
        <span class="tag">v{head.version}</span>
        {draft.isChanged.value && <span class="status running">unsaved</span>}
        <LiveRuns draft={draft} />
        <span class="spacer" />
        {mayWrite && (
          <>
            <input
              type="text"
              class="small message"
              placeholder="What changed (optional)"
              aria-label="What changed"
              value={message}
              maxLength={200}
              onInput={({ currentTarget }) => setMessage(currentTarget.value)}
            />
            <button
              type="button"
              class="primary"
              disabled={isBusy || !draft.isChanged.value}
              title="Ctrl S"
              onClick={() => acting('It was not saved', async () => void (await save()))}
            >
              Save
            </button>
            <button type="button" disabled={isBusy} onClick={() => acting('It was not tested', test)}>
              {draft.isChanged.value ? 'Save and test' : 'Test'}
            </button>
          </>
        )}
        <button type="button" onClick={() => go(`/backtests/new?strategy=${encodeURIComponent(id)}`)}>
          Backtest
        </button>
        {may('trading:write') && <RunLiveButton draft={draft} />}
        {mayWrite && <DeleteButton draft={draft} />}
      </div>
      <section class="panel editor-panel" aria-label="Source">
        {files.length > 1 && (
          <Segments
            look="tabs"
            label="File"
            value={draft.file.value}
            options={files.map((value) => ({ value, title: value }))}
            onChange={(file) => {
              draft.file.value = file;
            }}
          />
        )}
        <CodeEditor
          draft={draft}
          isReadOnly={!mayWrite}
          onSave={() => acting('It was not saved', async () => void (await save()))}
          onOpen={(opened) => {
            editor.current = opened;
          }}
        />
      </section>
      <section class="panel strategy-side" aria-label="Findings and versions">
        <Segments
          look="tabs"
          label="Findings and versions"
          value={side}
          options={[
            { value: 'findings', title: 'Findings', count: draft.outcome.value?.diagnostics.length ?? 0 },
            { value: 'versions', title: 'Versions' },
          ]}
          onChange={setSide}
        />
        <div class="table-place">
          {side === 'findings' ? <OutcomePanel draft={draft} onGoTo={goTo} /> : <VersionsPanel draft={draft} />}
        </div>
      </section>
      {draft.conflict.value !== null && <ConflictDialog draft={draft} theirs={draft.conflict.value} />}
    </div>
  );
};

/** Neither a link nor the browser's own buttons drop unsaved work unasked. */
const useLeavingGuard = (draft: Draft): void => {
  useEffect(() => {
    const end = guardLeaving(() => !draft.isChanged.value || confirm('Leave without saving your changes?'));
    const warn = (event: BeforeUnloadEvent): void => {
      if (draft.isChanged.value) event.preventDefault();
    };
    addEventListener('beforeunload', warn);
    return () => {
      end();
      removeEventListener('beforeunload', warn);
    };
  }, [draft]);
};
