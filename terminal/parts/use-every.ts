/** Does something again and again while the page is looked at. */

import { useEffect, useRef } from 'preact/hooks';

export const useEvery = (ms: number, action: () => void): void => {
  const latest = useRef(action);
  latest.current = action;
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') latest.current();
    }, ms);
    return () => clearInterval(timer);
  }, [ms]);
};
