/** The actors of one kind that are in memory: finds them, brings them in, and puts the idle ones to sleep. */

import type { AnyKind, DecideContext } from './actor-kind.ts';
import type { SystemView } from './actor-system.ts';
import { Cell } from './cell.ts';
import type { CellHost } from './cell-host.ts';
import type { Command, DomainEvent } from './command.ts';
import { IdleList } from './idle-list.ts';
import { asleep } from './outage.ts';
import type { AnyDecision } from './writes.ts';

type AnyDecide = (command: Command, state: unknown, context: DecideContext) => AnyDecision;

export class Residents {
  readonly kind: AnyKind;
  readonly host: CellHost;
  readonly isDurable: boolean;
  readonly messagesMax: number;
  readonly cells = new Map<string, Cell>();
  readonly idle = new IdleList<Cell>();
  restarts = 0;
  private readonly idleMs: number | 'never';
  /** By type of command; a map, because a type from outside may be the name of something that every object has. */
  private readonly decisions: ReadonlyMap<string, AnyDecide>;
  private lastType: string | null = null;
  private lastDecide: AnyDecide = () => ({ reply: undefined });
  private disarm: (() => void) | null = null;

  constructor(kind: AnyKind, host: CellHost) {
    this.kind = kind;
    this.host = host;
    this.isDurable = kind.durability === 'journal';
    this.messagesMax = kind.mailbox?.messagesMax ?? host.limits.mailboxMessagesMax;
    this.idleMs = kind.passivateAfterMs ?? host.limits.passivateAfterMs;
    // The kind's own table: each function takes the commands that come under its name.
    this.decisions = new Map(Object.entries(kind.decide as Readonly<Record<string, AnyDecide>>));
  }

  decide(command: Command, state: unknown, context: DecideContext): AnyDecision {
    // Most commands are of the type of the one before.
    if (command.type !== this.lastType) {
      const decide = this.decisions.get(command.type);
      if (decide === undefined) throw new Error(`${this.kind.name} takes no command ${command.type}.`);
      this.lastType = command.type;
      this.lastDecide = decide;
    }
    return this.lastDecide(command, state, context);
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

  /** The cell has left. */
  forget(cell: Cell): void {
    if (this.cells.get(cell.id) !== cell) return;
    this.cells.delete(cell.id);
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
      if (cell.isQuiet && !cell.isQuarantined) {
        cell.leave(asleep());
        return true;
      }
      cell = newer;
    }
    return false;
  }

  view(): SystemView['kinds'][number] {
    let mailboxMessages = 0;
    let quarantined = 0;
    for (const { mailbox, isQuarantined } of this.cells.values()) {
      mailboxMessages += mailbox.size;
      if (isQuarantined) quarantined++;
    }
    return {
      kind: this.kind.name,
      resident: this.cells.size,
      mailboxMessages,
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
      if (cell.isQuiet && !cell.isQuarantined) cell.leave(asleep());
      else this.idle.renew(cell, now);
      cell = newer;
    }
    this.arm();
  }
}

/** Of the longest idle; those among them that wait for something stay. */
const evictionLooks = 16;
