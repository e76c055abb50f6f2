/** A page whose code is fetched when it is first shown. */

import type { ComponentType } from 'preact';
import { Show } from '../parts/states.tsx';
import { useLoaded } from '../parts/use-loaded.ts';

/** `fetchPage` is one and the same function for a page: it is fetched once. */
export const later = <Props extends object>(fetchPage: () => Promise<ComponentType<Props>>) => {
  const Later = (props: Props) => {
    const page = useLoaded(fetchPage, []);
    return <Show of={page}>{(Page) => <Page {...props} />}</Show>;
  };
  return Later;
};
