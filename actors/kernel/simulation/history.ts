/** What clients, watchers and lists of the simulation were told, held against what the journal has. */

import type { Position } from '../actor-system.ts';
import type { AnyAnswer } from '../envelope.ts';
import type { StoredEvent } from '../journal.ts';
import type { JournalPublication } from '../publication.ts';
import { shardOf } from '../shard.ts';
import type { MemoryJournal } from '../testing/memory-journal.ts';
import type { PurseEvent } from './purse.ts';

export class History {
  private readonly memory: MemoryJournal;
  private readonly purses: readonly string[];
  /** By actor: the newest state that anybody has been told of. */
  private readonly told = new Map<string, number>();
  /** By actor and command id: what whoever sent it was told first. */
  private readonly answers = new Map<string, string>();
  private readonly acknowledged: string[] = [];
  private readonly refused: string[] = [];

  constructor(memory: MemoryJournal, purses: readonly string[]) {
    this.memory = memory;
    this.purses = purses;
  }

  toldOf(purse: string): number {
    return this.told.get(purse) ?? 0;
  }

  /** Somebody was told a balance as of a place. */
  saw(purse: string, { seq }: Position, balance: number, toldBefore: number): void {
    const stored = this.eventsOf(purse);
    if (seq > stored.length) throw new Error(`${purse} told of ${seq}, and ${stored.length} are stored`);
    if (seq < toldBefore) throw new Error(`${purse} told of ${seq}, after somebody was told of ${toldBefore}`);
    const expected = balanceOf(stored.slice(0, seq));
    if (balance !== expected) throw new Error(`${purse} told ${balance} at ${seq}, where it had ${expected}`);
    this.told.set(purse, Math.max(this.toldOf(purse), seq));
  }

  /** Watchers were told of an event. `offsetBefore`: what the same process had told them of before. */
  published(purse: string, { offset, data }: JournalPublication, offsetBefore: number): void {
    if (this.eventsOf(purse)[offset - 1]?.token !== data)
      throw new Error(`${purse} published ${String(data)}, which is not stored at ${offset}`);
    if (offset <= offsetBefore) throw new Error(`${purse} published ${offset} after ${offsetBefore}`);
    this.told.set(purse, Math.max(this.toldOf(purse), offset));
  }

  /** A watcher was told what it had missed after an offset. */
  recounted(purse: string, after: number, publications: readonly JournalPublication[]): void {
    const stored = this.eventsOf(purse)
      .map((event, place) => ({ offset: place + 1, token: event?.token }))
      .filter(({ offset, token }) => offset > after && token !== undefined);
    for (const [place, { offset, data }] of publications.entries()) {
      const expected = stored[place];
      if (expected?.offset !== offset || expected.token !== data)
        throw new Error(`${purse} recounted ${String(data)} at ${offset}, where it had ${String(expected?.token)}`);
    }
  }

  /** A list was told how far the journal is: who has come there has seen the actor's event. */
  reached({ shard, shardSeq, seq }: Position): void {
    const stored = this.stored().find((event) => event.shard === shard && event.shardSeq === shardSeq);
    if (stored === undefined || stored.seq < seq)
      throw new Error(`shard ${shard} was said to have reached ${shardSeq}, and has not`);
  }

  /** A command was answered; what it did must be stored by now, and the answer is the same each time. */
  answered(purse: string, commandId: string, answer: AnyAnswer): void {
    const { type } = answer;
    const text = JSON.stringify(type === 'replied' ? answer.reply : answer.refusal);
    const key = `${purse} ${commandId}`;
    const before = this.answers.get(key);
    if (before !== undefined && before !== text) throw new Error(`${key} was answered ${before}, and then ${text}`);
    this.answers.set(key, text);
    const count = this.eventsOf(purse).filter(
      (event) => event?.token === commandId && event.type !== 'Received',
    ).length;
    if (type === 'refused' && count > 0) throw new Error(`${key} was refused and is stored`);
    if (type === 'refused') this.refused.push(key);
  }

  /** A command that always leaves an event was done. */
  acknowledge(purse: string, token: string, type: PurseEvent['type']): void {
    const isStored = this.eventsOf(purse).some((event) => event?.token === token && event.type === type);
    if (!isStored) throw new Error(`${token} of ${purse} was acknowledged and is not stored`);
    this.acknowledged.push(keyOf(purse, type, token));
  }

