/**
 * A world of programs, one after the other, on one journal and one clock, in which a test may strike at
 * every word that a program exchanges with what is around it. What was said in a life without blows
 * tells where blows may fall.
 */

import type { AnyKind, CommandOf, KernelEvent, Service, Supervision } from '#kernel';
import { MemoryJournal, VirtualClock } from '#kernel/testing';
import { groupOf } from './blows.ts';
import type { Blow, Moment, Strike } from './blows.ts';
import { Program } from './program.ts';
import type { AnswerTo } from './program.ts';

export interface WorldOptions {
  readonly kindsOf: (program: Program) => readonly AnyKind[];
  readonly workOf: (program: Program) => readonly (Service | Supervision)[];
  readonly strike?: Strike | null;
}

/** Longer than the patience of a slot. */
const awayMs = 600_000;
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
