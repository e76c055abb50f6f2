/** The history of a strategy: what each version changed, and going back to one. */

import { useState } from 'preact/hooks';
import type { Version } from '#sdk';
import { tell } from '../app/toasts.tsx';
import { showAgo } from '../format/times.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Show } from '../parts/states.tsx';
import { otherProblem, useAction } from '../parts/use-action.ts';
import { useLoaded } from '../parts/use-loaded.ts';
import { client, may } from '../session/session.ts';
import type { Draft } from './draft.ts';
import { DiffView } from './diff-view.tsx';

export const VersionsPanel = ({ draft }: { readonly draft: Draft }) => {
  const { id, head } = draft.saved.value;
  const versions = useLoaded(() => client.strategies.versions(id), [id, head.version]);
  const [shown, setShown] = useState<Version | null>(null);
  return (
    <div class="versions">
      <Show of={versions}>
        {({ data }) => (
          <ul>
            {data.map((version) => (
              <li key={version.version}>
                <button type="button" class="plain version" onClick={() => setShown(version)}>
                  <b>v{version.version}</b>
                  <span>{version.message === '' ? 'No message' : version.message}</span>
                  <small>{showAgo(version.at)}</small>
                </button>
              </li>
            ))}
          </ul>
        )}
      </Show>
      {shown !== null && <VersionDialog draft={draft} version={shown} onClose={() => setShown(null)} />}
    </div>
  );
};

interface VersionDialogProps {
  readonly draft: Draft;
  readonly version: Version;
  readonly onClose: () => void;
}

/** What came with the version, and what has changed since. */
const VersionDialog = ({ draft, version: { version, commit, message }, onClose }: VersionDialogProps) => {
  const { id, head } = draft.saved.value;
  const isHead = version === head.version;
  const other = isHead ? version - 1 : version;
  const diff = useLoaded(
    () =>
      other < 1
        ? client.strategies.version(id, version).then(asAdded)
        : client.strategies.diff(id, other, head.version),
    [id, version],
  );
  const { run, isBusy, failure } = useAction();
  const problem = otherProblem(failure, []);
  const restore = async (): Promise<void> => {
    if (draft.isChanged.value && !confirm('Your unsaved changes are lost. Restore the version?')) return;
    draft.take(await client.strategies.restore(id, version));
    tell('good', `Version ${version} is the newest again`);
    onClose();
  };
  const title = isHead
    ? other < 1
      ? `Version ${version}`
      : `What version ${version} changed`
    : `From version ${version} to ${head.version}`;
  return (
    <Dialog title={title} class="wide" onClose={onClose}>
      <p class="muted">
        {message} · commit {commit.slice(0, 10)}
      </p>
      <Show of={diff}>{({ diff: unified }) => <DiffView unified={unified} />}</Show>
      {problem !== null && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {!isHead && may('strategies:write') && (
        <button type="button" class="primary" disabled={isBusy} onClick={() => run(restore)}>
          Restore version {version}
        </button>
      )}
    </Dialog>
  );
};

/** The first version has nothing before it: all of it is new. */
const asAdded = ({ source }: { readonly source: { readonly files: Readonly<Record<string, string>> } }) => ({
  diff: Object.values(source.files)
    .map((text) =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => `+${line}`)
        .join('\n'),
    )
    .join('\n'),
});
