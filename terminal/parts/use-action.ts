/** Something that a person sets off and that may be refused: busy while it runs, and what it was refused with. */

import { useRef, useState } from 'preact/hooks';
import { ApiProblem, SignedOut } from '#sdk';
import { describe } from '../app/toasts.tsx';

export interface Action {
  /** Does nothing while it is busy. */
  readonly run: (action: () => Promise<void>) => void;
  readonly isBusy: boolean;
  readonly failure: unknown;
  readonly clear: () => void;
}

export const useAction = (): Action => {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const busy = useRef(false);
  const settle = (error: unknown): void => {
    busy.current = false;
    setBusy(false);
    setFailure(error instanceof SignedOut ? null : error);
  };
  return {
    isBusy,
    failure,
    clear: () => setFailure(null),
    run(action) {
      if (busy.current) return;
      busy.current = true;
      setBusy(true);
      setFailure(null);
      action().then(() => settle(null), settle);
    },
  };
};

/** What a refusal says of one field: `/quantity`. */
export const fieldProblem = (failure: unknown, pointer: string): string | null => {
  if (!(failure instanceof ApiProblem)) return null;
  const found = failure.errors.find((error) => `/${error.pointer.replace(/^\//, '')}` === pointer);
  if (found === undefined) return null;
  return found.remedy === undefined ? found.message : `${found.message} ${found.remedy}`;
};

/** What a refusal says beside what the fields of the form show. */
export const otherProblem = (failure: unknown, pointers: readonly string[]): string | null => {
  if (failure === null) return null;
  return pointers.some((pointer) => fieldProblem(failure, pointer) !== null) ? null : describe(failure);
};
