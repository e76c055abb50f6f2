/**
 * An actor in memory: its mailbox, its state, and the order in which things happen to it. It handles
 * one command at a time on its newest state; what it says waits in its gate (`writes.ts`) for the commit.
 */

import type { DecideContext } from './actor-kind.ts';
import { AnswerMemory } from './answer-memory.ts';
import { appendOf } from './append.ts';
import type { ActorAddress, Command } from './command.ts';
import type { Effect } from './decision.ts';
import { standingOf } from './doubt.ts';
import { Effects } from './effects.ts';
import { Envelope, expired } from './envelope.ts';
import type { Append, Recovery } from './journal.ts';
import type { Listed } from './idle-list.ts';
import type { Item } from './mailbox.ts';
import { Mailbox } from './mailbox.ts';
import { gone, poisoned, quarantined, unknownOutcome, unsure } from './outage.ts';
import type { Outage } from './outage.ts';
import type { Residents } from './residents.ts';
import { rebuild, snapshotOf } from './rebuild.ts';
import type { Turn } from './scheduler.ts';
import { shardOf } from './shard.ts';
import { Trouble } from './trouble.ts';
import { answerOf, verdictFromJson, verdictOf, verdictToJson } from './verdict.ts';
import type { Verdict } from './verdict.ts';
import type { AnyDecision, Write } from './writes.ts';
import { Writes } from './writes.ts';

type Status =
  /** Its events are being read; messages wait. */
  | 'recovering'
  | 'live'
  /** It failed; what it had decided before is still being written, then it recovers. */
  | 'restarting'
  | 'quarantined'
  /** No longer in memory. */
  | 'gone';

export class Cell implements Turn, Listed {
  readonly home: Residents;
  readonly id: string;
  readonly shard: number;
  readonly mailbox = new Mailbox();
  isReady = false;
  nextReady: Turn | null = null;
  lastTurnAt: number;
  older: this | null = null;
  newer: this | null = null;
  private status: Status = 'recovering';
  private state: unknown = undefined;
  /** Of the newest event in the state. */
  private seq = 0;
  /** Of the newest committed event. */
  private shardSeq = 0;
  private snapshotSeq = 0;
  private writes: Writes | null = null;
  private answers: AnswerMemory | null = null;
  private effects: Effects | null = null;
  private trouble: Trouble | null = null;

  constructor(home: Residents, id: string, now: number) {
    this.home = home;
    this.id = id;
    this.shard = shardOf(id);
    this.lastTurnAt = now;
  }

  get address(): ActorAddress {
    return { kind: this.home.kind.name, id: this.id };
  }

  get isQuarantined(): boolean {
    return this.status === 'quarantined';
  }

  /** Nothing is under way: it may leave memory, or the system stop, without anybody noticing. */
  get isQuiet(): boolean {
    if (this.isReady || this.mailbox.size > 0 || (this.writes !== null && this.writes.size > 0)) return false;
    if (this.status === 'live') return this.effects === null || this.effects.tasksRunning === 0;
    return this.status === 'quarantined' || this.status === 'gone';
  }

  /** Takes a message whatever the mailbox holds: whoever lets in from outside has looked at its size. */
  accept(item: Item): void {
    if (this.status === 'quarantined') this.drop(item, quarantined());
    else if (this.status === 'gone') this.drop(item, gone());
    else {
      this.mailbox.push(item);
      if (!this.isReady) this.getReady();
    }
  }

  takeTurn(messagesMax: number, now: number): number {
    if (this.status === 'gone') return 0;
    this.home.idle.touch(this, now);
    let handled = 0;
    let context: DecideContext = { id: this.id, now, seq: this.seq, commandId: null };
    while (handled < messagesMax && this.mayDecide()) {
      const item = this.mailbox.shift();
      if (item === undefined) break;
      handled++;
      // Values do not change: commands that see the same share it.
      if (context.seq !== this.seq) context = { ...context, seq: this.seq };
      if (item instanceof Envelope) this.open(item, context);
      else this.handle(item, item, null, context);
    }
    this.getReady();
    this.home.host.noteTurn(this);
    return handled;
  }

