/** The statements that write a batch of appends: the fence, the copy of the events, and what goes with them. */

import { escapeLiteral } from 'pg';
import type { Append, TimerChange } from '#kernel';
import { copyEvents } from './event-copy.ts';
import { persistenceIdOf } from './persistence-id.ts';

/** An append with the place that its shard's owner has given to its first event. */
export interface PlacedAppend {
  readonly append: Append;
  /** Of its actor. */
  readonly id: string;
  readonly firstShardSeq: number;
}

/** An event that must be in the journal already. */
export interface Follows {
  readonly id: string;
  readonly seq: number;
}

/** Statements for one transaction; the rows of the copy come beside them. */
export const appendText = (
  batch: readonly PlacedAppend[],
  /** Of the ownership of shards, under which the writer owns those of the batch. */
  version: number,
  follows: readonly Follows[],
  /** Ids of actors whose first events these are. */
  begun: readonly string[],
): string => {
  const fence = `SELECT journal.fence(${version})`;
  const completion = [
    follows.map(({ id }) => id),
    follows.map(({ seq }) => seq),
    ...claimColumns(batch, 'releases'),
    ...claimColumns(batch, 'claims'),
    ...timerColumns(batch),
    ...outboxColumns(batch),
  ];
  const statements = [fence, copyEvents];
  if (begun.length > 0) statements.push(call('begin', [begun]));
  if (completion.some((column) => column.length > 0)) statements.push(call('complete', completion));
  return statements.join(';');
};

type Column = readonly (string | number | null)[];

/** Copies go by the simple protocol, which has no parameters: values stand in the statement. */
const call = (name: string, columns: readonly Column[]): string =>
  `SELECT journal.${name}(${columns.map((column) => escapeLiteral(arrayText(column))).join(', ')})`;

/** An array in the form in which Postgres reads it from text. */
const arrayText = (column: Column): string =>
  `{${column.map((value) => (typeof value === 'string' ? `"${value.replaceAll(/[\\"]/g, String.raw`\$&`)}"` : String(value))).join(',')}}`;

const claimColumns = (batch: readonly PlacedAppend[], part: 'claims' | 'releases'): readonly Column[] => {
  const claims = batch.flatMap(({ append, id }) => append[part].map((claim) => ({ ...claim, id })));
  return [claims.map(({ scope }) => scope), claims.map(({ value }) => value), claims.map(({ id }) => id)];
};

/** One statement can't change a row twice: of several changes of one timer only the last counts. */
const timerColumns = (batch: readonly PlacedAppend[]): readonly Column[] => {
  const last = new Map<string, { readonly id: string; readonly shard: number; readonly change: TimerChange }>();
  for (const { append, id } of batch) {
    for (const change of append.timers) {
      last.set(JSON.stringify([id, change.name]), { id, shard: append.shard, change });
    }
  }
  const changes = [...last.values()];
  const cleared = changes.filter(({ change }) => change.type === 'clear');
  const set = changes.flatMap(({ id, shard, change }) => (change.type === 'set' ? [{ id, shard, change }] : []));
  return [
    cleared.map(({ id }) => id),
    cleared.map(({ change }) => change.name),
    set.map(({ id }) => id),
    set.map(({ change }) => change.name),
    set.map(({ shard }) => shard),
    set.map(({ change }) => change.at),
    set.map(({ change }) => JSON.stringify(change.command)),
  ];
};

const outboxColumns = (batch: readonly PlacedAppend[]): readonly Column[] => {
  const messages = batch.flatMap(({ append }) => append.outbox.map((message) => ({ shard: append.shard, message })));
  return [
    messages.map(({ message }) => message.id),
    messages.map(({ shard }) => shard),
    messages.map(({ message }) => persistenceIdOf(message.to)),
    messages.map(({ message }) => JSON.stringify(message.command)),
  ];
};
