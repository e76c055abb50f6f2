/** Reads what a runner answers. A hostile process may have written it: nothing is believed before it has been looked at. */

import { readDeclaration } from './declaration.ts';
import type { StrategyDeclaration } from './declaration.ts';
import { failure, readFailure } from './failure.ts';
import type { SandboxFailure } from './failure.ts';
import type { Frame } from './frame.ts';
import type { Outcome, RunOutcome, SandboxProgress } from './outcome.ts';
import { BadResult, readBacktestResult, readBatchResult } from './result-reader.ts';
import type { RowCollector } from './result-reader.ts';

type Message = Readonly<Record<string, unknown>>;

const messageOf = ({ message }: Frame): Message =>
  typeof message === 'object' && message !== null ? (message as Message) : {};

const unreadable = (): SandboxFailure => failure('bad-result', 'The runner answered with something that is no answer.');

export const readDescribed = (frame: Frame): Outcome<StrategyDeclaration> => {
  const message = messageOf(frame);
  const declaration = message['type'] === 'Described' ? readDeclaration(message['declaration']) : null;
  if (declaration !== null) return { ok: true, value: declaration };
  return {
    ok: false,
    failure: (message['type'] === 'Failed' ? readFailure(message['failure']) : null) ?? unreadable(),
  };
};

export const readJudged = (frame: Frame, count: number): Outcome<readonly boolean[]> => {
  const message = messageOf(frame);
  const { allowed } = message;
  if (message['type'] === 'Judged' && Array.isArray(allowed) && allowed.length === count)
    return { ok: true, value: allowed.map((each) => each === true) };
  return {
    ok: false,
    failure: (message['type'] === 'Failed' ? readFailure(message['failure']) : null) ?? unreadable(),
  };
};

/** What a frame tells of the job at work; null for rows, which are collected. Throws {@link BadResult}. */
export const readReply = (
  frame: Frame,
  id: number,
  keep: 'full' | 'summary',
  collected: RowCollector,
): { readonly outcome: RunOutcome } | { readonly progress: SandboxProgress } | null => {
  const message = messageOf(frame);
  if (message['id'] !== id) throw new BadResult('an answer to another job');
  switch (message['type']) {
    case 'Progress': {
      const { step, steps, equity } = message;
      if (typeof step !== 'number' || typeof steps !== 'number') throw new BadResult('progress without numbers');
      return { progress: { step, steps, equity: typeof equity === 'number' ? equity : NaN } };
    }
    case 'Rows':
      collected.take(message, frame.arrays);
      return null;
    case 'Finished':
      return {
        outcome: {
          ok: true,
          value:
            keep === 'summary'
              ? readBatchResult(message['head'], frame.arrays)
              : readBacktestResult(message['head'], frame.arrays, collected),
        },
      };
    case 'Failed': {
      const why = readFailure(message['failure']);
      if (why === null) throw new BadResult('a failure without a reason');
      return { outcome: { ok: false, failure: why } };
    }
    default:
      throw new BadResult('a message of no kind');
  }
};
