/**
 * An actor in memory: its mailbox, its state, and the order in which things happen to it. It handles
 * one command at a time on its newest state; what it says waits in its gate (`writes.ts`) for the commit.
 */

import type { DecideContext } from './actor-kind.ts';
import { appendOf } from './append.ts';
import type { Command } from './command.ts';
import type { Effect } from './decision.ts';
import { Effects } from './effects.ts';
import { Envelope } from './envelope.ts';
import type { Append } from './journal.ts';
import type { Listed } from './idle-list.ts';
import { Life } from './life.ts';
import type { Item } from './parcel.ts';
import { expired, gone, quarantined, unknownCommand, unknownOutcome, unsure } from './outage.ts';
import { Parcel, causedBy } from './parcel.ts';
import type { AnyDecide, Residents } from './residents.ts';
import { snapshotOf } from './rebuild.ts';
import type { Turn } from './scheduler.ts';
import { answerOf, verdictFromJson, verdictToJson } from './verdict.ts';
import type { Verdict } from './verdict.ts';
import type { AnyDecision, Write } from './writes.ts';
import { Writes } from './writes.ts';

export class Cell extends Life implements Turn, Listed {
  lastTurnAt: number;
  older: this | null = null;
  newer: this | null = null;

  constructor(home: Residents, id: string, now: number) {
    super(home, id);
    this.lastTurnAt = now;
  }

  /** Takes a message whatever the mailbox holds: whoever lets in from outside has looked at its size. */
  accept(item: Item): void {
    if (this.status === 'live') {
      this.mailbox.push(item);
      if (!this.isReady) this.getReady();
    } else if (this.status === 'quarantined') this.drop(item, quarantined());
    else if (this.status === 'gone') this.drop(item, gone());
    else {
      this.mailbox.push(item);
      if (item instanceof Envelope) this.hurry();
    }
  }

  takeTurn(messagesMax: number, now: number): number {
    if (this.status === 'gone') return 0;
    this.home.idle.touch(this, now);
    let handled = 0;
    let context: DecideContext = { id: this.id, now, seq: this.seq, commandId: null, stream: null };
    while (handled < messagesMax && this.mayDecide()) {
      const item = this.mailbox.shift();
      if (item === undefined) break;
      handled++;
      // Values do not change: commands that see the same share it.
      if (context.seq !== this.seq) context = { ...context, seq: this.seq };
      if (item instanceof Envelope) this.open(item, context);
      else this.handle(item, item instanceof Parcel ? item.command : item, context, false);
    }
    this.getReady();
    this.home.host.noteTurn(this);
    return handled;
  }

  protected override getReady(): void {
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
    if (envelope.isDue(context.now)) {
      envelope.fail(expired());
      return;
    }
    const { command, commandId, particulars } = envelope;
    const known = commandId === null ? undefined : this.answers?.get(commandId);
    if (known !== undefined) this.say(envelope, verdictFromJson(known), undefined);
    else if (commandId === null && particulars === null) this.handle(envelope, command, context, true);
    else this.handle(envelope, command, { ...context, commandId, stream: envelope.stream }, true, envelope.decide);
  }

  /** `isAsked`: somebody waits for the answer. `instead` of the actor's own decider: an operator's. */
  private handle(
    item: Item,
    command: Command,
    context: DecideContext,
    isAsked: boolean,
    instead: AnyDecide | null = null,
  ): void {
    const decide = instead ?? this.home.decisionOn(command);
    if (decide === undefined) {
      this.drop(item, unknownCommand(this.home.kind.name, command.type));
      return;
    }
    let decision: AnyDecision;
    try {
      decision = decide(command, this.state, context);
    } catch (error) {
      this.fail(item, error);
      return;
    }
    if (context.commandId !== null || changesSomething(decision)) {
      this.carryOut(item, decision, context, isAsked);
      return;
    }
    this.trouble?.over();
    // A command that nobody waits for has nothing to say, unless on what it saw there is still a doubt.
    if (isAsked || this.writesWaiting > 0) this.say(item, decision, undefined);
  }

