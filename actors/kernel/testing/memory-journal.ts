/** The journal in memory, for tests: it can be made to fail, to wait, and to take the shards away. */

import type { ActorAddress } from '../command.ts';
import type { Claim } from '../decision.ts';
import { boundedQuarantine } from '../bounded-quarantine.ts';
import type { Append, AppendOutcome, DueTimer, Journal, OutboxMessage, Quarantine, Recovery } from '../journal.ts';
import type { StoredEvent, StoredSnapshot } from '../journal.ts';
import { answersKept, recoveryEventsMax } from '../journal.ts';
import { Outage, gone } from '../outage.ts';
import { allShards, shardOf } from '../shard.ts';
import type { ShardRange } from '../shard.ts';

interface StoredActor {
  readonly events: StoredEvent[];
  readonly answers: Map<string, string>;
  readonly skipped: Set<number>;
  snapshot: StoredSnapshot | null;
  quarantine: Quarantine | null;
  isAppending: boolean;
}

interface Failure {
  readonly error: Error;
  /** The append is in the journal although its answer says nothing of it. */
  readonly isWritten: boolean;
}

export class MemoryJournal implements Journal {
  readonly epoch = 'memory';
  readonly shardsOf = (): ShardRange => allShards;
  /** How often the journal was called, by method. */
  readonly calls: Record<string, number> = {};
  /** Everything fails as when the store can't be reached. */
  isAway = false;
  /** Another process may have taken over, for all that this one knows. */
  isLeaseOver = false;
  private readonly actors = new Map<string, StoredActor>();
  private readonly shardSeqs = new Map<number, number>();
  private readonly claims = new Map<string, ActorAddress>();
  private readonly timers = new Map<string, DueTimer>();
  private readonly sent = new Map<
    string,
    { readonly shard: number; readonly message: OutboxMessage; readonly since: number; isDelivered: boolean }
  >();
  private readonly fenced = new Set<number>();
  private readonly failures: Failure[] = [];
  private held: (() => void)[] | null = null;
  private callWatchers: { readonly isMet: () => boolean; readonly resolve: () => void }[] = [];
  private heldWatchers: { readonly count: number; readonly resolve: () => void }[] = [];

  /** The next append rejects with the error, written or not. */
  failNextAppend(error: Error, { isWritten = false }: { readonly isWritten?: boolean } = {}): void {
    this.failures.push({ error, isWritten });
  }

  /** Appends wait until they are let go. */
  hold(): void {
    this.held ??= [];
  }

  /** Lets waiting appends go: the first ones or all, and then the later ones. */
  letGo(count?: number): void {
    const waiting = this.held ?? [];
    if (count === undefined) this.held = null;
    for (const go of waiting.splice(0, count ?? waiting.length)) go();
  }

  /** Resolves when so many appends wait. */
  async untilHeld(count: number): Promise<void> {
    if ((this.held?.length ?? 0) >= count) return;
    await new Promise<void>((resolve) => {
      this.heldWatchers.push({ count, resolve });
    });
  }

  /** Resolves when the condition, on what has been called and stored, holds. */
  async until(isMet: () => boolean): Promise<void> {
    if (isMet()) return;
    await new Promise<void>((resolve) => {
      this.callWatchers.push({ isMet, resolve });
    });
  }

  /** Another process has taken the shard. */
  fence(shard: number): void {
    this.fenced.add(shard);
  }

  eventsOf(address: ActorAddress): readonly StoredEvent[] {
    return this.actors.get(keyOf(address))?.events ?? [];
  }

  /** Messages that have not been delivered. */
  get outboxSize(): number {
    return [...this.sent.values()].filter(({ isDelivered }) => !isDelivered).length;
  }

  mayAnswer(): boolean {
    return !this.isLeaseOver;
  }

  async append(append: Append): Promise<AppendOutcome> {
    this.count('append');
    const actor = this.actor(append.address);
    if (actor.isAppending) throw new Error(`Two appends of ${keyOf(append.address)} at once.`);
    actor.isAppending = true;
    try {
      await this.wait();
      this.assertThere();
      const failure = this.failures.shift();
      if (failure !== undefined && !failure.isWritten) throw failure.error;
      const outcome = this.write(actor, append);
      if (failure !== undefined) throw failure.error;
      return outcome;
    } finally {
      actor.isAppending = false;
    }
  }

