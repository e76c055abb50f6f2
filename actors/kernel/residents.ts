/** The actors of one kind that are in memory: finds them, brings them in, and puts the idle ones to sleep. */

import type { AnyKind, DecideContext } from './actor-kind.ts';
import { Cell } from './cell.ts';
import type { CellHost } from './cell-host.ts';
import type { Command, DomainEvent } from './command.ts';
import { IdleList } from './idle-list.ts';
import type { Life } from './life.ts';
import type { MailboxBounds } from './mailbox.ts';
import { asleep } from './outage.ts';
import type { KindCounters } from './kind-view.ts';
import { shardOf } from './shard.ts';
import type { ShardRange } from './shard.ts';
import type { AnyDecision } from './writes.ts';

export type AnyDecide = (command: Command, state: unknown, context: DecideContext) => AnyDecision;

export class Residents {
  readonly kind: AnyKind;
  readonly host: CellHost;
  readonly isDurable: boolean;
  readonly bounds: MailboxBounds;
  readonly shards: ShardRange;
  readonly cells = new Map<string, Cell>();
  readonly idle = new IdleList<Cell>();
  restarts = 0;
  private readonly idleMs: number | 'never';
  /** By type of command; a map, because a type from outside may be the name of something that every object has. */
  private readonly decisions: ReadonlyMap<string, AnyDecide>;
  private lastType: string | null = null;
  private lastDecide: AnyDecide | undefined = undefined;
  private disarm: (() => void) | null = null;

  constructor(kind: AnyKind, host: CellHost) {
    this.kind = kind;
    this.host = host;
    this.isDurable = kind.durability === 'journal';
    this.bounds = {
      messagesMax: kind.mailbox?.messagesMax ?? host.limits.mailboxMessagesMax,
      bytesMax: kind.mailbox?.bytesMax ?? host.limits.mailboxBytesMax,
    };
    this.shards = host.journal.shardsOf(kind.name);
    this.idleMs = kind.passivateAfterMs ?? host.limits.passivateAfterMs;
    // The kind's own table: each function takes the commands that come under its name.
    this.decisions = new Map(Object.entries(kind.decide as Readonly<Record<string, AnyDecide>>));
  }

  /** What the kind decides such a command with; undefined where it takes none of the type. */
  decisionOn({ type }: Command): AnyDecide | undefined {
    // Most commands are of the type of the one before.
    if (type !== this.lastType) {
      this.lastType = type;
      this.lastDecide = this.decisions.get(type);
    }
    return this.lastDecide;
  }

  shardOf(id: string): number {
    return shardOf(id, this.shards);
  }

  /** The actor, brought into memory if it is not there. */
  cell(id: string): Cell {
    return this.cells.get(id) ?? this.bringIn(id);
  }

  private bringIn(id: string): Cell {
    const cell = new Cell(this, id, this.host.clock.now());
    this.cells.set(id, cell);
    this.idle.add(cell);
    this.host.makeRoom();
    if (this.disarm === null) this.arm();
    cell.recover();
    return cell;
  }

  /** The actor has left. */
  forget(actor: Life): void {
    const cell = this.cells.get(actor.id);
    if (cell !== actor) return;
    this.cells.delete(actor.id);
    this.idle.remove(cell);
  }

  publish(id: string, events: readonly DomainEvent[], firstSeq: number, at: number): void {
    if (this.kind.publish === undefined || events.length === 0) return;
    try {
      for (const [place, event] of events.entries()) {
        const offset = firstSeq + place;
        for (const { channel, data } of this.kind.publish(event, id)) this.host.publish({ channel, offset, at, data });
      }
    } catch (error) {
      // The events are committed whatever is told of them; a watcher notices the gap and reads them again.
      this.host.report({ type: 'publisher-failed', channel: null, error });
    }
  }

  dropped(id: string, command: Command, reason: string): void {
    this.host.report({ type: 'dropped', address: { kind: this.kind.name, id }, command: command.type, reason });
  }

  /** Puts the longest idle actor to sleep; false when there is none that may leave. */
  evict(): boolean {
    if (this.idleMs === 'never') return false;
    let cell = this.idle.oldest;
    for (let looked = 0; cell !== null && looked < evictionLooks; looked++) {
      const { newer } = cell;
      if (this.maySleep(cell)) {
        cell.leave(asleep());
        return true;
      }
      cell = newer;
    }
    return false;
  }

  /** One that is quarantined is so in the journal too; a volatile one is so in memory alone. */
  private maySleep(cell: Cell): boolean {
    return cell.isQuiet && (this.isDurable || cell.status !== 'quarantined');
  }

  view(): KindCounters {
    let mailboxMessages = 0;
    let mailboxBytes = 0;
    let quarantined = 0;
    for (const { mailbox, status } of this.cells.values()) {
      mailboxMessages += mailbox.size;
      mailboxBytes += mailbox.bytes;
      if (status === 'quarantined') quarantined++;
    }
    return {
      kind: this.kind.name,
      resident: this.cells.size,
      mailboxMessages,
      mailboxBytes,
      restarts: this.restarts,
      quarantined,
    };
  }

  stop(): void {
    this.disarm?.();
    this.disarm = null;
  }

  private arm(): void {
    const { oldest } = this.idle;
    if (this.idleMs === 'never' || oldest === null) {
      this.disarm = null;
      return;
    }
    this.disarm = this.host.clock.at(oldest.lastTurnAt + this.idleMs, () => {
      this.passivate();
    });
  }

  private passivate(): void {
    if (this.idleMs === 'never') return;
    const now = this.host.clock.now();
    let cell = this.idle.oldest;
    while (cell !== null && cell.lastTurnAt + this.idleMs <= now) {
      const { newer } = cell;
      if (this.maySleep(cell)) cell.leave(asleep());
      else this.idle.renew(cell, now);
      cell = newer;
    }
    this.arm();
  }
}

/** Of the longest idle; those among them that wait for something stay. */
const evictionLooks = 16;
