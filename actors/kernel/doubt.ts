/** A write of which nothing was heard: whether the journal has it shows when the actor is read again, or later. */

import type { Recovery } from './journal.ts';
import type { Write } from './writes.ts';

type Standing =
  | 'stored'
  /** Another event stands in its place. */
  | 'lost'
  /** Its place is empty: the server may still be at it. */
  | 'open';

/** `seq` of the newest event that the recovery brought. */
export const standingOf = ({ append }: Write, seq: number, recovery: Recovery | null): Standing => {
  if (seq < append.firstSeq) return 'open';
  const inItsPlace = recovery?.events.find((event) => event.seq === append.firstSeq);
  const [first] = append.events;
  // The same event of the same moment: with the same consequences then, whoever has written it.
  return inItsPlace !== undefined &&
    inItsPlace.at === append.at &&
    inItsPlace.type === first?.type &&
    inItsPlace.payload === first.payload
    ? 'stored'
    : 'lost';
};
