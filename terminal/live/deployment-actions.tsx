/** Pause, resume and stop, as the state of a deployment allows. */

import type { Deployment, DeploymentStatus } from '#sdk';
import { describe, tell } from '../app/toasts.tsx';
import { useAction } from '../parts/use-action.ts';
import { client, may } from '../session/session.ts';

interface DeploymentActionsProps {
  readonly id: string;
  readonly name: string;
  readonly status: DeploymentStatus;
  readonly onDone: (deployment: Deployment) => void;
}

export const DeploymentActions = ({ id, name, status, onDone }: DeploymentActionsProps) => {
  const { run, isBusy, failure } = useAction();
  if (status === 'stopped' || !may('trading:write')) return null;
  const act = (done: string, ask: () => Promise<Deployment>): void =>
    run(async () => {
      onDone(await ask());
      tell('plain', `${name} is ${done}`);
    });
  const stop = (): void => {
    if (confirm(`Stop ${name} for good? Its open orders are cancelled; positions stay.`))
      act('stopped', async () => await client.deployments.stop(id));
  };
  return (
    <>
      {failure !== null && (
        <span class="problem" role="alert">
          {describe(failure)}
        </span>
      )}
      {status === 'active' ? (
        <button
          type="button"
          class="small"
          disabled={isBusy}
          title="It goes on deciding, and acts on nothing"
          onClick={() => act('paused', async () => await client.deployments.pause(id))}
        >
          Pause
        </button>
      ) : (
        <button
          type="button"
          class="small"
          disabled={isBusy}
          title={status === 'failed' ? 'It begins anew with the bar in progress' : 'It acts again'}
          onClick={() => act('active', async () => await client.deployments.resume(id))}
        >
          Resume
        </button>
      )}
      <button type="button" class="small danger" disabled={isBusy} onClick={stop}>
        Stop
      </button>
    </>
  );
};