  /** Whether what was begun has come to its end: messages, timers, work. */
  isComplete(): boolean {
    const count = (type: PurseEvent['type']): number => this.all().filter(({ event }) => event.type === type).length;
    return (
      this.memory.outboxSize === 0 &&
      count('Reminded') <= count('Rang') + count('Forgot') &&
      count('WorkBegun') <= count('WorkEnded') &&
      count('Sent') <= count('Received')
    );
  }

  /** When everything has come to its end. */
  check(): void {
    const seen = new Set<string>();
    for (const { purse, event } of this.all()) {
      const key = keyOf(purse, event.type, event.token);
      if (seen.has(key)) throw new Error(`${key} was applied twice`);
      seen.add(key);
    }
    for (const one of this.acknowledged) if (!seen.has(one)) throw new Error(`${one} was acknowledged and is lost`);
    for (const one of this.refused) {
      if (seen.has(one.replace(' ', ' Sent '))) throw new Error(`${one} was refused and is applied`);
    }
    this.checkReminders();
    this.checkMoney();
    this.checkSequences();
  }

  /** Each rings once, not before its time, or was forgotten. */
  private checkReminders(): void {
    const open = new Map<string, number>();
    for (const { purse, event, at } of this.all()) {
      const { reminder, type } = event;
      if (reminder === undefined) continue;
      const key = `reminder ${reminder.token} of ${purse}`;
      if (type === 'Reminded') open.set(key, reminder.dueAt);
      else if (!open.has(key)) throw new Error(`${key} ${type}, and was not open`);
      else if (type === 'Postponed') open.set(key, reminder.dueAt);
      else {
        if (type === 'Rang' && at < (open.get(key) ?? 0)) throw new Error(`${key} rang before its time`);
        open.delete(key);
      }
    }
    for (const key of open.keys()) throw new Error(`${key} has not rung`);
  }

  private checkMoney(): void {
    const sumOf = (types: readonly PurseEvent['type'][]): number =>
      this.all().reduce((sum, { event }) => (types.includes(event.type) ? sum + event.amount : sum), 0);
    const brought = sumOf(['Deposited', 'Rang']);
    const held = this.purses.reduce((sum, purse) => sum + balanceOf(this.eventsOf(purse)), 0);
    if (held !== brought) throw new Error(`${brought} was brought and ${held} is there`);
    if (this.purses.some((purse) => balanceOf(this.eventsOf(purse)) < 0)) throw new Error('a purse owes money');
  }

  private checkSequences(): void {
    const places = new Map<number, number[]>();
    for (const purse of this.purses) {
      for (const [index, { seq, shard, shardSeq }] of this.storedOf(purse).entries()) {
        if (shard !== shardOf(purse)) throw new Error(`${purse} has an event in shard ${shard}`);
        if (seq !== index + 1) throw new Error(`${purse} has ${seq} in place ${index + 1}`);
        places.set(shard, [...(places.get(shard) ?? []), shardSeq]);
      }
    }
    for (const [shard, taken] of places) {
      const sorted = taken.toSorted((one, other) => one - other);
      if (sorted.some((place, index) => place !== index + 1)) throw new Error(`shard ${shard} has holes`);
    }
  }

  /** All that was stored, as text: two runs of one seed have the same. */
  text(): string {
    return this.stored()
      .map(({ address, seq, shardSeq, at, payload }) => `${address.id} ${seq} ${shardSeq} ${at} ${payload}`)
      .join('\n');
  }

  private all(): readonly { readonly purse: string; readonly event: PurseEvent; readonly at: number }[] {
    return this.stored().flatMap((stored) => {
      const event = eventOf(stored);
      return event === null ? [] : [{ purse: stored.address.id, event, at: stored.at }];
    });
  }

  private stored(): readonly StoredEvent[] {
    return this.purses.flatMap((purse) => this.storedOf(purse));
  }

  private storedOf(purse: string): readonly StoredEvent[] {
    return this.memory.eventsOf({ kind: 'purse', id: purse });
  }

  /** Null in the places of the kernel's own records. */
  private eventsOf(purse: string): readonly (PurseEvent | null)[] {
    return this.storedOf(purse).map(eventOf);
  }
}

const keyOf = (purse: string, type: PurseEvent['type'], token: string): string => `${purse} ${type} ${token}`;

const eventOf = ({ type, payload }: StoredEvent): PurseEvent | null =>
  // All others were written by the purse's decider.
  type === 'CommandAnswered' ? null : (JSON.parse(payload) as PurseEvent);

const balanceOf = (events: readonly (PurseEvent | null)[]): number =>
  events.reduce((sum, event) => sum + (event?.amount ?? 0), 0);
