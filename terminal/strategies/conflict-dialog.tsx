/** Somebody has saved in between: three ways on, and what differs. */

import { createTwoFilesPatch } from 'diff';
import type { Strategy } from '#sdk';
import { Dialog } from '../parts/dialog.tsx';
import { otherProblem, useAction } from '../parts/use-action.ts';
import { DiffView } from './diff-view.tsx';
import type { Draft } from './draft.ts';

export const ConflictDialog = ({ draft, theirs }: { readonly draft: Draft; readonly theirs: Strategy }) => {
  const { run, isBusy, failure } = useAction();
  const file = draft.file.value;
  const unified = createTwoFilesPatch(file, file, theirs.source.files[file] ?? '', draft.files.value[file] ?? '');
  const problem = otherProblem(failure, []);
  const { message } = theirs.head;
  const close = (): void => {
    draft.conflict.value = null;
  };
  return (
    <Dialog title="It was saved elsewhere in the meantime" class="wide" onClose={close}>
      <p>
        Version {theirs.head.version}
        {message === `Version ${theirs.head.version}` ? '' : ` (“${message}”)`} is newer than what you began with.
        Below: what saving yours would change of it.
      </p>
      <DiffView unified={unified} />
      {problem !== null && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <div class="row">
        <button
          type="button"
          class="primary"
          disabled={isBusy}
          onClick={() =>
            run(async () => {
              await draft.saveOver(theirs.version, `Instead of version ${theirs.head.version}`);
            })
          }
        >
          Save mine as the newest version
        </button>
        <button type="button" class="danger" disabled={isBusy} onClick={() => draft.take(theirs)}>
          Take theirs, drop mine
        </button>
        <button type="button" onClick={close}>
          Go on editing
        </button>
      </div>
      <p class="muted">Nothing is lost at the server: every version stays in the history.</p>
    </Dialog>
  );
};