  private carryOut(item: Item, decision: AnyDecision, context: DecideContext, isAsked: boolean): void {
    const { home } = this;
    const { commandId, now, seq } = context;
    let { state } = this;
    let answer: string | null = null;
    let append: Append | null = null;
    try {
      if (decision.events !== undefined) for (const event of decision.events) state = home.kind.evolve(state, event);
      if (commandId !== null) answer = verdictToJson(decision);
      if (home.isDurable) {
        append = appendOf({
          kind: home.kind,
          address: this.address,
          shard: this.shard,
          decision,
          item,
          answer,
          firstSeq: seq + 1,
          at: now,
        });
      }
    } catch (error) {
      this.fail(item, error);
      return;
    }
    const { effects } = decision;
    this.state = state;
    this.trouble?.over();
    if (commandId !== null && answer !== null) this.remember(commandId, answer);
    if (append !== null) {
      this.seq += append.events.length;
      this.writes ??= new Writes(home.host.journal, this);
      this.writes.push({
        item,
        verdict: decision,
        effects,
        seq: this.seq,
        append,
        decision,
        stateAfter: state,
        gated: [],
      });
      return;
    }
    if (!home.isDurable) this.takeConsequences(decision, now);
    if (isAsked || effects !== undefined || this.writesWaiting > 0) this.say(item, decision, effects);
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
    else this.tell(item, verdict, effects, seq);
  }

  /** That its state is committed does not make it the newest: somebody else may have written since. */
  private tell(item: Item, verdict: Verdict, effects: readonly Effect[] | undefined, seq: number): void {
    if (this.home.isDurable && !this.home.host.journal.mayAnswer()) this.drop(item, unsure());
    else this.release(item, verdict, effects, seq);
  }

  /** What the answer had seen is committed. */
  private release(item: Item, verdict: Verdict, effects: readonly Effect[] | undefined, seq: number): void {
    if (item instanceof Envelope) item.answer(answerOf(verdict, { shard: this.shard, shardSeq: this.shardSeq, seq }));
    if (effects !== undefined) this.perform(effects, item);
  }

  protected override perform(effects: readonly Effect[], item: Item | null): void {
    try {
      this.effects ??= new Effects(this.home.host, {
        kind: this.home.kind,
        id: this.id,
        ended: (command, { traceId, hops }) => {
          // The actor's own work: it comes from no further away than what it was begun for.
          if (command !== null) this.accept(new Parcel(command, { traceId, hops: hops - 1 }));
          this.home.host.noteTurn(this);
        },
        failed: (error) => {
          this.fail(null, error);
        },
      });
      this.effects.perform(effects, causedBy(item));
    } catch (error) {
      // Of no such task, or no such actor. The command itself is done: it is not tried again.
      this.fail(null, error);
    }
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
    for (const { item, verdict, effects, seq } of write.gated) this.tell(item, verdict, effects, seq);
    this.snapshot(write);
    this.goOn();
    home.host.noteTurn(this);
  }

  /** With what waited for the writes. */
  private goOn(): void {
    if (this.status === 'restarting') this.recoverWhenWritten();
    else if (this.status === 'stopping') this.endWhenWritten();
    else this.getReady();
  }

  private snapshot({ seq, stateAfter: state }: Write): void {
    const { kind } = this.home;
    if (kind.snapshot === undefined || seq - this.snapshotSeq < kind.snapshot.everyEvents) return;
    void this.writeSnapshot(kind.snapshot.schema, seq, state);
  }

  protected override async saveSnapshot(): Promise<void> {
    const { snapshot } = this.home.kind;
    const { seq, state } = this;
    if (snapshot === undefined || state === undefined || seq - this.snapshotSeq < snapshotWorthEvents) return;
    await this.writeSnapshot(snapshot.schema, seq, state);
  }

  private async writeSnapshot(schema: number, seq: number, state: unknown): Promise<void> {
    this.snapshotSeq = seq;
    const { address, shardSeq } = this;
    const { host } = this.home;
    try {
      await host.journal.saveSnapshot(address, snapshotOf(schema, seq, { state, shardSeq }));
    } catch (error) {
      // The events are all there: recovery takes longer, nothing else.
      host.report({ type: 'snapshot-failed', address, error });
    }
  }

  overruled(write: Write, verdict: Verdict, redo: readonly Item[]): void {
    this.release(write.item, verdict, undefined, write.append.firstSeq - 1);
    this.redo(redo);
  }

  conflicted(redo: readonly Item[]): void {
    if (this.troubled().isTooOften(this.home.host.clock.now())) {
      this.mailbox.putBack(redo);
      this.quarantine('restarts', new Error('Somebody else keeps writing for this actor.'));
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
    if (this.status === 'stopping') this.turnAway(items);
    else this.mailbox.putBack(items);
    this.recover();
  }
}

/** Whether a decision is more than an answer. */
const changesSomething = ({ events, claims, releases, timers, send, effects }: AnyDecision): boolean =>
  events !== undefined ||
  effects !== undefined ||
  send !== undefined ||
  timers !== undefined ||
  claims !== undefined ||
  releases !== undefined;

/** Events that a snapshot must save the next reader, where it is made out of turn. */
const snapshotWorthEvents = 20;
