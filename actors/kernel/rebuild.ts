/** An actor's state made from what the journal has of it: its snapshot, and page after page of the events since. */

import type { AnyKind } from './actor-kind.ts';
import type { Recovery, StoredEvent, StoredSnapshot } from './journal.ts';
import { fromStored } from './stored-event.ts';

/** The snapshot can't be read, or not gone on from: the events are all there. */
export class UnreadableSnapshot extends Error {
  override readonly name = 'UnreadableSnapshot';
}

/** An event can't be read or applied: it must not be left out, unless an operator says so. */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent';
  readonly seq: number;

  constructor(seq: number, cause: unknown) {
    super(`Event ${seq}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.seq = seq;
  }
}

export class Rebuild {
  state: unknown;
  seq = 0;
  shardSeq = 0;
  readonly snapshotSeq: number;
  private readonly kind: AnyKind;
  private readonly skipped: ReadonlySet<number>;

  /** Throws an {@link UnreadableSnapshot} or an {@link UnreadableEvent}, as `add` does. */
  constructor(kind: AnyKind, id: string, recovery: Recovery | null) {
    this.kind = kind;
    this.skipped = new Set(recovery?.skipped);
    const snapshot = recovery?.snapshot ?? null;
    this.state = snapshot === null ? kind.initialState(id) : this.open(snapshot);
    this.snapshotSeq = this.seq;
    this.add(recovery?.events ?? []);
  }

  add(events: readonly StoredEvent[]): this {
    for (const stored of events) {
      if (stored.seq !== this.seq + 1) {
        throw new UnreadableEvent(stored.seq, new Error(`it follows event ${this.seq}`));
      }
      if (!this.skipped.has(stored.seq)) this.apply(stored);
      this.seq = stored.seq;
      this.shardSeq = stored.shardSeq;
    }
    return this;
  }

  private apply(stored: StoredEvent): void {
    try {
      const event = fromStored(this.kind, stored);
      if (event !== null) this.state = this.kind.evolve(this.state, event);
    } catch (error) {
      // It may be the snapshot's state that is not what it should be.
      if (this.snapshotSeq > 0) throw new UnreadableSnapshot('Events can not follow the snapshot.', { cause: error });
      throw new UnreadableEvent(stored.seq, error);
    }
  }

  private open(snapshot: StoredSnapshot): unknown {
    try {
      if (snapshot.schema !== this.kind.snapshot?.schema) throw new Error(`it has schema ${snapshot.schema}`);
      const content = JSON.parse(snapshot.state) as SnapshotContent; // written below
      this.seq = snapshot.seq;
      this.shardSeq = content.shardSeq;
      return content.state;
    } catch (error) {
      throw new UnreadableSnapshot('The snapshot can not be read.', { cause: error });
    }
  }
}

/** With the place in the shard, so that an answer from a state without newer events can name its position. */
interface SnapshotContent {
  readonly state: unknown;
  readonly shardSeq: number;
}

export const snapshotOf = (schema: number, seq: number, content: SnapshotContent): StoredSnapshot => ({
  seq,
  schema,
  state: JSON.stringify(content),
});
