/** What a slot works with. */

import type { ActorSystem, Bus, Clock } from '#kernel';
import type { JobRunner, Results } from '#ports';

export interface SlotNeeds {
  readonly system: Pick<ActorSystem, 'ask' | 'tell'>;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly results: Pick<Results, 'store' | 'storeMembers' | 'remove'>;
  /** Opens a place where jobs run, one for each slot; also again after one has failed. */
  readonly openRunner: () => JobRunner;
  /** Names this process: letters and digits, never used before. */
  readonly incarnation: string;
  /** Told when a slot begins with work, and when it has done with it. */
  readonly onWork?: (isAtWork: boolean) => void;
}
