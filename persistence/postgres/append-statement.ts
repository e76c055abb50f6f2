/** Turns a batch of appends into the arguments of `journal.append`. */

import type { Append, TimerChange } from '#kernel';
import { bigintArray, integerArray, textArray } from './binary-array.ts';
import type { Statement } from './database.ts';

/** An append with the place that its shard's owner has given to its first event. */
export interface PlacedAppend {
  readonly append: Append;
  readonly firstShardSeq: number;
}

export const persistenceIdOf = ({ kind, id }: Append['address']): string => `${kind}/${id}`;

export const addressOf = (persistenceId: string): Append['address'] => {
  const slash = persistenceId.indexOf('/');
  return { kind: persistenceId.slice(0, slash), id: persistenceId.slice(slash + 1) };
};

/** `journal.append` and its result: the shards that the writer has lost. */
export const appendStatement: Statement = {
  name: 'append',
  text: `SELECT journal.append(${Array.from({ length: 33 }, (_, i) => `$${i + 1}`).join(', ')}) AS lost`,
};

/** In the order of the function's parameters. */
export const appendValues = (
  batch: readonly PlacedAppend[],
  /** Of the batch's shards, as this writer owns them. */
  epochs: ReadonlyMap<number, number>,
): readonly Buffer[] => {
  const shards = [...epochs.keys()].sort((a, b) => a - b);
  return [
    integerArray(shards),
    bigintArray(shards.map((shard) => epochOf(epochs, shard))),
    ...eventColumns(batch, epochs),
    ...claimColumns(batch.flatMap(({ append }) => append.releases.map((claim) => ({ append, claim })))),
    ...claimColumns(batch.flatMap(({ append }) => append.claims.map((claim) => ({ append, claim })))),
    ...timerColumns(batch),
    ...outboxColumns(batch),
  ];
};

const epochOf = (epochs: ReadonlyMap<number, number>, shard: number): number => {
  const epoch = epochs.get(shard);
  if (epoch === undefined) throw new Error(`shard ${shard} has no epoch here`);
  return epoch;
};

const eventColumns = (batch: readonly PlacedAppend[], epochs: ReadonlyMap<number, number>): readonly Buffer[] => {
  const ids: string[] = [];
  const seqs: number[] = [];
  const shards: number[] = [];
  const shardSeqs: number[] = [];
  const types: string[] = [];
  const versions: number[] = [];
  const payloads: string[] = [];
  const times: number[] = [];
  const metadata: (string | null)[] = [];
  const ownEpochs: number[] = [];
  const commandIds: (string | null)[] = [];
  const answers: (string | null)[] = [];
  const followsIds: string[] = [];
  const followsSeqs: number[] = [];
  for (const { append, firstShardSeq } of batch) {
    const id = persistenceIdOf(append.address);
    const about = append.traceId === null ? null : JSON.stringify({ traceId: append.traceId });
    for (const [place, event] of append.events.entries()) {
      ids.push(id);
      seqs.push(append.firstSeq + place);
      shards.push(append.shard);
      shardSeqs.push(firstShardSeq + place);
      types.push(event.type);
      versions.push(event.version);
      payloads.push(event.payload);
      times.push(append.at);
      metadata.push(about);
      ownEpochs.push(epochOf(epochs, append.shard));
      commandIds.push(place === 0 ? append.commandId : null);
      answers.push(place === 0 ? append.answer : null);
    }
    if (append.firstSeq > 1) {
      followsIds.push(id);
      followsSeqs.push(append.firstSeq - 1);
    }
  }
  return [
    textArray(ids),
    bigintArray(seqs),
    integerArray(shards),
    bigintArray(shardSeqs),
    textArray(types),
    integerArray(versions),
    textArray(payloads),
    bigintArray(times),
    textArray(metadata),
    bigintArray(ownEpochs),
    textArray(commandIds),
    textArray(answers),
    textArray(followsIds),
    bigintArray(followsSeqs),
  ];
};

const claimColumns = (
  claims: readonly { readonly append: Append; readonly claim: Append['claims'][number] }[],
): readonly Buffer[] => [
  textArray(claims.map(({ claim }) => claim.scope)),
  textArray(claims.map(({ claim }) => claim.value)),
  textArray(claims.map(({ append }) => persistenceIdOf(append.address))),
];

/** One statement can't change a row twice: of several changes of one timer only the last counts. */
const timerColumns = (batch: readonly PlacedAppend[]): readonly Buffer[] => {
  const last = new Map<string, { readonly id: string; readonly shard: number; readonly change: TimerChange }>();
  for (const { append } of batch) {
    const id = persistenceIdOf(append.address);
    for (const change of append.timers)
      last.set(JSON.stringify([id, change.name]), { id, shard: append.shard, change });
  }
  const changes = [...last.values()];
  const cleared = changes.filter(({ change }) => change.type === 'clear');
  const set = changes.flatMap(({ id, shard, change }) => (change.type === 'set' ? [{ id, shard, change }] : []));
  return [
    textArray(cleared.map(({ id }) => id)),
    textArray(cleared.map(({ change }) => change.name)),
    textArray(set.map(({ id }) => id)),
    textArray(set.map(({ change }) => change.name)),
    integerArray(set.map(({ shard }) => shard)),
    bigintArray(set.map(({ change }) => change.at)),
    textArray(set.map(({ change }) => JSON.stringify(change.command))),
  ];
};

const outboxColumns = (batch: readonly PlacedAppend[]): readonly Buffer[] => {
  const messages = batch.flatMap(({ append }) => append.outbox.map((message) => ({ shard: append.shard, message })));
  return [
    textArray(messages.map(({ message }) => message.id)),
    integerArray(messages.map(({ shard }) => shard)),
    textArray(messages.map(({ message }) => persistenceIdOf(message.to))),
    textArray(messages.map(({ message }) => JSON.stringify(message.command))),
  ];
};
