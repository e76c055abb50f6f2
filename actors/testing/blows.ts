/** What may befall a program, and when. */

import type { Program } from './program.ts';

/** Before or after the n-th call of that name; calls are counted over all programs. */
export interface Moment {
  readonly call: string;
  readonly nth: number;
  readonly side: 'before' | 'after';
}

export type Blow =
  /** The program ends, with all that it was about to do; another one follows. */
  | 'killed'
  /** It stands still for so long that another one takes over; then it goes on. */
  | 'frozen'
  /** The call is not made, and says so. */
  | 'refused'
  /** The call breaks off; whether it was made depends on the side. */
  | 'unheard'
  /** What was called can't be reached for a while, by this call and the next ones. */
  | 'away'
  /** The call takes longer than anybody waits for an answer, and than a slot may be silent. */
  | 'slow'
  /** Somebody does something meanwhile. */
  | ((program: Program) => void);

export interface Strike {
  readonly moment: Moment;
  readonly blow: Blow;
}

/** The part before the dot: what fails together. */
export const groupOf = (call: string): string => call.split('.', 1)[0] ?? call;
