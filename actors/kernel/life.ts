/** How an actor in memory starts, starts again after a failure, is left alone, and ends. */

import { AnswerMemory } from './answer-memory.ts';
import type { ActorAddress } from './command.ts';
import type { Death } from './death-watch.ts';
import type { Effect } from './decision.ts';
import type { Effects } from './effects.ts';
import { Envelope } from './envelope.ts';
import type { Quarantine, Recovery } from './journal.ts';
import { commandOf } from './parcel.ts';
import type { Item } from './parcel.ts';
import { Mailbox } from './mailbox.ts';
import { gone, killed, quarantined, stopped } from './outage.ts';
import type { Outage } from './outage.ts';
import type { Residents } from './residents.ts';
import { UnreadableEvent, UnreadableSnapshot } from './rebuild.ts';
import type { Rebuild } from './rebuild.ts';
import { Trouble, quarantineOf } from './trouble.ts';
import type { Writes } from './writes.ts';

export type CellStatus =
  /** Its events are being read; messages wait. */
  | 'recovering'
  | 'live'
  /** It failed; what it had decided before is still being written, then it recovers. */
  | 'restarting'
  /** It ends when what it has decided is written; messages wait for its next life. */
  | 'stopping'
  | 'quarantined'
  /** No longer in memory. */
  | 'gone';

/** Who waits for its end, and where to then goes what waits for it: null where it is turned away. */
interface Ending extends PromiseWithResolvers<void> {
  readonly forward: ((item: Item) => void) | null;
}

/** The part of a cell (`cell.ts`, the other part) that outlives its turns. */
export abstract class Life {
  readonly home: Residents;
  readonly id: string;
  readonly shard: number;
  readonly mailbox = new Mailbox();
  /** In the queue of those who are to have a turn. */
  isReady = false;
  /** Somebody waits for an answer: it is read from the journal before others. */
  isAwaited = false;
  status: CellStatus = 'recovering';
  state: unknown = undefined;
  /** Of the newest event in the state. */
  seq = 0;
  trouble: Trouble | null = null;
  /** Of the newest committed event. */
  protected shardSeq = 0;
  protected snapshotSeq = 0;
  protected writes: Writes | null = null;
  protected answers: AnswerMemory | null = null;
  protected effects: Effects | null = null;
  private ending: Ending | null = null;

  constructor(home: Residents, id: string) {
    this.home = home;
    this.id = id;
    this.shard = home.shardOf(id);
  }

  get address(): ActorAddress {
    return { kind: this.home.kind.name, id: this.id };
  }

  get isRecovering(): boolean {
    return this.status === 'recovering';
  }

  /** Decided and not yet committed. */
  get writesWaiting(): number {
    return this.writes?.size ?? 0;
  }

  /** Of the snapshot that it may start from; null for none. */
  get snapshotSchema(): number | null {
    return this.trouble?.withoutSnapshot === true ? null : (this.home.kind.snapshot?.schema ?? null);
  }

  /** Nothing is under way: it may leave memory, or the system stop, without anybody noticing. */
  get isQuiet(): boolean {
    if (this.isReady || this.mailbox.size > 0 || this.writesWaiting > 0) return false;
    if (this.status === 'live') return this.effects === null || this.effects.tasksRunning === 0;
    return this.status === 'quarantined' || this.status === 'gone';
  }

  /** Somebody waits for an answer: it is read from the journal before those that nobody waits for. */
  protected hurry(): void {
    if (this.isAwaited) return;
    this.isAwaited = true;
    this.home.host.recoverer.hurry(this);
  }

  /** Asks for a turn, where there is something to do and nothing is in the way. */
  protected abstract getReady(): void;
  /** Of what it has come to since the last one; a failure is reported, and nobody's loss. */
  protected abstract saveSnapshot(): Promise<void>;
  protected abstract perform(effects: readonly Effect[], item: Item | null): void;

  /** Forgets what it knew and reads it again. */
  recover(): void {
    this.forget();
    if (this.status === 'quarantined') {
      for (const item of this.mailbox.takeAll()) this.drop(item, quarantined());
      this.home.host.noteTurn(this);
    } else if (this.status === 'stopping') this.endWhenWritten();
    else {
      this.status = 'recovering';
      if (this.home.isDurable) this.home.host.recoverer.request(this);
      else this.live();
    }
  }

