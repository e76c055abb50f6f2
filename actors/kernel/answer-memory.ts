/** The answers that an actor gave last, by command id: most repetitions come soon. */

import { answersKept } from './journal.ts';

export class AnswerMemory {
  private readonly answers = new Map<string, string>();

  /** JSON, or undefined when it is not remembered; the journal's index may still know it. */
  get(commandId: string): string | undefined {
    return this.answers.get(commandId);
  }

  add(commandId: string, answer: string): void {
    this.answers.set(commandId, answer);
    if (this.answers.size <= answersKept) return;
    // Maps keep the order of insertion: the first key is the oldest.
    for (const oldest of this.answers.keys()) {
      this.answers.delete(oldest);
      break;
    }
  }
}