  async recover(
    actors: readonly { readonly address: ActorAddress; readonly schema: number | null }[],
  ): Promise<readonly Recovery[]> {
    this.count('recover');
    await this.answerLater();
    return actors.map(({ address, schema }) => {
      const { events, answers, snapshot: stored, quarantine, skipped } = this.actor(address);
      const snapshot = stored !== null && stored.schema === schema ? stored : null;
      const after = events.slice(snapshot?.seq ?? 0);
      return {
        snapshot,
        events: after.slice(0, recoveryEventsMax),
        isComplete: after.length <= recoveryEventsMax,
        answers: [...answers].slice(-answersKept).map(([commandId, answer]) => ({ commandId, answer })),
        quarantine,
        skipped: [...skipped].sort((one, other) => one - other),
      };
    });
  }

  async read(address: ActorAddress, afterSeq: number, limit: number): Promise<readonly StoredEvent[]> {
    this.count('read');
    await this.answerLater();
    return this.eventsOf(address).slice(afterSeq, afterSeq + limit);
  }

  async saveSnapshot(address: ActorAddress, snapshot: StoredSnapshot): Promise<void> {
    this.count('saveSnapshot');
    await this.answerLater();
    const actor = this.actor(address);
    const isNewer =
      actor.snapshot === null || actor.snapshot.schema !== snapshot.schema || actor.snapshot.seq < snapshot.seq;
    if (isNewer) actor.snapshot = snapshot;
  }

  async quarantine(address: ActorAddress, record: Quarantine): Promise<void> {
    this.count('quarantine');
    await this.answerLater();
    this.assertOwned(address);
    this.actor(address).quarantine = boundedQuarantine(record);
    this.look();
  }

  async release(address: ActorAddress, skip: number | null): Promise<void> {
    this.count('release');
    await this.answerLater();
    this.assertOwned(address);
    const actor = this.actor(address);
    actor.quarantine = null;
    if (skip !== null) actor.skipped.add(skip);
    this.look();
  }

  async quarantines(afterId: string | null, limit: number): ReturnType<Journal['quarantines']> {
    this.count('quarantines');
    await this.answerLater();
    return [...this.actors]
      .filter(([key]) => afterId === null || key > afterId)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .flatMap(([key, { quarantine }]) => (quarantine === null ? [] : [{ address: addressOf(key), quarantine }]))
      .slice(0, limit);
  }

  async dueTimers(now: number, limit: number): ReturnType<Journal['dueTimers']> {
    this.count('dueTimers');
    await this.answerLater();
    const timers = [...this.timers.values()].sort((one, other) => one.at - other.at);
    const due = timers.filter(({ at }) => at <= now).slice(0, limit);
    return { due, nextAt: timers[due.length]?.at ?? null };
  }

  async clearTimer({ address, name, at }: Pick<DueTimer, 'address' | 'name' | 'at'>): Promise<void> {
    this.count('clearTimer');
    await this.answerLater();
    const key = timerKeyOf(address, name);
    if (this.timers.get(key)?.at === at) this.timers.delete(key);
  }

  async undelivered(afterId: string | null, limit: number): Promise<readonly OutboxMessage[]> {
    this.count('undelivered');
    await this.answerLater();
    const entries = [...this.sent.values()];
    const from = afterId === null ? 0 : entries.findIndex(({ message }) => message.id === afterId) + 1;
    return entries
      .slice(from)
      .filter(({ isDelivered }) => !isDelivered)
      .slice(0, limit)
      .map(({ message }) => message);
  }

  async delivered(ids: readonly string[]): Promise<void> {
    this.count('delivered');
    await this.answerLater();
    for (const id of ids) {
      const entry = this.sent.get(id);
      if (entry !== undefined) entry.isDelivered = true;
    }
    this.look();
  }

  async waitingMessage(id: string): ReturnType<Journal['waitingMessage']> {
    this.count('waitingMessage');
    await this.answerLater();
    const entry = this.sent.get(id);
    return entry === undefined || entry.isDelivered ? null : { shard: entry.shard, message: entry.message };
  }

