/** A program of a test's world: it runs actors and services, and dies, stands still and is cut off as the world has it. */

import type { ActorSystem, Answer, AnyKind, Clock, CommandOf, Journal, RefusalOf, ReplyTo } from '#kernel';
import { LocalBus, Outage, startActorSystem } from '#kernel';
import { groupOf } from './blows.ts';
import type { Moment } from './blows.ts';
import type { World, WorldOptions } from './world.ts';

export type AnswerTo<K extends AnyKind, C extends CommandOf<K>> = Answer<
  ReplyTo<Extract<CommandOf<K>, { readonly type: C['type'] }>>,
  RefusalOf<K>
>;

/** Longer than the lease of an attempt. */
const frozenMs = 150_000;
/** Longer than an ask waits for its answer, and than the lease of an attempt. */
const slowMs = 90_000;
/** What the lease of a journal takes to run out. */
const takeOverMs = 10_000;
/** How long a program may go on without knowing that it has lost its journal. */
const hearMs = 5_000;

export class Program {
  readonly incarnation: string;
  readonly bus = new LocalBus();
  readonly clock: Clock;
  readonly system: ActorSystem;
  readonly world: World;
  readonly #options: WorldOptions;
  readonly #ended = Promise.withResolvers<null>();
  #isDead = false;
  #thaw: PromiseWithResolvers<void> | null = null;

  constructor(world: World, incarnation: string, options: WorldOptions) {
    this.world = world;
    this.incarnation = incarnation;
    this.#options = options;
    const { clock } = world;
    this.clock = {
      now: () => clock.now(),
      at: (timeMs, call) =>
        clock.at(timeMs, () => {
          if (this.#thaw !== null) void this.#thaw.promise.then(call);
          else if (!this.#isDead) call();
        }),
    };
    this.system = startActorSystem({
      kinds: options.kindsOf(this),
      journal: this.#journal(),
      publisher: this.bus,
      clock: this.clock,
      report: (event) => world.reports.push(event),
      chance: () => 0,
      onEscalation: () => this.kill(),
    });
  }

  get isFrozen(): boolean {
    return this.#thaw !== null;
  }

  async begin(): Promise<void> {
    for (const work of this.#options.workOf(this)) {
      await Promise.race([this.system.supervise(work), this.#ended.promise]);
    }
  }

  kill(): void {
    if (this.#isDead) return;
    this.#isDead = true;
    this.#ended.resolve(null);
    this.world.ended(this);
  }

  /** Null when there was no answer. */
  ask<K extends AnyKind, const C extends CommandOf<K>>(
    kind: K,
    id: string,
    command: C,
    commandId: string | undefined,
  ): Promise<AnswerTo<K, C> | null> {
    const asked: Promise<AnswerTo<K, C> | null> = this.system.ask<K, C>(
      kind,
      id,
      command,
      commandId === undefined ? {} : { commandId },
    );
    return Promise.race([asked, this.#ended.promise]).catch((error: unknown) => {
      if (error instanceof Outage) return null;
      throw error;
    });
  }

  /** A call from this program to what is around it, at which the test may strike. */
  async through<T>(call: string, work: () => Promise<T>): Promise<T> {
    await this.#pass(call, 'before');
    const result = await work();
    await this.#pass(call, 'after');
    return result;
  }

  async #pass(call: string, side: Moment['side']): Promise<void> {
    // A system speaks with its journal while it is still being made.
    await Promise.resolve();
    if (this.#thaw !== null) await this.#thaw.promise;
    const never = new Promise<void>(() => {});
    if (this.#isDead) return never;
    const blow = this.world.pass(call, side);
    if (blow === null) return;
    switch (blow) {
      case 'killed':
        this.kill();
        return never;
      case 'frozen':
        await this.#freeze();
        return;
      case 'refused':
      case 'unheard':
      case 'away':
        throw errorOf(call, blow);
      case 'slow':
        await this.world.pause(slowMs);
        return;
      default:
        blow(this);
        if (this.#isDead) return never;
    }
  }

  async #freeze(): Promise<void> {
    const { clock } = this.world;
    const thaw = Promise.withResolvers<void>();
    this.#thaw = thaw;
    clock.at(clock.now() + frozenMs, () => {
      this.#thaw = null;
      thaw.resolve();
    });
    // By then it has heard from its journal that another one has taken over.
    clock.at(clock.now() + frozenMs + hearMs, () => {
      if (this.world.owner !== this) this.kill();
    });
    this.world.startIn(takeOverMs);
    await thaw.promise;
  }

  #journal(): Journal {
    const { journal } = this.world;
    const isOwner = (): boolean => this.world.owner === this;
    const asOwner = (call: string, work: () => Promise<void>): Promise<void> =>
      this.through(call, () =>
        isOwner() ? work() : Promise.reject(new Outage('stopping', 'Another program has the journal.')),
      );
    return {
      epoch: journal.epoch,
      shardsOf: journal.shardsOf,
      mayAnswer: isOwner,
      append: (append) =>
        this.through(`journal.append ${append.address.kind}: ${append.events.map(({ type }) => type).join(', ')}`, () =>
          isOwner() ? journal.append(append) : Promise.resolve({ type: 'fenced' }),
        ),
      recover: (actors) => this.through('journal.recover', () => journal.recover(actors)),
      read: (...given) => this.through('journal.read', () => journal.read(...given)),
      quarantine: (...given) => asOwner('journal.quarantine', () => journal.quarantine(...given)),
      release: (...given) => asOwner('journal.release', () => journal.release(...given)),
      quarantines: (...given) => this.through('journal.quarantines', () => journal.quarantines(...given)),
      saveSnapshot: (...given) => this.through('journal.saveSnapshot', () => journal.saveSnapshot(...given)),
      dueTimers: (...given) => this.through('journal.dueTimers', () => journal.dueTimers(...given)),
      clearTimer: (timer) => this.through('journal.clearTimer', () => journal.clearTimer(timer)),
      undelivered: (...given) => this.through('journal.undelivered', () => journal.undelivered(...given)),
      delivered: (ids) => this.through('journal.delivered', () => journal.delivered(ids)),
      waitingMessage: (...given) => this.through('journal.waitingMessage', () => journal.waitingMessage(...given)),
      outbox: (...given) => this.through('journal.outbox', () => journal.outbox(...given)),
      claimant: (claim) => this.through('journal.claimant', () => journal.claimant(claim)),
    };
  }
}

const errorOf = (call: string, blow: 'refused' | 'unheard' | 'away'): Error => {
  if (groupOf(call) !== 'journal') return new Error(`${call} failed, as the test wants it.`);
  return blow === 'unheard'
    ? new Outage('outcome-unknown', 'The connection broke, as the test wants it.')
    : new Outage('storage-away', 'The journal is away, as the test wants it.');
};
