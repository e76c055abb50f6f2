/** Puts the parts of the kernel together into a running system. */

import { randomUUID } from 'node:crypto';
import { start, stop } from 'nact';
import type { ActorSystemRef } from 'nact';
import type { AnyKind, CommandOf, RefusalOf, ReplyOf, StreamOf } from './actor-kind.ts';
import { actorHost } from './actor-host.ts';
import { LocalRef, MovingRef } from './actor-ref.ts';
import type { ActorRef } from './actor-ref.ts';
import { askTimeoutMs } from './actor-system.ts';
import type { ActorSystem, Answer, AnswerStream, AskOptions, Position, SystemView } from './actor-system.ts';
import type { CellHost } from './cell-host.ts';
import { AnswerBudget } from './answer-memory.ts';
import type { Clock } from './clock.ts';
import type { ActorAddress, Command, Message } from './command.ts';
import { DeathWatch } from './death-watch.ts';
import type { Death } from './death-watch.ts';
import type { TimerChange } from './decision.ts';
import { Envelope } from './envelope.ts';
import type { AnyAnswer } from './envelope.ts';
import type { Append, Journal } from './journal.ts';
import { Intake } from './intake.ts';
import type { Delivery } from './intake.ts';
import type { Report } from './kernel-event.ts';
import { KindFailures, withKinds } from './kind-view.ts';
import type { Life } from './life.ts';
import { defaultLimits, hopsMax } from './limits.ts';
import type { Limits } from './limits.ts';
import { Operator, shardOfRequest } from './operator.ts';
import { Outage, gone } from './outage.ts';
import { Outbox } from './outbox.ts';
import { ownParts } from './own-parts.ts';
import { Parcel, causeOf, commandOf, noCause } from './parcel.ts';
import type { Cause, Item } from './parcel.ts';
import type { JournalPublication, Publication, Publisher } from './publication.ts';
import { publicationsAfter } from './publications.ts';
import { Recoverer } from './recoverer.ts';
import { Residents } from './residents.ts';
import type { ActorHost, Routing } from './routing.ts';
import { Scheduler } from './scheduler.ts';
import { shardOf } from './shard.ts';
import { ShardsHere } from './shards-here.ts';
import { Streams } from './streams.ts';
import type { Child, Intensity } from './supervision/child.ts';
import { SupervisionTree } from './supervision/tree.ts';
import { Unrestartable } from './supervision/unrestartable.ts';
import { Timers } from './timers.ts';

export interface ActorSystemOptions {
  readonly kinds: readonly AnyKind[];
  readonly journal: Journal;
  readonly publisher: Publisher;
  readonly clock: Clock;
  readonly report: Report;
  readonly limits?: Partial<Limits>;
  /** In [0, 1): spreads retries. */
  readonly chance?: () => number;
  /** Where the journal has come to, for those who follow it; gathered over a moment. */
  readonly onCommitted?: (positions: readonly Position[]) => void;
  /** What the actors rest on: hung on the tree before them, and stopped after them. */
  readonly foundation?: readonly Child[];
  /** How often the root starts its own children again. */
  readonly rootIntensity?: Intensity;
  /** Where this process is one of many: how the actors that are not here are reached. It begins without shards. */
  readonly cluster?: { readonly incarnation: string; readonly routing: Routing };
  /** Something can't be mended in here, and the tree is being stopped: the process should end. */
  readonly onEscalation?: (error: Error) => void;
}

export const startActorSystem = (options: ActorSystemOptions): ActorSystem => new RunningSystem(options);

class RunningSystem implements ActorSystem, CellHost {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly limits: Limits;
  readonly scheduler: Scheduler;
  readonly recoverer: Recoverer;
  readonly report: Report;
  readonly answers = new AnswerBudget();
  readonly deaths = new DeathWatch();
  readonly streams: Streams;
  readonly operator: Operator;
  private readonly options: ActorSystemOptions;
  private readonly nact: ActorSystemRef;
  private readonly residents: ReadonlyMap<string, Residents>;
  private readonly intake: Intake;
  private readonly timers: Timers;
  private readonly outbox: Outbox;
  private readonly tree: SupervisionTree;
  private readonly kindFailures = new KindFailures();
  /** Rejects when one of its shards is another one's. */
  private readonly shards = Promise.withResolvers<never>();
  /** Rejects when nobody is left who gives actors their turns. */
  private readonly turns = Promise.withResolvers<never>();
  private readonly routing: Routing | null;
  /** Null: all of them. */
  private readonly shardsHere: ShardsHere | null;
  private last: Residents | null = null;
  private positions: Position[] = [];
  private hasAdded = false;
  /** While stopping: actors that still have something under way, and who waits for them. */
  private busy: Set<Life> | null = null;
  private allQuiet: () => void = () => {};
  private stopped: Promise<void> | null = null;

