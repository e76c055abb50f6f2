/** A service that does as its test says, and tells of its runs. */

import type { Service } from '../supervision/child.ts';

export interface Script extends Pick<Service, 'restart' | 'startMs' | 'stopMs'> {
  /** Where it says when it starts and ends: shared by those whose order matters. */
  readonly said?: string[];
  /** So many runs fail before they have started. */
  readonly failures?: number;
  /** It starts, and ends when it is told to, at once unless the test holds it. */
  readonly holdsStart?: boolean;
  readonly holdsStop?: boolean;
}

export interface ScriptedService extends Service {
  readonly runs: () => number;
  /** Resolves when the run of that number, from 1, has begun. */
  readonly begun: (run: number) => Promise<void>;
  /** Says that the run under way has started, where that is held. */
  readonly start: () => void;
  /** Ends the run under way, with a failure or without. */
  readonly fail: (message?: string) => void;
  readonly failWith: (error: Error) => void;
  readonly end: () => void;
}

export const scriptedService = (
  name: string,
  { said = [], failures = 0, holdsStart = false, holdsStop = false, ...bounds }: Script = {},
): ScriptedService => {
  let runs = 0;
  let start = (): void => {};
  let current = Promise.withResolvers<void>();
  let watchers: { readonly run: number; readonly resolve: () => void }[] = [];
  return {
    ...bounds,
    name,
    async run({ signal, started }) {
      runs++;
      said.push(`${name} starts`);
      current = Promise.withResolvers<void>();
      start = started;
      for (const { run, resolve } of watchers) if (run <= runs) resolve();
      watchers = watchers.filter(({ run }) => run > runs);
      try {
        if (runs <= failures) throw new Error(`${name} fails, ${runs}`);
        if (!holdsStart) started();
        if (!holdsStop) signal.addEventListener('abort', () => current.resolve(), { once: true });
        await current.promise;
      } finally {
        said.push(`${name} ends`);
      }
    },
    runs: () => runs,
    begun: (run) =>
      new Promise((resolve) => {
        if (run <= runs) resolve();
        else watchers.push({ run, resolve });
      }),
    start: () => start(),
    fail: (message = `${name} breaks`) => current.reject(new Error(message)),
    failWith: (error) => current.reject(error),
    end: () => current.resolve(),
  };
};
