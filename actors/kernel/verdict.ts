/** What a command was answered, as it is told now and again when the command is delivered again. */

import type { Position } from './actor-system.ts';
import type { Refusal } from './command.ts';
import type { AnyAnswer } from './envelope.ts';
import type { AnyDecision } from './writes.ts';

export type Verdict =
  | { readonly type: 'replied'; readonly reply: unknown }
  | { readonly type: 'refused'; readonly refusal: Refusal };

export const verdictOf = (decision: AnyDecision): Verdict =>
  decision.refusal === undefined
    ? { type: 'replied', reply: decision.reply }
    : { type: 'refused', refusal: decision.refusal };

export const decisionOf = (verdict: Verdict): AnyDecision =>
  verdict.type === 'replied' ? { reply: verdict.reply } : { refusal: verdict.refusal };

export const answerOf = (verdict: Verdict, position: Position): AnyAnswer =>
  verdict.type === 'replied'
    ? { type: 'replied', reply: verdict.reply, position }
    : { type: 'refused', refusal: verdict.refusal, position };

export const verdictToJson = (verdict: Verdict): string =>
  JSON.stringify(verdict.type === 'replied' ? { reply: verdict.reply } : { refusal: verdict.refusal });

export const verdictFromJson = (json: string): Verdict => {
  const stored = JSON.parse(json) as { readonly reply?: unknown; readonly refusal?: Refusal }; // written above
  return stored.refusal === undefined
    ? { type: 'replied', reply: stored.reply }
    : { type: 'refused', refusal: stored.refusal };
};
