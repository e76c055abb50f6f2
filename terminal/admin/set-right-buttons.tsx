/** What an administrator may do to an actor that is quarantined: have it try again, or go on without what it failed on. */

import { useState } from 'preact/hooks';
import type { Actor } from '#sdk';
import { tell } from '../app/toasts.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { otherProblem, useAction } from '../parts/use-action.ts';
import { client, may } from '../session/session.ts';
import type { ActorPath } from './actor-paths.ts';
import { failedOn } from './failed-on.ts';
import type { QuarantineSummary } from './failed-on.ts';

interface SetRightButtonsProps {
  readonly actor: ActorPath;
  readonly quarantine: QuarantineSummary;
  readonly onChange: () => void;
}

export const SetRightButtons = ({ actor, quarantine, onChange }: SetRightButtonsProps) => {
  const { run, isBusy, failure } = useAction();
  const [isAsking, setAsking] = useState(false);
  const problem = otherProblem(failure, []);
  if (!may('system:manage')) return null;
  const act = (action: () => Promise<Actor>): void =>
    run(async () => {
      const after = await action();
      setAsking(false);
      onChange();
      if (after.quarantine === null) tell('good', `${actor.kind} ${actor.id} goes on`, `It is ${after.status}.`);
      else tell('bad', `${actor.kind} ${actor.id} has failed again`, after.quarantine.reason);
    });
  return (
    <div class="set-right">
      <div class="row">
        <button type="button" disabled={isBusy} onClick={() => act(() => client.system.retry(actor))}>
          Retry
        </button>
        <button type="button" class="danger" disabled={isBusy} onClick={() => setAsking(true)}>
          Skip…
        </button>
      </div>
      {problem !== null && !isAsking && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {isAsking && (
        <Dialog
          title={`Go on without ${quarantine.seq === null ? 'the command' : `event ${quarantine.seq}`}?`}
          onClose={() => setAsking(false)}
        >
          <p>
            <b>
              {actor.kind} {actor.id}
            </b>{' '}
            {failedOn(quarantine)}.
          </p>
          <p class="muted">{quarantine.reason}</p>
          <p>
            {quarantine.seq === null
              ? 'Whoever sends the command again is refused. What it should have done is not done.'
              : 'The event is left out of the state for good, with all that it did to money, orders or positions.'}{' '}
            This can not be undone.
          </p>
          {problem !== null && (
            <p class="problem" role="alert">
              {problem}
            </p>
          )}
          <div class="row">
            <button
              type="button"
              class="primary danger"
              disabled={isBusy}
              onClick={() => act(() => client.system.skip(actor))}
            >
              Skip it for good
            </button>
            <button type="button" onClick={() => setAsking(false)}>
              Leave it as it is
            </button>
          </div>
        </Dialog>
      )}
    </div>
  );
};