  constructor(options: ActorSystemOptions) {
    const { kinds, journal, clock, report, chance = Math.random } = options;
    this.options = options;
    this.clock = clock;
    this.journal = journal;
    this.report = (event) => {
      this.kindFailures.note(event, clock.now());
      report(event);
    };
    this.limits = { ...defaultLimits, ...options.limits };
    this.nact = start();
    this.scheduler = new Scheduler(this.nact, clock, this.limits, (error) => {
      this.turns.reject(new Unrestartable('The scheduler failed.', { cause: error }));
    });
    // Services of the tree wait for them.
    for (const { promise } of [this.shards, this.turns]) promise.catch(() => {});
    this.recoverer = new Recoverer({ journal, clock, limits: this.limits, chance, report });
    this.routing = options.cluster?.routing ?? null;
    this.streams = new Streams(clock, this.limits, {
      ...(options.cluster === undefined ? {} : { origin: options.cluster.incarnation }),
      elsewhere: (effect) => this.routing?.say(effect),
    });
    this.intake = new Intake(clock);
    this.residents = new Map(kinds.map((kind) => [kind.name, new Residents(kind, this)]));
    if (this.residents.size < kinds.length) throw new Error('Two kinds of actors have the same name.');
    const deliver = async (to: ActorAddress, command: Command, commandId: string): Promise<AnyAnswer> =>
      this.put(this.residentsOf(to.kind), to.id, command, { commandId }, { isInternal: true });
    const delivery = { journal, clock, limits: this.limits, chance, report, deliver };
    this.timers = new Timers(delivery);
    this.outbox = new Outbox(delivery);
    const { timers, outbox } = this;
    this.operator = new Operator(this, this.intake, this.residents, outbox, (request) =>
      this.routing === null || this.isShardHere(shardOfRequest(request, journal.shardsOf))
        ? null
        : this.routing.operate(request),
    );
    this.shardsHere =
      this.routing === null
        ? null
        : new ShardsHere({
            residents: this.residents,
            host: this,
            deliveries: [timers, outbox],
            forgetTimers: (isGone) => timers.forget(isGone),
            shardOf: ({ kind, id }) => shardOf(id, journal.shardsOf(kind)),
          });
    timers.start();
    outbox.start();
    const { foundation = [], rootIntensity, onEscalation = () => {} } = options;
    const parts = ownParts({
      shards: this.shards.promise,
      turns: this.turns.promise,
      drain: () => this.drain(),
      leave: () => this.leaveMemory(),
      drainMsMax: this.limits.stopMs,
      timers: this.timers,
      outbox: this.outbox,
    });
    this.tree = new SupervisionTree({
      root: {
        name: 'system',
        strategy: 'one-for-one',
        children: [...foundation, parts],
        ...(rootIntensity === undefined ? {} : { intensity: rootIntensity }),
      },
      nact: this.nact,
      clock,
      chance,
      report,
      onEscalation,
    });
  }

  get isStopping(): boolean {
    return this.intake.isClosed;
  }

  ask<K extends AnyKind, const C extends CommandOf<K>>(
    kind: K,
    id: string,
    command: C,
    options?: AskOptions,
  ): Promise<Answer<ReplyOf<K, C>, RefusalOf<K>>> {
    const answer = this.put(this.residentsOf(kind.name), id, command, options);
    // The kind's decider answers each type of command with its reply, and refuses with its refusals.
    return answer as Promise<Answer<ReplyOf<K, C>, RefusalOf<K>>>;
  }

  tell<K extends AnyKind>(kind: K, id: string, command: CommandOf<K>): void {
    if (this.intake.isClosed) return;
    const residents = this.residentsOf(kind.name);
    if (this.isHere(residents, id)) this.intake.tell(residents, id, command);
    else this.forward({ kind: kind.name, id }, command);
  }