  async outbox(afterPlace: number | null, limit: number): ReturnType<Journal['outbox']> {
    this.count('outbox');
    await this.answerLater();
    const waiting = [...this.sent.values()].flatMap(({ message: { id, to, command }, since, isDelivered }, index) =>
      isDelivered ? [] : [{ id, place: index + 1, to, type: command.type, since }],
    );
    const after = waiting.filter(({ place }) => afterPlace === null || place > afterPlace);
    return { total: waiting.length, messages: after.slice(0, limit) };
  }

  async claimant(claim: Claim): Promise<ActorAddress | null> {
    this.count('claimant');
    await this.answerLater();
    return this.claims.get(claimKeyOf(claim)) ?? null;
  }

  private write(actor: StoredActor, append: Append): AppendOutcome {
    const { address, shard, commandId, answer } = append;
    if (this.fenced.has(shard)) return { type: 'fenced' };
    const known = commandId === null ? undefined : actor.answers.get(commandId);
    if (known !== undefined) return { type: 'duplicate', answer: known };
    if (append.firstSeq !== actor.events.length + 1) return { type: 'conflict' };
    const index = append.claims.findIndex((claim) => {
      const holder = this.claims.get(claimKeyOf(claim));
      return holder !== undefined && keyOf(holder) !== keyOf(address);
    });
    if (index >= 0) return { type: 'claim-taken', index };
    let shardSeq = this.shardSeqs.get(shard) ?? 0;
    for (const event of append.events) {
      shardSeq++;
      actor.events.push({ ...event, address, seq: actor.events.length + 1, shard, shardSeq, at: append.at });
    }
    this.shardSeqs.set(shard, shardSeq);
    if (commandId !== null) actor.answers.set(commandId, answer ?? '{}');
    for (const claim of append.releases) {
      const holder = this.claims.get(claimKeyOf(claim));
      if (holder !== undefined && keyOf(holder) === keyOf(address)) this.claims.delete(claimKeyOf(claim));
    }
    for (const claim of append.claims) this.claims.set(claimKeyOf(claim), address);
    for (const change of append.timers) {
      const key = timerKeyOf(address, change.name);
      if (change.type === 'clear') this.timers.delete(key);
      else this.timers.set(key, { address, name: change.name, at: change.at, command: change.command });
    }
    for (const message of append.outbox)
      this.sent.set(message.id, { shard, message, since: append.at, isDelivered: false });
    this.look();
    return { type: 'committed', shardSeq };
  }

  private async wait(): Promise<void> {
    const { held } = this;
    if (held === null) {
      await Promise.resolve();
      return;
    }
    await new Promise<void>((resolve) => {
      held.push(resolve);
      const met = this.heldWatchers.filter(({ count }) => count <= held.length);
      this.heldWatchers = this.heldWatchers.filter((watcher) => !met.includes(watcher));
      for (const watcher of met) watcher.resolve();
    });
  }

  /** As from a server: never in the same turn. */
  private async answerLater(): Promise<void> {
    await Promise.resolve();
    this.assertThere();
  }

  private assertOwned({ id }: ActorAddress): void {
    if (this.fenced.has(shardOf(id))) throw gone();
  }

  private assertThere(): void {
    if (this.isAway) throw new Outage('storage-away', 'The journal is away, as the test wants it.');
  }

  private count(method: string): void {
    this.calls[method] = (this.calls[method] ?? 0) + 1;
    this.look();
  }

  private look(): void {
    const met = this.callWatchers.filter(({ isMet }) => isMet());
    this.callWatchers = this.callWatchers.filter((watcher) => !met.includes(watcher));
    for (const { resolve } of met) resolve();
  }

  private actor(address: ActorAddress): StoredActor {
    const key = keyOf(address);
    let actor = this.actors.get(key);
    if (actor === undefined) {
      actor = {
        events: [],
        answers: new Map(),
        skipped: new Set(),
        snapshot: null,
        quarantine: null,
        isAppending: false,
      };
      this.actors.set(key, actor);
    }
    return actor;
  }
}

const keyOf = ({ kind, id }: ActorAddress): string => `${kind}/${id}`;
/** Kinds have no slash in their names. */
const addressOf = (key: string): ActorAddress => {
  const slash = key.indexOf('/');
  return { kind: key.slice(0, slash), id: key.slice(slash + 1) };
};
const timerKeyOf = (address: ActorAddress, name: string): string => JSON.stringify([keyOf(address), name]);
const claimKeyOf = ({ scope, value }: Claim): string => JSON.stringify([scope, value]);
