/** Waits for long work to end, for callers that prefer that to being answered 202. */

import type { GatewayParts } from './gateway.ts';

interface LongWork<View> {
  /** On which its actor publishes its steps. */
  readonly channel: string;
  readonly read: () => Promise<View>;
  readonly isSettled: (view: View) => boolean;
  /** How long to wait at most. */
  readonly ms: number;
}

/** The view when the work has ended, or when the time is over: read again at each step that is published. */
export const settled = async <View>(
  { clock, publications }: Pick<GatewayParts, 'clock' | 'publications'>,
  { channel, read, isSettled, ms }: LongWork<View>,
): Promise<View> => {
  let step = Promise.withResolvers<void>();
  let isOver = false;
  const cancel = clock.at(clock.now() + ms, () => {
    isOver = true;
    step.resolve();
  });
  const unsubscribe = publications.subscribe(channel, (publication) => {
    if ('offset' in publication) step.resolve();
  });
  try {
    for (;;) {
      // Made anew before the reading, so that a step during it is not missed.
      if (!isOver) step = Promise.withResolvers<void>();
      const view = await read();
      if (isOver || isSettled(view)) return view;
      await step.promise;
    }
  } finally {
    cancel();
    unsubscribe();
  }
};
