/** The actors that are in this process, and what they have around them: mailboxes, turns, the journal, each other. */

import { randomUUID } from 'node:crypto';
import type { ActorSystemRef } from 'nact';
import type { AnyKind } from './actor-kind.ts';
import type { AskOptions, Position } from './actor-system.ts';
import { AnswerBudget } from './answer-memory.ts';
import type { CellHost } from './cell-host.ts';
import type { Clock } from './clock.ts';
import type { ActorAddress, Command, Message } from './command.ts';
import { DeathWatch } from './death-watch.ts';
import type { TimerChange } from './decision.ts';
import { Draining } from './draining.ts';
import { Envelope } from './envelope.ts';
import type { AnyAnswer } from './envelope.ts';
import { Intake } from './intake.ts';
import type { Delivery } from './intake.ts';
import type { Append, Journal } from './journal.ts';
import type { Report } from './kernel-event.ts';
import type { Life } from './life.ts';
import { defaultLimits, hopsMax } from './limits.ts';
import type { Limits } from './limits.ts';
import { Outage, gone } from './outage.ts';
import { Outbox } from './outbox.ts';
import { Parcel, causeOf, commandOf, noCause } from './parcel.ts';
import type { Cause, Item } from './parcel.ts';
import { Population } from './population.ts';
import type { Publication, Publisher } from './publication.ts';
import { Recoverer } from './recoverer.ts';
import type { Residents } from './residents.ts';
import type { Routing } from './routing.ts';
import { Scheduler } from './scheduler.ts';
import { shardOf } from './shard.ts';
import { ShardsHere } from './shards-here.ts';
import { Streams } from './streams.ts';
import { Unrestartable } from './supervision/unrestartable.ts';
import { Timers } from './timers.ts';

export interface ActorSpaceOptions {
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
  /** Where this process is one of many: how the actors that are not here are reached. It begins without shards. */
  readonly cluster?: { readonly incarnation: string; readonly routing: Routing };
}

export class ActorSpace implements CellHost {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly limits: Limits;
  readonly scheduler: Scheduler;
  readonly recoverer: Recoverer;
  readonly report: Report;
  readonly answers = new AnswerBudget();
  readonly deaths = new DeathWatch();
  readonly streams: Streams;
  readonly population: Population;
  readonly intake: Intake;
  readonly timers: Timers;
  readonly outbox: Outbox;
  readonly routing: Routing | null;
  /** Null: all of them. */
  readonly shardsHere: ShardsHere | null;
  /** Rejects when one of its shards is another one's. */
  readonly shards = Promise.withResolvers<never>();
  /** Rejects when nobody is left who gives actors their turns. */
  readonly turns = Promise.withResolvers<never>();
  private readonly options: ActorSpaceOptions;
  private readonly draining = new Draining();
  private positions: Position[] = [];

  constructor(options: ActorSpaceOptions, nact: ActorSystemRef) {
    const { kinds, journal, clock, report, chance = Math.random, cluster } = options;
    this.options = options;
    this.clock = clock;
    this.journal = journal;
    this.report = report;
    this.limits = { ...defaultLimits, ...options.limits };
    this.scheduler = new Scheduler(nact, clock, this.limits, (error) => {
      this.turns.reject(new Unrestartable('The scheduler failed.', { cause: error }));
    });
    // Services of the tree wait for them.
    for (const { promise } of [this.shards, this.turns]) promise.catch(() => {});
    this.recoverer = new Recoverer({ journal, clock, limits: this.limits, chance, report });
    this.routing = cluster?.routing ?? null;
    this.streams = new Streams(clock, this.limits, {
      ...(cluster === undefined ? {} : { origin: cluster.incarnation }),
      elsewhere: (effect) => this.routing?.say(effect),
    });
    this.intake = new Intake(clock);
    this.population = new Population(kinds, this);
    const deliver = async (to: ActorAddress, command: Command, commandId: string): Promise<AnyAnswer> =>
      this.put(this.population.of(to.kind), to.id, command, { commandId }, { isInternal: true });
    const delivery = { journal, clock, limits: this.limits, chance, report, deliver };
    const timers = new Timers(delivery);
    const outbox = new Outbox(delivery);
    this.timers = timers;
    this.outbox = outbox;
    this.shardsHere =
      cluster === undefined
        ? null
        : new ShardsHere({
            inShards: (isIn) => this.population.inShards(isIn),
            host: this,
            deliveries: [timers, outbox],
            forgetTimers: (isGone) => timers.forget(isGone),
            shardOf: ({ kind, id }) => shardOf(id, journal.shardsOf(kind)),
          });
    timers.start();
    outbox.start();
  }

  get isStopping(): boolean {
    return this.intake.isClosed;
  }

  isHere(residents: Residents, id: string): boolean {
    return this.shardsHere === null || this.shardsHere.has(residents.shardOf(id));
  }

  isShardHere(shard: number): boolean {
    return this.shardsHere === null || this.shardsHere.has(shard);
  }

  /** An ask, of an actor that is here or elsewhere. */
  put(
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

  /** Nothing new is taken; what is under way is finished, unless it takes too long. */
  drain(): Promise<void> {
    this.intake.isClosed = true;
    return this.draining.begin(this.population.cells(), this.clock, this.limits.stopMs);
  }

  leaveMemory(): void {
    this.intake.isClosed = true;
    const outage = new Outage('outcome-unknown', 'The system has stopped before this was finished.');
    for (const residents of this.population.byKind.values()) {
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
    const residents = this.population.of(to.kind);
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
    const { shardsHere } = this;
    const wasHere = shardsHere === null ? this.intake.fence(shard) : shardsHere.has(shard);
    const lost = shardsHere === null ? this.population.inShards((one) => one === shard) : shardsHere.let([shard]);
    for (const actor of lost) {
      actor.leave(gone());
      this.deaths.died(actor.address, 'fenced');
    }
    if (!wasHere) return;
    this.report({ type: 'fenced', shard });
    // One of many goes on with what it has left; one that is alone can't tell who has the rest.
    if (shardsHere === null) this.shards.reject(new Unrestartable(`This process has lost shard ${shard}.`));
    else this.routing?.lost(shard);
  }

  noteTurn(actor: Life): void {
    this.draining.noteTurn(actor);
  }

  makeRoom(): void {
    this.population.makeRoom();
  }
}