  actor<K extends AnyKind>(kind: K, id: string): ActorRef<K> {
    return this.shardsHere === null
      ? new LocalRef<K>(this.intake, this.residentsOf(kind.name), id)
      : new MovingRef<K>(this, kind, id);
  }

  stream<K extends AnyKind, const C extends CommandOf<K>>(
    kind: K,
    id: string,
    command: C,
    options: AskOptions = {},
  ): AnswerStream<ReplyOf<K, C>, RefusalOf<K>, StreamOf<K, C>> {
    const residents = this.residentsOf(kind.name);
    const { timeoutMs = askTimeoutMs, signal } = options;
    const items = this.streams.begin({ timeoutMs, signal }, () => {
      // The actor need not go on talking to nobody.
      const told: Command | undefined = kind.streamClosed?.(items.id);
      if (told !== undefined && !this.isStopping) this.pass({ to: { kind: kind.name, id }, command: told }, noCause);
    });
    const answer = this.put(residents, id, command, options, { stream: items.id });
    answer.then(
      ({ type }) => {
        if (type === 'refused') items.end(null);
      },
      (error: unknown) => {
        items.end(error instanceof Error ? error : new Error(String(error)));
      },
    );
    // What the kind's decider answers this type of command with, and says after it.
    return { answer, items } as AnswerStream<ReplyOf<K, C>, RefusalOf<K>, StreamOf<K, C>>;
  }

  watch(kind: AnyKind, id: string, onDeath: (death: Death) => void): () => void {
    return this.deaths.listen({ kind: kind.name, id }, onDeath);
  }

  publicationsAfter(
    kind: AnyKind,
    id: string,
    channel: string,
    offset: number,
    limit: number,
  ): Promise<readonly JournalPublication[] | null> {
    return publicationsAfter(this.journal, kind, { address: { kind: kind.name, id }, channel, offset, limit });
  }

  supervise(child: Child, under?: string): Promise<void> {
    this.hasAdded = true;
    return this.tree.add(child, under);
  }

  get host(): ActorHost {
    const { shardsHere, residents, intake, streams, operator } = this;
    if (shardsHere === null) throw new Error('A system that is alone has all shards.');
    return actorHost({
      shardsHere,
      residents,
      intake,
      streams,
      operator,
      shardsOf: this.journal.shardsOf,
      pass: (message, cause) => {
        this.pass(message, cause);
      },
    });
  }

  inspect(): SystemView {
    const status = this.isStopping ? 'stopped' : 'running';
    const kinds = [...this.residents.values()].map((residents) => this.kindFailures.view(residents.view(), status));
    return withKinds(this.tree.view(), kinds);
  }

  get stopMsMax(): number {
    return this.tree.stopMsMax;
  }

  stop(): Promise<void> {
    this.stopped ??= this.finish();
    return this.stopped;
  }

  private async finish(): Promise<void> {
    // What was added may still have to ask until it has ended.
    if (!this.hasAdded) this.intake.isClosed = true;
    await this.tree.stop();
    this.streams.stop();
    this.intake.stop();
    stop(this.nact);
  }

