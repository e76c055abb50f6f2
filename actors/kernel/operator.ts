/** What those who run the system may see of single actors, and do to them. */

import type { ActorAddress } from './command.ts';
import type { CellHost } from './cell-host.ts';
import type { Cell } from './cell.ts';
import type { Intake } from './intake.ts';
import type { Quarantine, StoredEvent } from './journal.ts';
import type { CellStatus } from './life.ts';
import { Rebuild } from './rebuild.ts';
import type { AnyDecide, Residents } from './residents.ts';

export interface ActorView {
  readonly address: ActorAddress;
  readonly status: CellStatus | 'asleep';
  readonly mailboxMessages: number;
  readonly mailboxBytes: number;
  /** Decided, and on the way to the journal. */
  readonly uncommittedWrites: number;
  /** Of the newest event in the state. */
  readonly seq: number;
  /** UTF-16 units of the state as JSON; null while there is none in memory. */
  readonly stateSize: number | null;
  /** In this life in memory, as all counters. */
  readonly restarts: number;
  readonly lastFailure: { readonly message: string; readonly at: number } | null;
  readonly lastTurnAt: number | null;
  readonly quarantine: Quarantine | null;
}

/** What an operator wants of an actor can't be had. */
export type SetRight = 'done' | 'not-quarantined';

/** Events in one read, and in all, when a state of the past is made. */
const pageEvents = 1_000;
const eventsMax = 2_000_000;

export class Operator {
  private readonly host: CellHost;
  private readonly intake: Intake;
  private readonly residentsOf: (kind: string) => Residents;

  constructor(host: CellHost, intake: Intake, residentsOf: (kind: string) => Residents) {
    this.host = host;
    this.intake = intake;
    this.residentsOf = residentsOf;
  }

  /** Actors of a kind that are in memory: those with the most messages waiting first, then those that failed most. */
  actors(kind: string, limit: number): readonly ActorView[] {
    const cells = [...this.residentsOf(kind).cells.values()];
    cells.sort(
      (one, other) =>
        other.mailbox.size - one.mailbox.size || (other.trouble?.restarts ?? 0) - (one.trouble?.restarts ?? 0),
    );
    return cells.slice(0, limit).map((cell) => viewOf(cell));
  }

  /** Null for one that has never been there. Looking at it does not bring it into memory. */
  async show(address: ActorAddress): Promise<ActorView | null> {
    const { cells, isDurable, kind } = this.residentsOf(address.kind);
    const cell = cells.get(address.id);
    if (cell !== undefined) return { ...viewOf(cell), stateSize: sizeOf(cell.state) };
    if (!isDurable) return null;
    const schema = kind.snapshot?.schema ?? null;
    const [recovery] = await this.host.journal.recover([{ address, schema }]);
    const seq = recovery?.events.at(-1)?.seq ?? recovery?.snapshot?.seq ?? 0;
    if (recovery === undefined || seq === 0) return null;
    return { ...asleep, address, seq, quarantine: recovery.quarantine };
  }

  /** Events after `afterSeq` as they are stored. */
  history(address: ActorAddress, afterSeq: number, limit: number): Promise<readonly StoredEvent[]> {
    this.residentsOf(address.kind);
    return this.host.journal.read(address, afterSeq, limit);
  }

  /** The state after the event `seq`, made anew from the first event on; null where it has no such event. */
  async stateAt(address: ActorAddress, seq: number, signal?: AbortSignal): Promise<unknown> {
    const { kind, isDurable } = this.residentsOf(address.kind);
    if (!isDurable || seq > eventsMax) return null;
    const [recovery] = await this.host.journal.recover([{ address, schema: null }]);
    if (recovery === undefined) return null;
    const upTo = (events: readonly StoredEvent[]) => events.filter((event) => event.seq <= seq);
    const rebuild = new Rebuild(kind, address.id, { ...recovery, events: upTo(recovery.events) });
    while (rebuild.seq < seq) {
      signal?.throwIfAborted();
      const page = upTo(await this.host.journal.read(address, rebuild.seq, pageEvents));
      if (page.length === 0) return null;
      rebuild.add(page);
    }
    return rebuild.state;
  }

  /** Actors that wait for an operator, by persistence id. */
  quarantines(afterId: string | null, limit: number): ReturnType<CellHost['journal']['quarantines']> {
    return this.host.journal.quarantines(afterId, limit);
  }

  /** The actor tries again what it has, and takes what it is given. */
  async retry(address: ActorAddress): Promise<SetRight> {
    const residents = this.residentsOf(address.kind);
    if ((await this.quarantineOf(address)) === null) return 'not-quarantined';
    if (residents.isDurable) await this.host.journal.release(address, null);
    residents.cells.get(address.id)?.retry();
    return 'done';
  }

  /**
   * The actor goes on without what it failed on: the event is left out of its state from now on, or the
   * command is answered with a refusal, so that nobody sends it again.
   */
  async skip(address: ActorAddress): Promise<SetRight> {
    const residents = this.residentsOf(address.kind);
    const quarantine = await this.quarantineOf(address);
    if (quarantine === null) return 'not-quarantined';
    if (residents.isDurable) await this.host.journal.release(address, quarantine.seq);
    residents.cells.get(address.id)?.retry();
    const { command } = quarantine;
    if (command === null || command.id === null || !residents.isDurable) return 'done';
    const delivery = { isInternal: true, decide: skipped };
    await this.intake.ask(residents, address.id, { type: command.type }, { commandId: command.id }, delivery);
    return 'done';
  }

  /** Ends the actor after what it has decided; the next message brings it back. */
  async stop(address: ActorAddress): Promise<void> {
    await this.residentsOf(address.kind).cells.get(address.id)?.stop();
  }

  /** Ends the actor at once; the next message brings it back as the journal has it. */
  kill(address: ActorAddress): void {
    this.residentsOf(address.kind).cells.get(address.id)?.kill();
  }

  private async quarantineOf(address: ActorAddress): Promise<Quarantine | null> {
    // A record that comes into the journal after it was lifted would count again after the next start.
    await this.residentsOf(address.kind).cells.get(address.id)?.trouble?.storing;
    return (await this.show(address))?.quarantine ?? null;
  }
}

/** Stored as the command's answer. */
const skipped: AnyDecide = () => ({
  refusal: { code: 'command-skipped', message: 'The command could not be handled, and an operator has skipped it.' },
});

const viewOf = (cell: Cell): ActorView => ({
  address: cell.address,
  status: cell.status,
  mailboxMessages: cell.mailbox.size,
  mailboxBytes: cell.mailbox.bytes,
  uncommittedWrites: cell.writesWaiting,
  seq: cell.seq,
  stateSize: null,
  restarts: cell.trouble?.restarts ?? 0,
  lastFailure: cell.trouble?.lastFailure ?? null,
  lastTurnAt: cell.lastTurnAt,
  quarantine: cell.trouble?.quarantine ?? null,
});

const asleep = {
  status: 'asleep',
  mailboxMessages: 0,
  mailboxBytes: 0,
  uncommittedWrites: 0,
  stateSize: null,
  restarts: 0,
  lastFailure: null,
  lastTurnAt: null,
} as const;

const sizeOf = (state: unknown): number | null => (state === undefined ? null : JSON.stringify(state).length);
