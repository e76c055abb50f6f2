/** What clients of the simulation were told, held against what the journal has. */

import type { Position } from '../actor-system.ts';
import type { MemoryJournal } from '../testing/memory-journal.ts';
import type { PurseEvent } from './purse.ts';

export class History {
  private readonly memory: MemoryJournal;
  private readonly purses: readonly string[];
  /** By actor: the newest state that anybody has been told of. */
  private readonly told = new Map<string, number>();
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

  published(purse: string, offset: number, token: unknown): void {
    const event = this.eventsOf(purse)[offset - 1];
    if (event?.token !== token)
      throw new Error(`${purse} published ${String(token)}, which is not stored at ${offset}`);
    this.told.set(purse, Math.max(this.toldOf(purse), offset));
  }

  /** A command was answered; what it did must be stored by now. */
  answered(purse: string, token: string, type: 'replied' | 'refused'): void {
    const count = this.eventsOf(purse).filter((event) => event?.token === token && event.type !== 'Received').length;
    if (type === 'replied' && count === 0) throw new Error(`${token} of ${purse} was acknowledged and is not stored`);
    if (type === 'refused' && count > 0) throw new Error(`${token} of ${purse} was refused and is stored`);
    (type === 'replied' ? this.acknowledged : this.refused).push(`${purse} ${token}`);
  }

  /** Whether what was begun has come to its end: messages, timers, work. */
  isComplete(): boolean {
    const count = (type: PurseEvent['type']): number => this.all().filter(({ event }) => event.type === type).length;
    return (
      this.memory.outboxSize === 0 &&
      count('Reminded') <= count('Rang') &&
      count('WorkBegun') <= count('WorkEnded') &&
      count('Sent') <= count('Received')
    );
  }

  /** When everything has come to its end. */
  check(): void {
    const seen = new Set<string>();
    for (const { purse, event } of this.all()) {
      const key = `${purse} ${event.type} ${event.token}`;
      if (seen.has(key)) throw new Error(`${key} was applied twice`);
      seen.add(key);
    }
    const tokens = new Set(this.all().map(({ purse, event }) => `${purse} ${event.token}`));
    for (const one of this.acknowledged) if (!tokens.has(one)) throw new Error(`${one} was acknowledged and is lost`);
    for (const one of this.refused) {
      if (seen.has(one.replace(' ', ' Sent '))) throw new Error(`${one} was refused and is applied`);
    }
    this.checkMoney();
    this.checkSequences();
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
      for (const [index, { seq, shard, shardSeq }] of this.memory.eventsOf({ kind: 'purse', id: purse }).entries()) {
        if (seq !== index + 1) throw new Error(`${purse} has ${seq} in place ${index + 1}`);
        places.set(shard, [...(places.get(shard) ?? []), shardSeq]);
      }
    }
    for (const [shard, taken] of places) {
      const sorted = taken.toSorted((one, other) => one - other);
      if (sorted.some((place, index) => place !== index + 1)) throw new Error(`shard ${shard} has holes`);
    }
  }

  private all(): readonly { readonly purse: string; readonly event: PurseEvent }[] {
    return this.purses.flatMap((purse) =>
      this.eventsOf(purse).flatMap((event) => (event === null ? [] : [{ purse, event }])),
    );
  }

  /** Null in the places of the kernel's own records. */
  private eventsOf(purse: string): readonly (PurseEvent | null)[] {
    return this.memory.eventsOf({ kind: 'purse', id: purse }).map(({ type, payload }) =>
      // All others were written by the purse's decider.
      type === 'CommandAnswered' ? null : (JSON.parse(payload) as PurseEvent),
    );
  }
}

const balanceOf = (events: readonly (PurseEvent | null)[]): number =>
  events.reduce((sum, event) => sum + (event?.amount ?? 0), 0);