  protected remember(commandId: string, answer: string): void {
    this.answers ??= new AnswerMemory(this.home.host.answers);
    this.answers.add(commandId, answer);
  }

  private forget(): void {
    this.effects?.abandon();
    this.answers = null;
    this.state = this.home.isDurable ? undefined : this.home.kind.initialState(this.id);
    this.seq = 0;
  }

  recovered(rebuild: Rebuild, recovery: Recovery): void {
    if (this.status !== 'recovering') return;
    const { home } = this;
    this.state = rebuild.state;
    this.seq = rebuild.seq;
    this.shardSeq = Math.max(this.shardSeq, rebuild.shardSeq);
    this.snapshotSeq = rebuild.snapshotSeq;
    for (const { commandId, answer } of recovery.answers) this.remember(commandId, answer);
    if (recovery.quarantine !== null) {
      this.isolate(recovery.quarantine);
      return;
    }
    this.status = 'live';
    const stored = this.trouble?.settle(this.seq, recovery) ?? null;
    if (stored !== null) {
      // A write of which nothing was known is in the journal: its consequences are due.
      home.publish(this.id, stored.decision.events ?? [], stored.append.firstSeq, stored.append.at);
      home.host.committed(stored.append, { shard: this.shard, shardSeq: this.shardSeq, seq: stored.seq });
    }
    if (this.seq > 0 && home.kind.recovered !== undefined) {
      try {
        this.perform(home.kind.recovered(this.state, { id: this.id, now: home.host.clock.now(), seq: this.seq }), null);
      } catch (error) {
        this.fail(null, error);
      }
    }
    this.live();
  }

  private live(): void {
    if (this.status === 'recovering') this.status = 'live';
    this.isAwaited = false;
    this.getReady();
    this.home.host.noteTurn(this);
  }

  /** The journal can't be read now. True when the actor has to be recovered even if nobody asks for it. */
  recoveryFailed(outage: Outage): boolean {
    if (this.status !== 'recovering') return false;
    for (const item of this.mailbox.takeAll()) this.drop(item, outage);
    if (this.trouble !== null && this.trouble.doubtful !== null) return true;
    this.leave(outage);
    return false;
  }

  /** What the journal has of it makes no state. */
  unreadable(error: unknown): void {
    if (this.status !== 'recovering') return;
    const { host } = this.home;
    if (error instanceof UnreadableSnapshot) {
      // Nothing is lost with it: the events are all there.
      host.report({ type: 'snapshot-unreadable', address: this.address, error });
      this.troubled().withoutSnapshot = true;
      host.recoverer.request(this);
    } else this.quarantine('event', error, { seq: error instanceof UnreadableEvent ? error.seq : null });
  }

  /** A defect: the state can't be trusted any more. Earlier decisions stand and are written first. */
  protected fail(item: Item | null, error: unknown): void {
    if (this.status !== 'live' && this.status !== 'restarting') return;
    const { home, address } = this;
    const now = home.host.clock.now();
    const trouble = this.troubled();
    trouble.note(error, now);
    home.restarts++;
    home.host.report({ type: 'defect', address, command: item === null ? null : commandOf(item).type, error });
    const isTooOften = trouble.isTooOften(now);
    if (item !== null && trouble.isPoison(item)) {
      this.drop(item, quarantined(error));
      this.quarantine('command', error, { item });
      return;
    }
    if (item !== null) this.mailbox.putBack([item]);
    if (isTooOften) {
      this.quarantine('restarts', error);
      return;
    }
    this.status = 'restarting';
    this.recoverWhenWritten();
  }

  protected recoverWhenWritten(): void {
    if (this.writesWaiting === 0) this.recover();
  }

  protected quarantine(
    cause: Quarantine['cause'],
    error: unknown,
    of: { readonly item?: Item; readonly seq?: number | null } = {},
  ): void {
    const { home, address } = this;
    const record = quarantineOf(cause, error, home.host.clock.now(), of);
    this.isolate(record);
    home.host.report({ type: 'quarantined', address, cause, error });
    if (home.isDurable) {
      this.troubled().storing = home.host.journal.quarantine(address, record).catch((failure: unknown) => {
        // After the next start the actor fails once more, and is quarantined again.
        home.host.report({ type: 'quarantine-not-stored', address, error: failure });
      });
    }
    home.host.deaths.died(address, 'quarantined');
  }