  private getReady(): void {
    if (!this.isReady && this.mailbox.size > 0 && this.mayDecide()) this.home.host.scheduler.add(this);
  }

  private mayDecide(): boolean {
    if (this.status !== 'live') return false;
    if (this.writes === null) return true;
    const { uncommittedWritesMax, gatedAnswersMax } = this.home.host.limits;
    return this.writes.size < uncommittedWritesMax && this.writes.waiting < gatedAnswersMax;
  }

  private open(envelope: Envelope, context: DecideContext): void {
    if (envelope.isSettled) return;
    if (envelope.deadline <= context.now) {
      envelope.fail(expired());
      return;
    }
    const { command, commandId } = envelope;
    if (commandId !== null && this.trouble?.isRefused(commandId, context.now) === true) {
      envelope.fail(poisoned());
      return;
    }
    const known = commandId === null ? undefined : this.answers?.get(commandId);
    if (known === undefined)
      this.handle(envelope, command, envelope, commandId === null ? context : { ...context, commandId });
    else this.say(envelope, verdictFromJson(known), undefined);
  }

  private handle(item: Item, command: Command, envelope: Envelope | null, context: DecideContext): void {
    const { home } = this;
    const { commandId, now, seq } = context;
    let { state } = this;
    let decision: AnyDecision;
    let answer: string | null = null;
    let append: Append | null = null;
    try {
      decision = home.decide(command, state, context);
      if (decision.events !== undefined) for (const event of decision.events) state = home.kind.evolve(state, event);
      if (commandId !== null) answer = verdictToJson(verdictOf(decision));
      if (home.isDurable) {
        const { address } = this;
        append = appendOf({ kind: home.kind, address, decision, envelope, answer, firstSeq: seq + 1, at: now });
      }
    } catch (error) {
      this.fail(item, error);
      return;
    }
    const { effects } = decision;
    this.state = state;
    this.trouble?.over();
    if (commandId !== null && answer !== null) (this.answers ??= new AnswerMemory()).add(commandId, answer);
    if (append !== null) {
      this.seq += append.events.length;
      this.writes ??= new Writes(home.host.journal, this);
      const verdict = verdictOf(decision);
      this.writes.push({ item, verdict, effects, seq: this.seq, append, decision, stateAfter: state, gated: [] });
      return;
    }
    if (!home.isDurable) this.takeConsequences(decision, now);
    // A command that nobody waits for has nothing to say, unless on what it saw there is still a doubt.
    if (envelope === null && effects === undefined && (this.writes === null || this.writes.size === 0)) return;
    this.say(item, verdictOf(decision), effects);
  }

  /** A volatile actor's decisions are committed when they are made. */
  private takeConsequences({ events, timers, send }: AnyDecision, now: number): void {
    if (events !== undefined) {
      this.home.publish(this.id, events, this.seq + 1, now);
      this.seq += events.length;
    }
    if (timers !== undefined) this.home.host.setVolatileTimers(this.address, timers);
    if (send !== undefined) this.home.host.sendVolatile(send);
  }

  private say(item: Item, verdict: Verdict, effects: readonly Effect[] | undefined): void {
    const { seq, writes } = this;
    if (writes !== null && writes.size > 0) writes.gate({ item, verdict, effects, seq });
    // What waits for a commit is sure when that comes; what does not must not be told from a state that is old.
    else if (this.home.isDurable && !this.home.host.journal.mayAnswer()) this.drop(item, unsure());
    else this.release(item, verdict, effects, seq);
  }

