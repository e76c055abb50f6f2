/** A batch keeps little of a member: all of it is computed again, equal to the last bit, as a backtest of its own. */

import { go } from '../app/router.ts';
import { tellProblem } from '../app/toasts.tsx';
import { client } from '../session/session.ts';

export const runInFull = (batchId: string, index: number): void => {
  client.backtests.runMember(batchId, index).then(
    ({ id }) => go(`/backtests/${id}`),
    (error: unknown) => tellProblem('The member was not started', error),
  );
};
