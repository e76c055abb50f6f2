/** What those who run the system may see of single actors, and do to them. */

import type { AnyKind } from './actor-kind.ts';
import type { ActorAddress } from './command.ts';
import type { CellHost } from './cell-host.ts';
import type { Cell } from './cell.ts';
import type { Intake } from './intake.ts';
import type { DeliveryView } from './delivery.ts';
import type { Quarantine, Recovery, StoredEvent, WaitingMessage } from './journal.ts';
import type { CellStatus } from './life.ts';
import type { MessageHere, Outbox } from './outbox.ts';
import { Rebuild, UnreadableSnapshot } from './rebuild.ts';
import type { AnyDecide, Residents } from './residents.ts';
import { shardOf } from './shard.ts';
import type { ShardRange } from './shard.ts';

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

/** A message that has not been answered. */
export interface MessageView extends WaitingMessage {
  /** Null where this process does not deliver it. */
  readonly delivery: DeliveryView | null;
}

/** What is done to one actor, where it is, or to a message, where its sender is. */
export type OperatorRequest =
  | { readonly type: 'show' | 'retry' | 'skip' | 'stop' | 'kill' | 'state'; readonly address: ActorAddress }
  /** `shard`: the sender's. */
  | { readonly type: 'retry-message'; readonly shard: number; readonly id: string };

/** Where it is to be done. */
export const shardOfRequest = (request: OperatorRequest, shardsOf: (kind: string) => ShardRange): number => {
  if (request.type === 'retry-message') return request.shard;
  const { kind, id } = request.address;
  return shardOf(id, shardsOf(kind));
};

/** What an operator wants of an actor can't be had. */
export type SetRight = 'done' | 'not-quarantined';

/** Events in one read, and in all, when a state of the past is made. */
const pageEvents = 1_000;
const eventsMax = 2_000_000;

/** Of a command that no kind takes: its answer says that the actor is there, and changes nothing. */
const areYouThere = { type: 'kernel:are-you-there' };

export class Operator {
  private readonly host: CellHost;
  private readonly intake: Intake;
  private readonly residents: ReadonlyMap<string, Residents>;
  private readonly messages: Pick<Outbox, 'messageHere' | 'tryNow'>;

  /** Has it done where the actor, or the sender of the message, is; null where that is here. */
  private readonly elsewhere: (request: OperatorRequest) => Promise<unknown> | null;

  constructor(
    host: CellHost,
    intake: Intake,
    residents: ReadonlyMap<string, Residents>,
    messages: Pick<Outbox, 'messageHere' | 'tryNow'>,
    elsewhere: (request: OperatorRequest) => Promise<unknown> | null = () => null,
  ) {
    this.elsewhere = elsewhere;
    this.messages = messages;
    this.host = host;
    this.intake = intake;
    this.residents = residents;
  }

  get kinds(): readonly AnyKind[] {
    return [...this.residents.values()].map(({ kind }) => kind);
  }

  /** Null where there is none of that name. Everything else here throws for such a kind. */
  kindOf(name: string): AnyKind | null {
    return this.residents.get(name)?.kind ?? null;
  }

  /** Actors of a kind that are in memory: those with the most messages waiting first, then those that failed most. */
  actors(kind: string, limit: number): readonly ActorView[] {
    const busy: Cell[] = [];
    const others: Cell[] = [];
    // Of very many nearly all are alike: those are not put in order.
    for (const cell of this.residentsOf(kind).cells.values()) {
      if (cell.mailbox.size > 0 || restartsOf(cell) > 0) busy.push(cell);
      else if (others.length < limit) others.push(cell);
    }
    busy.sort((one, other) => other.mailbox.size - one.mailbox.size || restartsOf(other) - restartsOf(one));
    return [...busy, ...others].slice(0, limit).map((cell) => viewOf(cell));
  }

  /** What another node wants to have done to an actor that is here, or to a message of one. */
  async perform(request: OperatorRequest): Promise<unknown> {
    if (request.type === 'retry-message') return await this.retryMessage(request.id);
    const { type, address } = request;
    switch (type) {
      case 'show':
        return await this.show(address);
      case 'state':
        return await this.stateNow(address);
      case 'retry':
        return await this.retry(address);
      case 'skip':
        return await this.skip(address);
      case 'stop':
        await this.stop(address);
        return null;
      case 'kill':
        this.kill(address);
        return null;
    }
  }

