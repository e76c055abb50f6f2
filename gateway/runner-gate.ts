/** A place where strategies run does one thing at a time, whoever in the gateway wants it. */

import type { JobRunner } from '#ports';
import { Gate } from './auth/gate.ts';

/** More would wait longer than a request may. */
const waitingMax = 16;

const gates = new WeakMap<JobRunner, Gate>();

export const gateOf = (runner: JobRunner): Gate => {
  const known = gates.get(runner);
  if (known !== undefined) return known;
  const gate = new Gate('a strategy to be checked', { runningMax: 1, waitingMax });
  gates.set(runner, gate);
  return gate;
};
