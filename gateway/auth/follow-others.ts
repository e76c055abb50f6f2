/** What gateways hear from each other, and from the actors of users on any node, about who may log in and who not. */

import type { Gateway } from '../gateway.ts';
import { followRevocations } from './revocations.ts';

/** The returned function ends it. */
export const followOthers = (gateway: Gateway): (() => void) => {
  const ends = [followRevocations(gateway), gateway.guessedAddresses.follow()];
  return () => {
    for (const end of ends) end();
  };
};
