/** What an administrator may do to a node: have it give away its actors, or let it have some again. */

import { useState } from 'preact/hooks';
import type { ClusterNode } from '#sdk';
import { tell } from '../app/toasts.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { otherProblem, useAction } from '../parts/use-action.ts';
import { client, may } from '../session/session.ts';

interface NodeButtonsProps {
  readonly node: ClusterNode;
  readonly onChange: () => void;
}

export const NodeButtons = ({ node: { name, incarnation, state, shards }, onChange }: NodeButtonsProps) => {
  const { run, isBusy, failure } = useAction();
  const [isAsking, setAsking] = useState(false);
  const problem = otherProblem(failure, []);
  if (!may('system:manage')) return null;
  const act = (action: () => Promise<ClusterNode>, title: string): void =>
    run(async () => {
      await action();
      setAsking(false);
      onChange();
      tell('good', title, 'It shows here as it happens.');
    });
  const failed = problem !== null && (
    <p class="problem" role="alert">
      {problem}
    </p>
  );
  if (state === 'leaving')
    return (
      <>
        <button
          type="button"
          disabled={isBusy}
          onClick={() => act(() => client.system.resumeNode(incarnation), `${name} may have actors again`)}
        >
          Resume
        </button>
        {failed}
      </>
    );
  return (
    <>
      <button type="button" class="danger" disabled={isBusy} onClick={() => setAsking(true)}>
        Drain…
      </button>
      {isAsking && (
        <Dialog title={`Drain ${name}?`} onClose={() => setAsking(false)}>
          <p>
            It gives its {shards} {shards === 1 ? 'shard' : 'shards'} to the other nodes, and is given none until it is
            resumed. Its gateway and its runners go on.
          </p>
          {failed}
          <div class="row">
            <button
              type="button"
              class="primary danger"
              disabled={isBusy}
              onClick={() => act(() => client.system.drainNode(incarnation), `${name} gives away its actors`)}
            >
              Drain it
            </button>
            <button type="button" onClick={() => setAsking(false)}>
              Leave it as it is
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
};
