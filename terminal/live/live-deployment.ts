/** A deployment as it goes on: its view after each event, with its newest signals. */

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Deployment, DeploymentEvent, Signal } from '#sdk';
import { live } from '../session/session.ts';

/** As many as a person looks at; all of them are in the list. */
const signalsKept = 200;

/** Events tell what has changed alone. */
export const afterEvent = (deployment: Deployment, event: DeploymentEvent): Deployment => {
  if (event.type === 'state') return { ...deployment, ...event.deployment };
  const latestSignals = withSignals(deployment.latestSignals, event);
  if (event.type === 'decision')
    return {
      ...deployment,
      ...event.deployment,
      signals: counted(deployment.signals, event.signals, 1),
      latestSignals,
    };
  const settled = deployment.latestSignals.filter(({ id }) => event.signals.some((one) => one.id === id));
  return {
    ...deployment,
    signals: counted(counted(deployment.signals, settled, -1), event.signals, 1),
    latestSignals,
  };
};

/** The newest first. */
export const withSignals = (signals: readonly Signal[], event: DeploymentEvent): readonly Signal[] => {
  switch (event.type) {
    case 'state':
      return signals;
    case 'decision':
      return [...event.signals.toReversed(), ...signals].slice(0, signalsKept);
    case 'signals':
      return signals.map((signal) => {
        const change = event.signals.find(({ id }) => id === signal.id);
        return change === undefined ? signal : { ...signal, ...change };
      });
  }
};

const counted = (
  counts: Deployment['signals'],
  signals: readonly Pick<Signal, 'status'>[],
  by: number,
): Deployment['signals'] => {
  const after = { ...counts };
  for (const { status } of signals) after[status] += by;
  return after;
};

/** Live for as long as it is shown. What an action answers is taken with `replace`. */
export const useLiveDeployment = (
  initial: Deployment,
): { readonly deployment: Deployment; readonly replace: (deployment: Deployment) => void } => {
  const [deployment, setDeployment] = useState(initial);
  useEffect(
    () =>
      live().deployment(initial.id, {
        onSnapshot: setDeployment,
        onPublication: (event) => setDeployment((before) => afterEvent(before, event)),
      }),
    [initial.id],
  );
  return { deployment, replace: setDeployment };
};

/** What is told of several deployments, for as long as they are shown. */
export const useDeploymentEvents = (ids: readonly string[], onEvent: (event: DeploymentEvent) => void): void => {
  const latest = useRef(onEvent);
  latest.current = onEvent;
  useEffect(() => {
    const ends = ids.map((id) => live().deployment(id, { onPublication: (event) => latest.current(event) }));
    return () => {
      for (const end of ends) end();
    };
  }, [ids.join()]);
};