  /** Null for one that has never been there. Looking at it does not bring it into memory. */
  async show(address: ActorAddress): Promise<ActorView | null> {
    const away = this.elsewhere({ type: 'show', address });
    if (away !== null) return (await away) as ActorView | null; // what `perform` answers there
    const { cells, isDurable, kind } = this.residentsOf(address.kind);
    const cell = cells.get(address.id);
    const inMemory = cell === undefined ? null : { ...viewOf(cell), stateSize: sizeOf(cell.state) };
    // One that is being read, or could not be read, does not know how far it is.
    if (!isDurable || (inMemory !== null && inMemory.status === 'live')) return inMemory;
    const recovery = await this.recoveryOf(address, kind.snapshot?.schema ?? null);
    const seq = await this.newestSeq(address, recovery);
    if (inMemory !== null) return { ...inMemory, seq };
    return seq === 0 && recovery.quarantine === null
      ? null
      : { ...asleep, address, seq, quarantine: recovery.quarantine };
  }

  /** Events after `afterSeq` as they are stored. */
  history(address: ActorAddress, afterSeq: number, limit: number): Promise<readonly StoredEvent[]> {
    this.residentsOf(address.kind);
    return this.host.journal.read(address, afterSeq, limit);
  }

  /** The state after the event `seq`, made anew from the first event on; null where it has no such event. */
  async stateAt(address: ActorAddress, seq: number, signal?: AbortSignal): Promise<unknown> {
    if (!this.residentsOf(address.kind).isDurable || seq > eventsMax) return null;
    const rebuild = await this.rebuild(address, { upTo: seq, schema: null, signal });
    return rebuild.seq === seq ? rebuild.state : null;
  }

  /**
   * The newest state, and the number of the newest event in it: as the journal has it, for what an actor in
   * memory has decided may yet come to nothing. Null for one that has never been there.
   */
  async stateNow(
    address: ActorAddress,
    signal?: AbortSignal,
  ): Promise<{ readonly seq: number; readonly state: unknown } | null> {
    const { cells, kind, isDurable } = this.residentsOf(address.kind);
    if (!isDurable) {
      const away = this.elsewhere({ type: 'state', address });
      if (away !== null) return (await away) as Awaited<ReturnType<Operator['stateNow']>>; // what `perform` answers there
      return stateOf(cells.get(address.id));
    }
    const schema = kind.snapshot?.schema ?? null;
    const rebuild = await this.rebuild(address, { upTo: Infinity, schema, signal }).catch((error: unknown) => {
      if (!(error instanceof UnreadableSnapshot)) throw error;
      return this.rebuild(address, { upTo: Infinity, schema: null, signal });
    });
    return rebuild.seq === 0 ? null : stateOf(rebuild);
  }

  private async rebuild(
    address: ActorAddress,
    {
      upTo,
      schema,
      signal,
    }: { readonly upTo: number; readonly schema: number | null; readonly signal?: AbortSignal | undefined },
  ): Promise<Rebuild> {
    const until = (events: readonly StoredEvent[]) => events.filter(({ seq }) => seq <= upTo);
    const recovery = await this.recoveryOf(address, schema);
    const rebuild = new Rebuild(this.residentsOf(address.kind).kind, address.id, {
      ...recovery,
      events: until(recovery.events),
    });
    let hasMore = !recovery.isComplete;
    while (hasMore && rebuild.seq < upTo) {
      signal?.throwIfAborted();
      const page = await this.host.journal.read(address, rebuild.seq, pageEvents);
      rebuild.add(until(page));
      hasMore = page.length === pageEvents;
    }
    return rebuild;
  }

  /** Actors that wait for an operator, by persistence id; with those that are left alone in memory alone. */
  async quarantines(afterId: string | null, limit: number): ReturnType<CellHost['journal']['quarantines']> {
    const stored = await this.host.journal.quarantines(afterId, limit);
    const found = new Map(stored.map((one) => [keyOf(one.address), one]));
    for (const { cells } of this.residents.values()) {
      for (const { status, address, trouble } of cells.values()) {
        const quarantine = trouble?.quarantine ?? null;
        if (status !== 'quarantined' || quarantine === null) continue;
        const key = keyOf(address);
        if ((afterId === null || key > afterId) && !found.has(key)) found.set(key, { address, quarantine });
      }
    }
    const inOrder = [...found].sort(([one], [other]) => (one < other ? -1 : 1));
    return inOrder.slice(0, limit).map(([, one]) => one);
  }

  /** Messages of all processes that have not been answered: how many, and those after a place, oldest first. */
  async outbox(
    afterPlace: number | null,
    limit: number,
  ): Promise<{ readonly total: number; readonly messages: readonly MessageView[] }> {
    const { total, messages } = await this.host.journal.outbox(afterPlace, limit);
    const delivery = (id: string) => this.messages.messageHere(id)?.delivery ?? null;
    return { total, messages: messages.map((message) => ({ ...message, delivery: delivery(message.id) })) };
  }

  /** One of them, of whatever process; null for one that does not wait, or not any more. */
  async message(id: string): Promise<Pick<MessageView, 'id' | 'to' | 'type' | 'delivery'> | null> {
    const sent = await this.host.journal.waitingMessage(id);
    if (sent === null) return null;
    const { to, command } = sent.message;
    return { id, to, type: command.type, delivery: this.messages.messageHere(id)?.delivery ?? null };
  }

