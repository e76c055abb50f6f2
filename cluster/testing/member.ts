/** A member of a cluster as tests need it: it lives, has the role of all actors, and is called as its incarnation. */

import type { Member } from '#kernel';

export const memberOf = (incarnation: string, changes: Partial<Member> = {}): Member => ({
  incarnation,
  node: incarnation,
  roles: ['actors'],
  weight: 1,
  runners: 0,
  version: '1',
  address: null,
  joinedMsAgo: 0,
  isLeaving: false,
  isCutOff: false,
  isLapsed: false,
  ...changes,
});