  /** What the answer had seen is committed. */
  private release(item: Item, verdict: Verdict, effects: readonly Effect[] | undefined, seq: number): void {
    if (item instanceof Envelope) item.answer(answerOf(verdict, { shard: this.shard, shardSeq: this.shardSeq, seq }));
    if (effects !== undefined) this.perform(effects);
  }

  private perform(effects: readonly Effect[]): void {
    try {
      (this.effects ??= this.newEffects()).perform(effects);
    } catch (error) {
      // Of no such task, or no such actor. The command itself is done: it is not tried again.
      this.fail(null, error);
    }
  }

  private newEffects(): Effects {
    return new Effects(this.home.host, {
      kind: this.home.kind,
      id: this.id,
      ended: (command) => {
        if (command !== null) this.accept(command);
        this.home.host.noteTurn(this);
      },
      failed: (error) => {
        this.fail(null, error);
      },
    });
  }

  // What the journal says of the writes.

  committed(write: Write, shardSeq: number): void {
    const { home } = this;
    this.shardSeq = shardSeq;
    // In the place of the one in doubt, or after it: that one is decided.
    if (this.trouble !== null) this.trouble.doubtful = null;
    home.publish(this.id, write.decision.events ?? [], write.append.firstSeq, write.append.at);
    home.host.committed(write.append, { shard: this.shard, shardSeq, seq: write.seq });
    this.release(write.item, write.verdict, write.effects, write.seq);
    for (const { item, verdict, effects, seq } of write.gated) this.release(item, verdict, effects, seq);
    this.snapshot(write);
    if (this.status === 'restarting') this.recoverWhenWritten();
    else this.getReady();
    home.host.noteTurn(this);
  }

  private snapshot({ seq, stateAfter: state }: Write): void {
    const { host, kind } = this.home;
    if (kind.snapshot === undefined || seq - this.snapshotSeq < kind.snapshot.everyEvents) return;
    this.snapshotSeq = seq;
    const { address, shardSeq } = this;
    host.journal.saveSnapshot(address, snapshotOf(kind.snapshot.schema, seq, { state, shardSeq })).catch(
      // The events are all there: recovery takes longer, nothing else.
      (error: unknown) => {
        host.report({ type: 'snapshot-failed', address, error });
      },
    );
  }

  overruled(write: Write, verdict: Verdict, redo: readonly Item[]): void {
    this.release(write.item, verdict, undefined, write.append.firstSeq - 1);
    this.redo(redo);
  }

  conflicted(redo: readonly Item[]): void {
    if (this.troubled().isTooOften(this.home.host.clock.now())) {
      this.mailbox.putBack(redo);
      this.quarantine(new Error('Somebody else keeps writing for this actor.'));
    } else this.redo(redo);
  }

  failed(error: unknown, first: Write, items: readonly Item[]): void {
    this.home.host.report({ type: 'write-failed', address: this.address, error });
    const outage = unknownOutcome(error);
    for (const item of items) this.drop(item, outage);
    this.troubled().doubtful = first;
    this.recover();
  }

  fenced(): void {
    this.home.host.fenced(this.shard);
  }

  private redo(items: readonly Item[]): void {
    this.mailbox.putBack(items);
    this.recover();
  }

  // How it starts, starts again, and ends.

  /** Forgets what it knew and reads it again. */
  recover(): void {
    this.effects?.abandon();
    this.answers = null;
    this.state = undefined;
    this.seq = 0;
    if (this.status === 'quarantined') {
      for (const item of this.mailbox.takeAll()) this.drop(item, quarantined());
      this.home.host.noteTurn(this);
      return;
    }
    this.status = 'recovering';
    if (this.home.isDurable) this.home.host.recoverer.request(this);
    else this.recovered(null);
  }

