/** The answers that actors gave last, by command id: most repetitions come soon. What is forgotten the journal still knows. */

import { answersKept } from './journal.ts';

/** Answers that are remembered in all, at some hundred bytes each: actors that have gone quiet give way to busy ones. */
const answersKeptInAll = 16_384;

/** What all actors of a system may remember together. */
export class AnswerBudget {
  /** Whose answers they are, in the order in which they were given; written over from the start. */
  private readonly memories: (AnswerMemory | undefined)[] = [];
  private next = 0;

  spend(memory: AnswerMemory): void {
    // One that has been thrown away since has nothing to forget, or forgets what nobody asks for.
    this.memories[this.next]?.forgetOldest();
    this.memories[this.next] = memory;
    this.next = (this.next + 1) % answersKeptInAll;
  }
}

/** Of one actor. */
export class AnswerMemory {
  private readonly budget: AnswerBudget;
  /** Null while there are none: an actor that has gone quiet keeps no empty map. */
  private answers: Map<string, string> | null = null;

  constructor(budget: AnswerBudget) {
    this.budget = budget;
  }

  /** JSON, or undefined when it is not remembered; the journal's index may still know it. */
  get(commandId: string): string | undefined {
    return this.answers?.get(commandId);
  }

  add(commandId: string, answer: string): void {
    this.answers ??= new Map();
    this.answers.set(commandId, answer);
    if (this.answers.size > answersKept) this.forgetOldest();
    this.budget.spend(this);
  }

  forgetOldest(): void {
    if (this.answers === null) return;
    // Maps keep the order of insertion: the first key is the oldest.
    const [oldest] = this.answers.keys();
    if (oldest !== undefined) this.answers.delete(oldest);
    if (this.answers.size === 0) this.answers = null;
  }
}
