/** A question of another node, which waits by its own clock, for an actor that this node is about to have. */

import type { AnyAnswer, Outage, Question } from '#kernel';

export class ForeignQuestion implements Question {
  readonly command;
  readonly cause;
  readonly commandId;
  readonly stream;
  readonly dueAt: number;
  private settled: ((answer: AnyAnswer | Outage | Error) => void) | null;

  constructor(
    { command, cause, commandId, stream }: Pick<Question, 'command' | 'cause' | 'commandId' | 'stream'>,
    dueAt: number,
    settled: (answer: AnyAnswer | Error) => void,
  ) {
    this.command = command;
    this.cause = cause;
    this.commandId = commandId;
    this.stream = stream;
    this.dueAt = dueAt;
    this.settled = settled;
  }

  get isSettled(): boolean {
    return this.settled === null;
  }

  answer(answer: AnyAnswer): void {
    this.settle(answer);
  }

  fail(outage: Error): void {
    this.settle(outage);
  }

  private settle(answer: AnyAnswer | Error): void {
    const { settled } = this;
    this.settled = null;
    settled?.(answer);
  }
}
