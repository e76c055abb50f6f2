/**
 * Lives of actors as some program has stored them: their events and a snapshot, each in a file that is
 * never changed, and beside it what they are to be today: the state, what watchers are told, the lists.
 */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { listProjections } from '#actors';
import * as actors from '#actors';
import type { AnyKind } from '#actors';
import { fromStored } from '#kernel';
import type { StoredEvent, StoredSnapshot } from '#kernel';
import { Rebuild } from '#kernel/testing';
import type { ListEntry, ListName } from '#ports';

export interface Life {
  readonly kind: string;
  readonly id: string;
  readonly events: readonly LifeEvent[];
  /** From somewhere in the middle; null where the kind has none. */
  readonly snapshot: { readonly seq: number; readonly schema: number; readonly state: unknown } | null;
}

interface LifeEvent extends Pick<StoredEvent, 'type' | 'version' | 'at'> {
  /** Parsed: the journal has it as text. */
  readonly payload: unknown;
}

/** What a life comes to. */
export interface Outcome {
  readonly state: unknown;
  readonly publications: readonly {
    readonly seq: number;
    readonly channel: string;
    readonly data: unknown;
  }[];
  readonly entries: Readonly<Partial<Record<ListName, readonly ListEntry[]>>>;
}

export const livesFolder = new URL('lives/', import.meta.url);
export const outcomesFolder = new URL('outcomes/', import.meta.url);

/** Kinds of actors that are kept in the journal, all that the door of the actors gives out. */
export const durableKinds: readonly AnyKind[] = Object.values(actors).filter(
  (value): value is AnyKind => typeof value === 'object' && 'durability' in value && value.durability === 'journal',
);

export const kindOf = ({ kind }: Pick<Life, 'kind'>): AnyKind => {
  const found = durableKinds.find(({ name }) => name === kind);
  if (found === undefined) throw new Error(`No kind of actor is called ${kind}.`);
  return found;
};

/** `NAME.VERSION.HASH.json`: a life that was changed would have another name. */
export const fileOf = (name: string, version: number, life: Life): string => `${name}.${version}.${hashOf(life)}.json`;

const hashOf = (life: Life): string => createHash('sha256').update(JSON.stringify(life)).digest('hex').slice(0, 8);

export const lifeFiles = (): readonly string[] => readdirSync(livesFolder).sort();

export const readLife = (file: string): Life => JSON.parse(readFileSync(new URL(file, livesFolder), 'utf8')) as Life; // by `record.ts`

export const readOutcome = (file: string): Outcome =>
  JSON.parse(readFileSync(new URL(file, outcomesFolder), 'utf8')) as Outcome; // by `record.ts`

/** The state that a life leads to, from its first event on. */
export const stateOf = (life: Life): unknown => rebuilt(life, null, life.events.length).state;

/** The same from its snapshot and what follows; null where today's kind does not read it. */
export const stateFromSnapshot = (life: Life): { readonly state: unknown } | null => {
  const { snapshot } = life;
  if (snapshot === null || snapshot.schema !== kindOf(life).snapshot?.schema) return null;
  return { state: rebuilt(life, { ...snapshot, state: JSON.stringify(snapshot.state) }, life.events.length).state };
};

/** As the kernel recovers an actor, up to an event. */
export const rebuilt = (life: Life, snapshot: StoredSnapshot | null, upTo: number): Rebuild =>
  new Rebuild(kindOf(life), life.id, {
    snapshot,
    events: storedOf(life).slice(snapshot?.seq ?? 0, upTo),
    isComplete: true,
    answers: [],
    quarantine: null,
    skipped: [],
  });

/** What today's kind, and the lists that are made from its events, make of a life. */
export const outcomeOf = (life: Life): Outcome => {
  const kind = kindOf(life);
  const publications: Outcome['publications'][number][] = [];
  const entries = new Map<ListName, Map<string, ListEntry>>();
  for (const stored of storedOf(life)) {
    const event = fromStored(kind, stored);
    if (event === null) continue;
    for (const publication of kind.publish?.(event, life.id) ?? [])
      publications.push({ seq: stored.seq, ...publication });
    for (const { list, kind: ofKind, changes } of listProjections) {
      if (ofKind !== kind.name) continue;
      const ofList = entries.get(list) ?? new Map<string, ListEntry>();
      entries.set(list, ofList);
      for (const change of changes(event, { id: life.id, seq: stored.seq, at: stored.at })) {
        const id = change.type === 'put' ? change.entry.id : change.id;
        const before = ofList.get(id);
        if (change.type === 'remove') ofList.delete(id);
        else if (change.type === 'put') ofList.set(id, change.entry);
        else if (before !== undefined) ofList.set(id, change.patch(before));
      }
    }
  }
  return asJson({
    state: stateOf(life),
    publications,
    entries: Object.fromEntries([...entries].map(([list, ofList]) => [list, [...ofList.values()]])),
  });
};

const storedOf = ({ kind, id, events }: Life): readonly StoredEvent[] =>
  events.map(({ payload, ...event }, place) => ({
    ...event,
    payload: JSON.stringify(payload),
    address: { kind, id },
    seq: place + 1,
    shard: 0,
    shardSeq: place + 1,
  }));

/** As it is kept in a file: JSON has no undefined. */
const asJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
