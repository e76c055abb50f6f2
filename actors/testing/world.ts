/**
 * A world of programs, one after the other, on one journal and one clock, in which a test may strike at
 * every word that a program exchanges with what is around it. What was said in a life without blows
 * tells where blows may fall.
 */

import type { Answer, AnyKind, Clock, CommandOf, Journal, RefusalOf, ReplyTo, Service, Supervision } from '#kernel';
import { LocalBus, Outage, startActorSystem } from '#kernel';
import type { ActorSystem, KernelEvent } from '#kernel';
import { MemoryJournal, VirtualClock } from '#kernel/testing';

/** Before or after the n-th call of that name; calls are counted over all programs. */
export interface Moment {
  readonly call: string;
  readonly nth: number;
  readonly side: 'before' | 'after';
}

export type Blow =
  /** The program ends, with all that it was about to do; another one follows. */
  | 'killed'
  /** It stands still for so long that another one takes over; then it goes on. */
  | 'frozen'
  /** The call is not made, and says so. */
  | 'refused'
  /** The call breaks off; whether it was made depends on the side. */
  | 'unheard'
  /** What was called can't be reached for a while, by this call and the next ones. */
  | 'away'
  /** The call takes longer than anybody waits for an answer, and than a slot may be silent. */
  | 'slow'
  /** Somebody does something meanwhile. */
  | ((program: Program) => void);

export interface Strike {
  readonly moment: Moment;
  readonly blow: Blow;
}

export interface WorldOptions {
  readonly kindsOf: (program: Program) => readonly AnyKind[];
  readonly workOf: (program: Program) => readonly (Service | Supervision)[];
  readonly strike?: Strike | null;
}

type AnswerTo<K extends AnyKind, C extends CommandOf<K>> = Answer<
  ReplyTo<Extract<CommandOf<K>, { readonly type: C['type'] }>>,
  RefusalOf<K>
>;

/** Longer than the lease of an attempt. */
const frozenMs = 150_000;
/** Longer than the patience of a slot. */
const awayMs = 600_000;
/** Longer than an ask waits for its answer, and than the lease of an attempt. */
const slowMs = 90_000;
/** What the lease of a journal takes to run out. */
const takeOverMs = 10_000;
/** How long a program may go on without knowing that it has lost its journal. */
const hearMs = 5_000;
const restartMs = 100;
/** Turns of the event loop after which nothing happens any more unless time goes on. */
const turnsToSettle = 8;
/** Moves of the clock: the first ones small, for what follows at once; beyond the last nothing comes any more. */
const smallMoves = 40;
const smallMoveMs = 250;
const moveMs = 10_000;
const movesMax = 750;

export class World {
  readonly journal = new MemoryJournal();
  readonly clock = new VirtualClock();
  /** What was passed by, in this order. */
  readonly moments: Moment[] = [];
  readonly reports: KernelEvent[] = [];
  hasStruck = false;
  /** The one whose writes the journal takes. */
  owner: Program | null = null;
  #isConcluded = false;
  readonly #options: WorldOptions;
  readonly #counts = new Map<string, number>();
  readonly #awayUntil = new Map<string, number>();
  #programs: Program[] = [];
  #started = 0;
  #failure: Error | null = null;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.start();
  }

  get program(): Program | null {
    return this.#programs.at(-1) ?? null;
  }

  /** The program that lives; there must be one. */
  get current(): Program {
    if (this.program === null) throw new Error('No program lives just now.');
    return this.program;
  }

  /** Whether one program lives, and is not about to be replaced. */
  get isCalm(): boolean {
    return this.#programs.length === 1 && this.#programs.every(({ isFrozen }) => !isFrozen);
  }

  start(): void {
    this.#started++;
    const program = new Program(this, `p${this.#started}`, this.#options);
    this.#programs.push(program);
    this.owner = program;
    program.begin().catch((error: unknown) => this.fail(error));
  }

  /** The program has ended; when it was the last one another is started. */
  ended(program: Program): void {
    this.#programs = this.#programs.filter((one) => one !== program);
    if (this.#programs.length === 0) this.startIn(restartMs);
  }

  startIn(ms: number): void {
    const count = this.#started;
    this.clock.at(this.clock.now() + ms, () => {
      if (this.#started === count) this.start();
    });
  }

  /** Sends the command, to whichever program lives, until it is answered. */
  async request<K extends AnyKind, const C extends CommandOf<K>>(
    kind: K,
    id: string,
    command: C,
    commandId?: string,
  ): Promise<AnswerTo<K, C>> {
    for (;;) {
      const { program } = this;
      const answer = await program?.ask(kind, id, command, commandId);
      if (answer != null) return answer;
      await this.pause(500);
    }
  }

  async pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.clock.at(this.clock.now() + ms, resolve);
    });
  }

  /** Lets time go on until the condition holds. */
  async until(isDone: () => boolean | Promise<boolean>, otherwise: string): Promise<void> {
    for (let move = 0; move < movesMax; move++) {
      for (let turn = 0; turn < turnsToSettle; turn++) await new Promise((resolve) => setImmediate(resolve));
      if (this.#failure !== null) throw this.#failure;
      if (await isDone()) return;
      this.clock.advance(move < smallMoves ? smallMoveMs : moveMs);
    }
    throw new Error(otherwise);
  }

  /** Lets time go on until nothing is under way any more: no timer, no message, no program on its way. */
  async untilAllIsDone(hasBegun: () => boolean): Promise<void> {
    await this.until(async () => {
      if (!this.isCalm || !hasBegun() || this.journal.outboxSize > 0) return false;
      const { due, nextAt } = await this.journal.dueTimers(Infinity, 1);
      return due.length === 0 && nextAt === null;
    }, 'It does not come to an end.');
  }

  /** The answer of a promise that needs time to go on. */
  async settled<T>(promise: Promise<T>): Promise<T> {
    const found: T[] = [];
    promise.then(
      (value) => found.push(value),
      (error: unknown) => this.fail(error),
    );
    await this.until(() => found.length > 0, 'Nobody has answered.');
    return found[0] as T; // of length 1
  }

  fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error : new Error(String(error));
  }

  /** A program passes by: what befalls it, or null. */
  pass(call: string, side: Moment['side']): Blow | null {
    if (this.#isConcluded) return null;
    if (side === 'before') this.#counts.set(call, (this.#counts.get(call) ?? 0) + 1);
    const nth = this.#counts.get(call) ?? 1;
    this.moments.push({ call, nth, side });
    if ((this.#awayUntil.get(groupOf(call)) ?? 0) > this.clock.now() && side === 'before') return 'refused';
    const { strike } = this.#options;
    if (this.hasStruck || strike == null) return null;
    if (strike.moment.call !== call || strike.moment.nth !== nth || strike.moment.side !== side) return null;
    this.hasStruck = true;
    if (strike.blow !== 'away') return strike.blow;
    this.#awayUntil.set(groupOf(call), this.clock.now() + awayMs);
    return 'refused';
  }

  /** What is said from now on is the test's, which looks at what has come of it all. */
  conclude(): void {
    this.#isConcluded = true;
  }

  async stop(): Promise<void> {
    for (const program of this.#programs) await this.settled(program.system.stop());
  }
}

/** The part before the dot: what fails together. */
const groupOf = (call: string): string => call.split('.', 1)[0] ?? call;

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