  private isolate(record: Quarantine): void {
    this.status = 'quarantined';
    this.troubled().quarantine = record;
    this.effects?.abandon();
    for (const item of this.mailbox.takeAll()) this.drop(item, quarantined());
    this.home.host.noteTurn(this);
  }

  /** An operator lets it go on. What it had decided before may still be under way. */
  retry(): void {
    if (this.status !== 'quarantined') return;
    this.trouble?.forgive();
    this.status = 'restarting';
    this.recoverWhenWritten();
  }

  /** Ends it after what it has decided; resolves when that is written. What comes meanwhile begins a new life. */
  stop(): Promise<void> {
    if (this.status === 'gone') return Promise.resolve();
    this.ending ??= { ...Promise.withResolvers<void>(), forward: null };
    for (const item of this.mailbox.takeAll()) this.drop(item, stopped());
    this.effects?.abandon();
    const { promise } = this.ending;
    this.status = 'stopping';
    this.endWhenWritten();
    return promise;
  }

  protected endWhenWritten(): void {
    if (this.writesWaiting > 0) return;
    const moving = this.ending;
    if (moving === null || moving.forward === null) {
      this.end('stopped');
      return;
    }
    // The next owner reads it a moment sooner.
    void this.saveSnapshot().then(() => {
      if (this.status === 'stopping') this.leave(gone());
      moving.resolve();
    });
  }

  /**
   * Its shard goes to another node: it ends after what it has decided, and what waits for it goes there. Resolves
   * when it has left; a write in doubt is for the next owner to find.
   */
  moveOut(forward: (item: Item) => void): Promise<void> {
    if (this.status === 'gone') return Promise.resolve();
    this.ending = { ...(this.ending ?? Promise.withResolvers<void>()), forward };
    for (const item of this.mailbox.takeAll()) forward(item);
    this.effects?.abandon();
    const { promise } = this.ending;
    this.status = 'stopping';
    this.endWhenWritten();
    return promise;
  }

  /** What can't be decided any more, of an actor that ends. */
  protected turnAway(items: readonly Item[]): void {
    const forward = this.ending?.forward ?? null;
    for (const item of items) {
      if (forward === null) this.drop(item, stopped());
      else forward(item);
    }
  }

  /** Ends it at once: whether what it was about is done is not known. */
  kill(): void {
    if (this.status === 'gone') return;
    const inFlight = this.writes?.first ?? null;
    for (const item of this.writes?.takeItems() ?? []) this.drop(item, killed());
    for (const item of this.mailbox.takeAll()) this.drop(item, stopped());
    // It stays for the write that may yet be done: its consequences are due then.
    if (inFlight !== null) this.troubled().doubtful = inFlight;
    this.end('killed');
  }

  private end(death: Death): void {
    const { ending } = this;
    this.ending = null;
    const isWanted = this.mailbox.size > 0 || (this.trouble !== null && this.trouble.doubtful !== null);
    if (isWanted) {
      this.forget();
      this.status = 'restarting';
      this.recover();
    } else this.leave(stopped());
    this.home.host.deaths.died(this.address, death);
    ending?.resolve();
  }

  /** Out of memory. What was waiting is failed: an actor that is passivated has nothing waiting. */
  leave(outage: Outage): void {
    this.status = 'gone';
    this.effects?.abandon();
    for (const item of this.writes?.takeItems() ?? []) this.drop(item, outage);
    for (const item of this.mailbox.takeAll()) this.drop(item, outage);
    this.home.forget(this);
    this.home.host.noteTurn(this);
    this.ending?.resolve();
  }

  /** The system stops: what tasks would still come to is not waited for. */
  endTasks(): void {
    this.effects?.abandon();
  }

  protected drop(item: Item, outage: Outage): void {
    if (item instanceof Envelope) item.fail(outage);
    else this.home.dropped(this.id, commandOf(item), outage.code);
  }

  protected troubled(): Trouble {
    return (this.trouble ??= new Trouble());
  }
}
