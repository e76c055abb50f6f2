/** Data that a component needs from the server: loading, there, or failed, and how to load them again. */

import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

export type LoadState<T> =
  | { readonly status: 'loading' }
  | { readonly status: 'ready'; readonly value: T }
  | { readonly status: 'failed'; readonly error: unknown };

export interface Loaded<T> {
  readonly state: LoadState<T>;
  /** What is shown stays until the new is there. */
  readonly reload: () => void;
  readonly replace: (value: T) => void;
}

/** Loads whenever one of the inputs changes; late answers to older inputs are dropped. */
export const useLoaded = <T>(load: () => Promise<T>, inputs: readonly unknown[]): Loaded<T> => {
  const [state, setState] = useState<LoadState<T>>({ status: 'loading' });
  const asked = useRef(0);
  const latest = useRef(load);
  latest.current = load;
  const reload = useCallback(() => {
    asked.current += 1;
    const mine = asked.current;
    const settle = (settled: LoadState<T>): void => {
      if (mine === asked.current) setState(settled);
    };
    latest.current().then(
      (value) => settle({ status: 'ready', value }),
      (error: unknown) => settle({ status: 'failed', error }),
    );
  }, []);
  useEffect(() => {
    setState({ status: 'loading' });
    reload();
    return () => {
      asked.current += 1;
    };
  }, inputs);
  const replace = useCallback((value: T) => {
    asked.current += 1;
    setState({ status: 'ready', value });
  }, []);
  return { state, reload, replace };
};

/** Loads again when the cause changes; what is shown stays until then. */
export const useReload = (reload: () => void, cause: number): void => {
  const before = useRef(cause);
  useEffect(() => {
    if (before.current === cause) return;
    before.current = cause;
    reload();
  }, [cause]);
};
