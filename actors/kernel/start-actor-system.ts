/** Puts the parts of the kernel together into a running system. */

import { start, stop } from 'nact';
import type { ActorSystemRef } from 'nact';
import type { AnyKind, CommandOf, RefusalOf, ReplyOf, StreamOf } from './actor-kind.ts';
import { actorHost } from './actor-host.ts';
import { LocalRef, MovingRef } from './actor-ref.ts';
import type { ActorRef } from './actor-ref.ts';
import { ActorSpace } from './actor-space.ts';
import type { ActorSpaceOptions } from './actor-space.ts';
import { askTimeoutMs } from './actor-system.ts';
import type { ActorSystem, Answer, AnswerStream, AskOptions, SystemView } from './actor-system.ts';
import type { Command } from './command.ts';
import type { Death } from './death-watch.ts';
import type { Report } from './kernel-event.ts';
import { KindFailures, withKinds } from './kind-view.ts';
import { Operator, shardOfRequest } from './operator.ts';
import { ownParts } from './own-parts.ts';
import { noCause } from './parcel.ts';
import type { JournalPublication } from './publication.ts';
import { publicationsAfter } from './publications.ts';
import type { ActorHost } from './routing.ts';
import type { Child, Intensity } from './supervision/child.ts';
import { SupervisionTree } from './supervision/tree.ts';

export interface ActorSystemOptions extends ActorSpaceOptions {
  /** What the actors rest on: hung on the tree before them, and stopped after them. */
  readonly foundation?: readonly Child[];
  /** How often the root starts its own children again. */
  readonly rootIntensity?: Intensity;
  /** Something can't be mended in here, and the tree is being stopped: the process should end. */
  readonly onEscalation?: (error: Error) => void;
}

export const startActorSystem = (options: ActorSystemOptions): ActorSystem => new RunningSystem(options);

class RunningSystem implements ActorSystem {
  readonly operator: Operator;
  private readonly nact: ActorSystemRef;
  private readonly space: ActorSpace;
  private readonly tree: SupervisionTree;
  private readonly kindFailures = new KindFailures();
  private hasAdded = false;
  private stopped: Promise<void> | null = null;

  constructor(options: ActorSystemOptions) {
    const { clock, chance = Math.random, foundation = [], rootIntensity, onEscalation = () => {} } = options;
    const report: Report = (event) => {
      this.kindFailures.note(event, clock.now());
      options.report(event);
    };
    this.nact = start();
    const space = new ActorSpace({ ...options, report }, this.nact);
    this.space = space;
    const { intake, population, outbox, timers, routing, journal, limits } = space;
    this.operator = new Operator(space, intake, population.byKind, outbox, (request) =>
      routing === null || space.isShardHere(shardOfRequest(request, journal.shardsOf))
        ? null
        : routing.operate(request),
    );
    const parts = ownParts({
      shards: space.shards.promise,
      turns: space.turns.promise,
      drain: () => space.drain(),
      leave: () => space.leaveMemory(),
      drainMsMax: limits.stopMs,
      timers,
      outbox,
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

  ask<K extends AnyKind, const C extends CommandOf<K>>(
    kind: K,
    id: string,
    command: C,
    options?: AskOptions,
  ): Promise<Answer<ReplyOf<K, C>, RefusalOf<K>>> {
    const answer = this.space.put(this.space.population.of(kind.name), id, command, options);
    // The kind's decider answers each type of command with its reply, and refuses with its refusals.
    return answer as Promise<Answer<ReplyOf<K, C>, RefusalOf<K>>>;
  }

  tell<K extends AnyKind>(kind: K, id: string, command: CommandOf<K>): void {
    const { intake, population } = this.space;
    if (intake.isClosed) return;
    const residents = population.of(kind.name);
    if (this.space.isHere(residents, id)) intake.tell(residents, id, command);
    else this.space.forward({ kind: kind.name, id }, command);
  }

  actor<K extends AnyKind>(kind: K, id: string): ActorRef<K> {
    const { intake, population, shardsHere } = this.space;
    return shardsHere === null
      ? new LocalRef<K>(intake, population.of(kind.name), id)
      : new MovingRef<K>(this, kind, id);
  }

  stream<K extends AnyKind, const C extends CommandOf<K>>(
    kind: K,
    id: string,
    command: C,
    options: AskOptions = {},
  ): AnswerStream<ReplyOf<K, C>, RefusalOf<K>, StreamOf<K, C>> {
    const residents = this.space.population.of(kind.name);
    const { timeoutMs = askTimeoutMs, signal } = options;
    const items = this.space.streams.begin({ timeoutMs, signal }, () => {
      // The actor need not go on talking to nobody.
      const told: Command | undefined = kind.streamClosed?.(items.id);
      if (told !== undefined && !this.space.isStopping)
        this.space.pass({ to: { kind: kind.name, id }, command: told }, noCause);
    });
    const answer = this.space.put(residents, id, command, options, { stream: items.id });
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
    return this.space.deaths.listen({ kind: kind.name, id }, onDeath);
  }

  publicationsAfter(
    kind: AnyKind,
    id: string,
    channel: string,
    offset: number,
    limit: number,
  ): Promise<readonly JournalPublication[] | null> {
    return publicationsAfter(this.space.journal, kind, { address: { kind: kind.name, id }, channel, offset, limit });
  }

  supervise(child: Child, under?: string): Promise<void> {
    this.hasAdded = true;
    return this.tree.add(child, under);
  }

  get host(): ActorHost {
    const { operator, space } = this;
    const { shardsHere, population, intake, streams, journal } = space;
    if (shardsHere === null) throw new Error('A system that is alone has all shards.');
    return actorHost({
      shardsHere,
      residents: population.byKind,
      intake,
      streams,
      operator,
      shardsOf: journal.shardsOf,
      pass: (message, cause) => {
        space.pass(message, cause);
      },
    });
  }

  inspect(): SystemView {
    const status = this.space.isStopping ? 'stopped' : 'running';
    const kinds = [...this.space.population.byKind.values()].map((residents) =>
      this.kindFailures.view(residents.view(), status),
    );
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
    if (!this.hasAdded) this.space.intake.isClosed = true;
    await this.tree.stop();
    this.space.streams.stop();
    this.space.intake.stop();
    stop(this.nact);
  }
}