  /** Nothing new is taken; what is under way is finished, unless it takes too long. */
  private async drain(): Promise<void> {
    this.intake.isClosed = true;
    const busy = new Set<Life>();
    this.busy = busy;
    for (const { cells } of this.residents.values()) {
      for (const cell of cells.values()) {
        cell.endTasks();
        if (!cell.isQuiet) busy.add(cell);
      }
    }
    if (busy.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.allQuiet = resolve;
    const disarm = this.clock.at(this.clock.now() + this.limits.stopMs, resolve);
    await promise;
    disarm();
  }

  private leaveMemory(): void {
    this.intake.isClosed = true;
    const outage = new Outage('outcome-unknown', 'The system has stopped before this was finished.');
    for (const residents of this.residents.values()) {
      residents.stop();
      for (const cell of residents.cells.values()) cell.leave(outage);
    }
  }

  // What actors need.

  publish(publication: Publication): void {
    try {
      this.options.publisher.publish(publication);
    } catch (error) {
      // What was to be told is in the journal, or was volatile; the actor is not to blame.
      this.report({ type: 'publisher-failed', channel: publication.channel, error });
    }
  }

  pass({ to, command }: Message, cause: Cause): void {
    const residents = this.residentsOf(to.kind);
    if (cause.hops > hopsMax) residents.dropped(to.id, command, 'hops-exceeded');
    else if (this.isHere(residents, to.id))
      this.intake.tell(residents, to.id, cause === noCause ? command : new Parcel(command, cause));
    else this.routing?.tell({ to, command }, cause);
  }

  committed({ timers, outbox }: Append, position: Position): void {
    if (timers.length > 0) this.timers.changed(timers);
    if (outbox.length > 0) this.outbox.send(outbox);
    if (this.options.onCommitted === undefined) return;
    this.positions.push(position);
    if (this.positions.length > 1) return;
    // The commits of one write to the journal are told one after the other: they are passed on together.
    queueMicrotask(() => {
      const { positions } = this;
      this.positions = [];
      this.options.onCommitted?.(positions);
    });
  }

  setVolatileTimers(address: ActorAddress, changes: readonly TimerChange[]): void {
    this.timers.setVolatile(address, changes);
  }

  sendVolatile(messages: readonly Message[]): void {
    this.outbox.send(messages.map((message) => ({ ...message, id: randomUUID() })));
  }

  forward(to: ActorAddress, item: Item): void {
    if (this.routing === null) return;
    if (!(item instanceof Envelope)) this.routing.tell({ to, command: commandOf(item) }, causeOf(item));
    // An operator's own decision can't be sent.
    else if (item.decide !== null) item.fail(gone());
    else this.routing.ask(to, item, false);
  }

  fenced(shard: number): void {
    if (this.shardsHere !== null) {
      this.lose(shard, this.shardsHere);
      return;
    }
    for (const { cells } of this.residents.values()) {
      for (const cell of cells.values()) {
        if (cell.shard !== shard) continue;
        cell.leave(gone());
        this.deaths.died(cell.address, 'fenced');
      }
    }
    if (!this.intake.fence(shard)) return;
    this.report({ type: 'fenced', shard });
    this.shards.reject(new Unrestartable(`This process has lost shard ${shard}.`));
  }

  /** One of many goes on with what it has left. */
  private lose(shard: number, shardsHere: ShardsHere): void {
    const wasHere = shardsHere.has(shard);
    for (const cell of shardsHere.let([shard])) {
      cell.leave(gone());
      this.deaths.died(cell.address, 'fenced');
    }
    if (!wasHere) return;
    this.report({ type: 'fenced', shard });
    this.routing?.lost(shard);
  }

  noteTurn(actor: Life): void {
    if (this.busy === null) return;
    if (!actor.isQuiet) this.busy.add(actor);
    else if (this.busy.delete(actor) && this.busy.size === 0) this.allQuiet();
  }

  makeRoom(): void {
    let count = 0;
    for (const { cells } of this.residents.values()) count += cells.size;
    if (count <= this.limits.residentsMax) return;
    const byAge = [...this.residents.values()].sort(
      (one, other) => (one.idle.oldest?.lastTurnAt ?? Infinity) - (other.idle.oldest?.lastTurnAt ?? Infinity),
    );
    for (const residents of byAge) if (residents.evict()) return;
  }

  private isHere(residents: Residents, id: string): boolean {
    return this.shardsHere === null || this.shardsHere.has(residents.shardOf(id));
  }

  private isShardHere(shard: number): boolean {
    return this.shardsHere === null || this.shardsHere.has(shard);
  }

  /** An ask, of an actor that is here or elsewhere. */
  private put(
    residents: Residents,
    id: string,
    command: Command,
    options?: AskOptions,
    delivery?: Delivery,
  ): Promise<AnyAnswer> {
    if (this.isHere(residents, id)) return this.intake.ask(residents, id, command, options, delivery);
    const to = { kind: residents.kind.name, id };
    return this.intake.question(command, options, delivery, (envelope) => {
      this.routing?.ask(to, envelope, delivery?.isInternal === true);
    });
  }

  private residentsOf(kind: string): Residents {
    // Most messages are for the kind of the one before.
    if (kind === this.last?.kind.name) return this.last;
    const residents = this.residents.get(kind);
    if (residents === undefined) throw new Error(`No kind of actor is called ${kind}.`);
    this.last = residents;
    return residents;
  }
}
