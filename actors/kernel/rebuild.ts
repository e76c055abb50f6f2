/** An actor's state made from what the journal has of it, and its snapshots. */

import type { AnyKind } from './actor-kind.ts';
import { AnswerMemory } from './answer-memory.ts';
import type { Recovery, StoredSnapshot } from './journal.ts';
import { fromStored } from './stored-event.ts';

interface Rebuilt {
  readonly state: unknown;
  readonly seq: number;
  readonly shardSeq: number;
  readonly snapshotSeq: number;
  readonly answers: AnswerMemory | null;
}

/** Throws on events that can't be read: they must not be skipped. */
export const rebuild = (kind: AnyKind, id: string, recovery: Recovery | null): Rebuilt => {
  const snapshot = recovery?.snapshot ?? null;
  const events = recovery?.events ?? [];
  let state: unknown = undefined;
  let seq = 0;
  let shardSeq = 0;
  if (snapshot === null) state = kind.initialState(id);
  else {
    if (snapshot.schema !== kind.snapshot?.schema) throw new Error(`A snapshot of schema ${snapshot.schema} was read.`);
    ({ state, shardSeq } = JSON.parse(snapshot.state) as SnapshotContent); // written below
    ({ seq } = snapshot);
  }
  const snapshotSeq = seq;
  for (const stored of events) {
    if (stored.seq !== seq + 1) throw new Error(`Event ${stored.seq} follows ${seq}.`);
    const event = fromStored(kind, stored);
    if (event !== null) state = kind.evolve(state, event);
    ({ seq, shardSeq } = stored);
  }
  return { state, seq, shardSeq, snapshotSeq, answers: remembered(recovery?.answers ?? []) };
};

const remembered = (answers: Recovery['answers']): AnswerMemory | null => {
  if (answers.length === 0) return null;
  const memory = new AnswerMemory();
  for (const { commandId, answer } of answers) memory.add(commandId, answer);
  return memory;
};

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
