/** Where a strategy runs live, and the way to run it: what was saved last, as it compiles. */

import { useState } from 'preact/hooks';
import type { Declared } from '#sdk';
import { Link } from '../app/link.tsx';
import { RunLiveDialog } from '../live/run-live-dialog.tsx';
import type { Draft } from './draft.ts';

export const LiveRuns = ({ draft }: { readonly draft: Draft }) => (
  <>
    {draft.saved.value.live.map(({ deploymentId, status }) => (
      <Link key={deploymentId} to={`/live/${deploymentId}`} title="Runs live">
        <span class={`status ${status}`}>live: {status}</span>
      </Link>
    ))}
  </>
);

export const RunLiveButton = ({ draft }: { readonly draft: Draft }) => {
  const [opened, setOpened] = useState<Declared | null>(null);
  const declared = draft.outcome.value?.declared ?? null;
  const isReady = declared !== null && !draft.isChanged.value && !draft.isChecking.value;
  return (
    <>
      <button
        type="button"
        disabled={!isReady}
        title={isReady ? 'On a paper account' : 'When it is saved and compiles'}
        onClick={() => setOpened(declared)}
      >
        Run live
      </button>
      {opened !== null && (
        <RunLiveDialog strategy={draft.saved.value} declared={opened} onClose={() => setOpened(null)} />
      )}
    </>
  );
};
