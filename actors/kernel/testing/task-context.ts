/** What a task is given, for tests that run one by itself. */

import type { TaskContext } from '../actor-kind.ts';
import { noCause } from '../parcel.ts';

export const taskContext = (id: string, signal = new AbortController().signal): TaskContext => ({
  id,
  signal,
  cause: noCause,
});
