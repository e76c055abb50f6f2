/** What a command was answered, as it is told now and again when the command is delivered again. */

import type { Position } from './actor-system.ts';
import type { Refusal } from './command.ts';
import type { AnyAnswer } from './envelope.ts';

/** The part of a decision that the caller hears: a refusal, or else the reply. */
export interface Verdict {
  readonly reply?: unknown;
  readonly refusal?: Refusal | undefined;
}

export const answerOf = ({ reply, refusal }: Verdict, position: Position): AnyAnswer =>
  refusal === undefined ? { type: 'replied', reply, position } : { type: 'refused', refusal, position };

export const verdictToJson = ({ reply, refusal }: Verdict): string =>
  JSON.stringify(refusal === undefined ? { reply } : { refusal });

/** Written above. */
export const verdictFromJson = (json: string): Verdict => JSON.parse(json) as Verdict;
