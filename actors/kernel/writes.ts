/**
 * The output gate of an actor: what it has decided and not yet committed, and what it will say once
 * that is committed. Commands go on being decided on the newest state meanwhile.
 */

import type { DomainEvent, Refusal } from './command.ts';
import type { Decision, Effect } from './decision.ts';
import type { Append, AppendOutcome, Journal } from './journal.ts';
import type { Item } from './parcel.ts';
import { verdictFromJson } from './verdict.ts';
import type { Verdict } from './verdict.ts';

export type AnyDecision = Decision<DomainEvent, unknown, Refusal>;

/** What a handled command comes to: an answer and effects, which wait for the writes that its state had seen. */
export interface Output {
  readonly item: Item;
  readonly verdict: Verdict;
  readonly effects: readonly Effect[] | undefined;
  /** Of the state that was seen. */
  readonly seq: number;
}

export interface Write extends Output {
  readonly append: Append;
  readonly decision: AnyDecision;
  readonly stateAfter: unknown;
  /** Outputs that saw this write's events and no later ones. */
  readonly gated: Output[];
}

interface WritesOwner {
  committed(write: Write, shardSeq: number): void;
  /** The write is not part of the journal, because its command has been answered before or is refused by it. */
  overruled(write: Write, verdict: Verdict, redo: readonly Item[]): void;
  /** The state was stale. */
  conflicted(redo: readonly Item[]): void;
  /** Nothing more is known of the first write; the other items have not been tried. */
  failed(error: unknown, first: Write, items: readonly Item[]): void;
  fenced(): void;
}

export class Writes {
  private readonly journal: Journal;
  private readonly owner: WritesOwner;
  private queue: Write[] = [];
  private gatedCount = 0;

  constructor(journal: Journal, owner: WritesOwner) {
    this.journal = journal;
    this.owner = owner;
  }

  get size(): number {
    return this.queue.length;
  }

  /** The one that is under way. */
  get first(): Write | null {
    return this.queue[0] ?? null;
  }

  /** Outputs decided and not said, beside those of the writes themselves. */
  get waiting(): number {
    return this.gatedCount;
  }

  push(write: Write): void {
    this.queue.push(write);
    // The journal takes one append at a time of each actor.
    if (this.queue.length === 1) this.send(write);
  }

  /** Keeps the output until what has been decided so far is committed; there must be something uncommitted. */
  gate(output: Output): void {
    this.queue.at(-1)?.gated.push(output);
    this.gatedCount++;
  }

  /** Empties the gate: the items in the order in which they were decided. What the journal still answers is not heard. */
  takeItems(): Item[] {
    const items = this.queue.flatMap((write) => [write.item, ...write.gated.map(({ item }) => item)]);
    this.queue = [];
    this.gatedCount = 0;
    return items;
  }

  private send(write: Write): void {
    this.journal.append(write.append).then(
      (outcome) => {
        if (this.queue[0] === write) this.settle(write, outcome);
      },
      (error: unknown) => {
        if (this.queue[0] === write) this.owner.failed(error, write, this.takeItems());
      },
    );
  }

  private settle(write: Write, outcome: AppendOutcome): void {
    switch (outcome.type) {
      case 'committed': {
        this.queue.shift();
        this.gatedCount -= write.gated.length;
        // Sent before anything is told, so that the journal has work while callers are answered.
        const next = this.queue[0];
        if (next !== undefined) this.send(next);
        this.owner.committed(write, outcome.shardSeq);
        return;
      }
      case 'duplicate':
        this.owner.overruled(write, verdictFromJson(outcome.answer), this.takeItems().slice(1));
        return;
      case 'claim-taken': {
        const refusal = write.decision.claims?.[outcome.index]?.refusal;
        if (refusal === undefined) throw new Error(`The journal refused claim ${outcome.index}, which was not made.`);
        this.owner.overruled(write, { refusal }, this.takeItems().slice(1));
        return;
      }
      case 'conflict':
        this.owner.conflicted(this.takeItems());
        return;
      case 'fenced':
        this.owner.fenced();
    }
  }
}
