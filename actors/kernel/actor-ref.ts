/** One actor to talk to again and again: it need not be looked up for each message. */

import type { AnyKind, CommandOf, RefusalOf, ReplyOf } from './actor-kind.ts';
import type { ActorSystem, Answer, AskOptions } from './actor-system.ts';
import type { Cell } from './cell.ts';
import type { ActorAddress, Command } from './command.ts';
import type { Intake } from './intake.ts';
import type { Residents } from './residents.ts';

/** It may be kept: an actor that has left memory is brought back by the next message. */
export interface ActorRef<K extends AnyKind> {
  readonly address: ActorAddress;
  ask<const C extends CommandOf<K>>(command: C, options?: AskOptions): Promise<Answer<ReplyOf<K, C>, RefusalOf<K>>>;
  tell(command: CommandOf<K>): void;
}

export class LocalRef<K extends AnyKind> implements ActorRef<K> {
  private readonly intake: Intake;
  private readonly residents: Residents;
  private readonly id: string;
  private known: Cell | null = null;

  constructor(intake: Intake, residents: Residents, id: string) {
    this.intake = intake;
    this.residents = residents;
    this.id = id;
  }

  get address(): ActorAddress {
    return { kind: this.residents.kind.name, id: this.id };
  }

  ask<const C extends CommandOf<K>>(command: C, options?: AskOptions): Promise<Answer<ReplyOf<K, C>, RefusalOf<K>>> {
    const { intake, residents, id } = this;
    const answer = intake.ask(residents, id, command, options, undefined, this.cell());
    // The kind's decider answers each type of command with its reply, and refuses with its refusals.
    return answer as Promise<Answer<ReplyOf<K, C>, RefusalOf<K>>>;
  }

  tell(command: Command): void {
    if (!this.intake.isClosed) this.intake.tell(this.residents, this.id, command, this.cell());
  }

  /** Null where it is not to be brought into memory just for a refusal at the door. */
  private cell(): Cell | null {
    if (this.known?.status !== 'gone' && this.known !== null) return this.known;
    this.known = this.intake.isClosed ? null : this.residents.cell(this.id);
    return this.known;
  }
}

/** Of an actor that may be in any process: where it is, is looked up for each message. */
export class MovingRef<K extends AnyKind> implements ActorRef<K> {
  private readonly system: Pick<ActorSystem, 'ask' | 'tell'>;
  private readonly kind: K;
  private readonly id: string;

  constructor(system: Pick<ActorSystem, 'ask' | 'tell'>, kind: K, id: string) {
    this.system = system;
    this.kind = kind;
    this.id = id;
  }

  get address(): ActorAddress {
    return { kind: this.kind.name, id: this.id };
  }

  ask<const C extends CommandOf<K>>(command: C, options?: AskOptions): Promise<Answer<ReplyOf<K, C>, RefusalOf<K>>> {
    return this.system.ask(this.kind, this.id, command, options);
  }

  tell(command: CommandOf<K>): void {
    this.system.tell(this.kind, this.id, command);
  }
}
