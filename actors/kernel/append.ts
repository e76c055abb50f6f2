/** What a decision puts into the journal. */

import type { AnyKind } from './actor-kind.ts';
import type { ActorAddress } from './command.ts';
import type { TimerChange } from './decision.ts';
import { derivedId } from './derived-id.ts';
import { Envelope } from './envelope.ts';
import type { Append } from './journal.ts';
import type { Item } from './parcel.ts';
import { causeOf } from './parcel.ts';
import { toStored } from './stored-event.ts';
import type { AnyDecision } from './writes.ts';

interface AppendOptions {
  readonly kind: AnyKind;
  readonly address: ActorAddress;
  readonly shard: number;
  readonly decision: AnyDecision;
  readonly item: Item;
  /** JSON; null for a command without an id, which can't be delivered twice. */
  readonly answer: string | null;
  readonly firstSeq: number;
  readonly at: number;
}

/** Null when there is nothing to store: a read. */
export const appendOf = (options: AppendOptions): Append | null => {
  const { kind, address, shard, decision, item, answer, firstSeq, at } = options;
  const { events = [], claims = [], releases = [], timers = [], send = [] } = decision;
  const parts = events.length + claims.length + releases.length + timers.length + send.length;
  if (parts === 0 && answer === null) return null;
  return {
    address,
    shard,
    firstSeq,
    events: toStored(kind, events),
    commandId: answer !== null && item instanceof Envelope ? item.commandId : null,
    answer,
    at,
    traceId: causeOf(item).traceId,
    claims: claims.map(({ scope, value }) => ({ scope, value })),
    releases,
    timers: lastOfEach(timers),
    outbox: send.map(({ to, command }, place) => ({
      id: derivedId('outbox', address.kind, address.id, firstSeq, place),
      to,
      command,
    })),
  };
};

/** Of several changes of one timer the last one counts. Times are whole milliseconds. */
const lastOfEach = (changes: readonly TimerChange[]): readonly TimerChange[] => {
  if (changes.length === 0) return changes;
  const byName = new Map(changes.map((change) => [change.name, change]));
  return [...byName.values()].map((change) =>
    change.type === 'set' ? { ...change, at: Math.ceil(change.at) } : change,
  );
};