  /** A message is tried at once by the process that has its sender. Null where it has been answered. */
  async retryMessage(id: string): Promise<MessageHere | null> {
    const sent = await this.host.journal.waitingMessage(id);
    if (sent === null) return null;
    const away = this.elsewhere({ type: 'retry-message', shard: sent.shard, id });
    if (away !== null) return (await away) as MessageHere | null; // what `perform` answers there
    return this.messages.tryNow(sent.message);
  }

  /** The actor tries again what it has, and takes what it is given; done when it does, or when it has failed again. */
  async retry(address: ActorAddress): Promise<SetRight> {
    const away = this.elsewhere({ type: 'retry', address });
    if (away !== null) return (await away) as SetRight; // what `perform` answers there
    const residents = this.residentsOf(address.kind);
    if ((await this.quarantineOf(address)) === null) return 'not-quarantined';
    if (residents.isDurable) await this.host.journal.release(address, null);
    residents.cells.get(address.id)?.retry();
    await this.settled(residents, address.id);
    return 'done';
  }

  /**
   * The actor goes on without what it failed on: the event is left out of its state from now on, or the
   * command is answered with a refusal, so that nobody sends it again.
   */
  async skip(address: ActorAddress): Promise<SetRight> {
    const away = this.elsewhere({ type: 'skip', address });
    if (away !== null) return (await away) as SetRight; // what `perform` answers there
    const residents = this.residentsOf(address.kind);
    const quarantine = await this.quarantineOf(address);
    if (quarantine === null) return 'not-quarantined';
    if (residents.isDurable) await this.host.journal.release(address, quarantine.seq);
    residents.cells.get(address.id)?.retry();
    const { command } = quarantine;
    if (command === null || command.id === null || !residents.isDurable) {
      await this.settled(residents, address.id);
      return 'done';
    }
    const delivery = { isInternal: true, decide: skipped };
    await this.intake.ask(residents, address.id, { type: command.type }, { commandId: command.id }, delivery);
    return 'done';
  }

  /** Ends the actor after what it has decided; the next message brings it back. */
  async stop(address: ActorAddress): Promise<void> {
    const away = this.elsewhere({ type: 'stop', address });
    if (away !== null) await away;
    else await this.residentsOf(address.kind).cells.get(address.id)?.stop();
  }

  /** Ends the actor at once; the next message brings it back as the journal has it. */
  kill(address: ActorAddress): void {
    const away = this.elsewhere({ type: 'kill', address });
    // Whoever kills does not wait.
    if (away !== null) away.catch(() => {});
    else this.residentsOf(address.kind).cells.get(address.id)?.kill();
  }

  private async quarantineOf(address: ActorAddress): Promise<Quarantine | null> {
    // A record that comes into the journal after it was lifted would count again after the next start.
    await this.residentsOf(address.kind).cells.get(address.id)?.trouble?.storing;
    return (await this.show(address))?.quarantine ?? null;
  }

  /** Resolves when the actor takes commands, or fails them: what it answers is no matter. */
  private async settled(residents: Residents, id: string): Promise<void> {
    await this.intake.ask(residents, id, areYouThere, {}, { isInternal: true }).catch(() => {});
  }

  private async recoveryOf(address: ActorAddress, schema: number | null): Promise<Recovery> {
    const [recovery] = await this.host.journal.recover([{ address, schema }]);
    if (recovery === undefined) throw new Error('The journal answers with a recovery for each actor.');
    return recovery;
  }

  /** Numbers are dense: in a long life the last one is found by doubling steps, and then by halving them. */
  private async newestSeq(address: ActorAddress, { snapshot, events, isComplete }: Recovery): Promise<number> {
    let known = events.at(-1)?.seq ?? snapshot?.seq ?? 0;
    if (isComplete) return known;
    const has = async (seq: number): Promise<boolean> => (await this.host.journal.read(address, seq - 1, 1)).length > 0;
    let step = pageEvents;
    for (; await has(known + step); step *= 2) known += step;
    for (; step >= 1; step = Math.floor(step / 2)) while (await has(known + step)) known += step;
    return known;
  }

  private residentsOf(kind: string): Residents {
    const residents = this.residents.get(kind);
    if (residents === undefined) throw new Error(`No kind of actor is called ${kind}.`);
    return residents;
  }
}

const stateOf = (of: Pick<Cell, 'seq' | 'state'> | undefined) =>
  of === undefined ? null : { seq: of.seq, state: of.state };

const keyOf = ({ kind, id }: ActorAddress): string => `${kind}/${id}`;

const restartsOf = ({ trouble }: Cell): number => trouble?.restarts ?? 0;

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
