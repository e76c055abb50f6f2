/** What is shown where data are not there: on their way, failed, or none so far. */

import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { ApiProblem } from '#sdk';
import { describe } from '../app/toasts.tsx';
import { connection } from '../session/session.ts';
import type { Loaded } from './use-loaded.ts';

export const Spinner = ({ text = 'Loading' }: { readonly text?: string }) => (
  <div class="waiting" role="status">
    <span class="spinner" />
    {text}
  </div>
);

/** Says what would be here, and what to do so that it is. */
export const Empty = ({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) => (
  <div class="empty">
    <b>{title}</b>
    {children !== undefined && <div>{children}</div>}
  </div>
);

interface FailureProps {
  readonly error: unknown;
  readonly retry?: () => void;
}

/** What failed because the server was away is tried again when it is back. */
export const Failure = ({ error, retry }: FailureProps) => {
  const isLive = connection.value === 'live';
  const wasLive = useRef(isLive);
  useEffect(() => {
    if (isLive && !wasLive.current && !(error instanceof ApiProblem)) retry?.();
    wasLive.current = isLive;
  }, [isLive]);
  return (
    <div class="empty failure" role="alert">
      <b>{error instanceof ApiProblem ? error.problem.title : 'This could not be loaded.'}</b>
      <div>{describe(error)}</div>
      {retry !== undefined && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
      {error instanceof ApiProblem && error.problem.traceId !== '' && <small>Trace {error.problem.traceId}</small>}
    </div>
  );
};

interface ShowProps<T> {
  readonly of: Loaded<T>;
  readonly children: (value: T) => ComponentChildren;
}

/** The data once they are there. */
export const Show = <T,>({ of: { state, reload }, children }: ShowProps<T>) => {
  switch (state.status) {
    case 'loading':
      return <Spinner />;
    case 'failed':
      return <Failure error={state.error} retry={reload} />;
    case 'ready':
      return <>{children(state.value)}</>;
  }
};