  recovered(recovery: Recovery | null): void {
    if (this.status !== 'recovering') return;
    const { home } = this;
    try {
      const rebuilt = rebuild(home.kind, this.id, recovery);
      this.state = rebuilt.state;
      this.seq = rebuilt.seq;
      this.shardSeq = Math.max(this.shardSeq, rebuilt.shardSeq);
      this.snapshotSeq = rebuilt.snapshotSeq;
      this.answers = rebuilt.answers;
    } catch (error) {
      this.quarantine(error);
      return;
    }
    this.status = 'live';
    this.settleDoubt(recovery);
    if (this.seq > 0 && home.kind.recovered !== undefined && home.isDurable) {
      try {
        const now = home.host.clock.now();
        this.perform(home.kind.recovered(this.state, { id: this.id, now, seq: this.seq }));
      } catch (error) {
        this.fail(null, error);
      }
    }
    this.getReady();
    home.host.noteTurn(this);
  }

  /** The journal can't be read now. True when the actor has to be recovered even if nobody asks for it. */
  recoveryFailed(outage: Outage): boolean {
    for (const item of this.mailbox.takeAll()) this.drop(item, outage);
    if (this.trouble !== null) return true;
    this.leave(outage);
    return false;
  }

  /** A write of which nothing was known has turned out to be in the journal: then its consequences are due. */
  private settleDoubt(recovery: Recovery | null): void {
    const doubtful = this.trouble?.doubtful ?? null;
    if (doubtful === null || this.trouble === null) return;
    const standing = standingOf(doubtful, this.seq, recovery);
    if (standing === 'open') return;
    this.trouble.doubtful = null;
    if (standing === 'lost') return;
    const { append, decision, seq } = doubtful;
    this.home.publish(this.id, decision.events ?? [], append.firstSeq, append.at);
    this.home.host.committed(append, { shard: this.shard, shardSeq: this.shardSeq, seq });
  }

  /** A defect: the state can't be trusted any more. Earlier decisions stand and are written first. */
  private fail(item: Item | null, error: unknown): void {
    if (this.status !== 'live' && this.status !== 'restarting') return;
    const { home } = this;
    const trouble = this.troubled();
    const address = this.address;
    const command = item === null ? null : commandOf(item).type;
    home.restarts++;
    home.host.report({ type: 'defect', address, command, error });
    if (item !== null && trouble.isPoison(item)) {
      home.host.report({ type: 'poison', address, command: commandOf(item).type });
      if (item instanceof Envelope && item.commandId !== null) trouble.refuse(item.commandId, home.host.clock.now());
      this.drop(item, poisoned(error));
    } else if (item !== null) this.mailbox.putBack([item]);
    if (trouble.isTooOften(home.host.clock.now())) {
      this.quarantine(error);
      return;
    }
    this.status = 'restarting';
    this.recoverWhenWritten();
  }

  private recoverWhenWritten(): void {
    if (this.writes === null || this.writes.size === 0) this.recover();
  }

  private quarantine(error: unknown): void {
    this.status = 'quarantined';
    this.effects?.abandon();
    this.home.host.report({ type: 'quarantined', address: this.address, error });
    for (const item of this.mailbox.takeAll()) this.drop(item, quarantined());
    this.home.host.noteTurn(this);
  }

  /** Out of memory. What was waiting is failed: an actor that is passivated has nothing waiting. */
  leave(outage: Outage): void {
    this.status = 'gone';
    this.effects?.abandon();
    for (const item of this.writes?.takeItems() ?? []) this.drop(item, outage);
    for (const item of this.mailbox.takeAll()) this.drop(item, outage);
    this.home.forget(this);
    this.home.host.noteTurn(this);
  }

  /** The system stops: what tasks would still come to is not waited for. */
  endTasks(): void {
    this.effects?.abandon();
  }

  private drop(item: Item, outage: Outage): void {
    if (item instanceof Envelope) item.fail(outage);
    else this.home.dropped(this.id, item, outage.code);
  }

  private troubled(): Trouble {
    return (this.trouble ??= new Trouble());
  }
}

const commandOf = (item: Item): Command => (item instanceof Envelope ? item.command : item);
