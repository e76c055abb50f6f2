/** How old a command id says it is: ids beyond the time for which answers are kept are not applied. */

import { commandRetentionMs } from './journal.ts';

/** Of two clocks, one of which made the id: an id further ahead would be kept too short. */
const aheadMsMax = 24 * 3_600_000;
/** In a UUID the digit of its version. */
const versionPlace = 14;

/**
 * Whether an id can no longer be told from one that was applied long ago. UUIDv7 (RFC 9562) begins with
 * the time at which it was made, in milliseconds; other ids have no age and are kept as long as the actor's
 * events are.
 */
export const isExpired = (commandId: string, now: number): boolean => {
  if (commandId.charCodeAt(versionPlace) !== seven || commandId.charCodeAt(versionPlace - 1) !== hyphen) return false;
  const madeAt = Number.parseInt(commandId.slice(0, 8) + commandId.slice(9, 13), 16);
  return now - madeAt > commandRetentionMs || madeAt - now > aheadMsMax;
};

const seven = '7'.charCodeAt(0);
const hyphen = '-'.charCodeAt(0);
