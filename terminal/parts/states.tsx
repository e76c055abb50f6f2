/** What is shown where data are not there: on their way, failed, or none so far. */

import type { ComponentChildren } from 'preact';
import { ApiProblem } from '#sdk';
import { describe } from '../app/toasts.tsx';
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

export const Failure = ({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) => (
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
