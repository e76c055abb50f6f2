/**
 * One run of the simulation: clients that send until they are answered, processes that come and go on
 * one journal, and everything that may go wrong in between; the same run for the same seed.
 */

import { kindsOf } from '../supervision/tree-view.ts';
import { MemoryJournal } from '../testing/memory-journal.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { Clients } from './clients.ts';
import type { PlantedBug, Store } from './disturbed-journal.ts';
import { History } from './history.ts';
import { startProcess } from './process.ts';
import type { Process } from './process.ts';
import { purseOf } from './purse.ts';
import type { Purse } from './purse.ts';
import { randomFrom } from './random.ts';
import type { Random } from './random.ts';

const purses = ['one', 'two', 'three', 'four'];
const clients = 4;
/** Turns of the event loop after which nothing happens any more unless time goes on. */
const turnsToSettle = 6;
/** Moves of the clock for each part of a run: beyond them it is not slow, it hangs. */
const movesMax = 800;
/** What the lease of a process takes to run out. */
const leaseMs = 300;

/** Throws, with the seed, when a promise of the kernel is broken. Resolves with all that was stored. */
export const simulate = async (seed: number, bug: PlantedBug | null = null): Promise<string> => {
  try {
    return await new Simulation(seed, bug).run();
  } catch (cause) {
    throw new Error(`seed ${seed}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
};

class Simulation {
  private readonly random: Random;
  private readonly clock = new VirtualClock();
  private readonly store: Store;
  private readonly history: History;
  private readonly purse: Purse;
  private readonly clients: Clients;
  private processes: Process[] = [];
  private failure: Error | null = null;
  private readonly fail = (error: unknown): void => {
    this.failure ??= error instanceof Error ? error : new Error(String(error));
  };

  constructor(seed: number, bug: PlantedBug | null) {
    const { clock } = this;
    this.random = randomFrom(seed);
    const memory = new MemoryJournal();
    this.store = {
      memory,
      clock,
      random: this.random,
      bug,
      isDisturbed: true,
      readsAreAway: false,
      writesAreAway: false,
      owner: null,
      sent: [],
      tail: Promise.resolve(),
    };
    this.history = new History(memory, purses);
    this.purse = purseOf({
      isBroken: () => this.store.isDisturbed && this.random.isOneIn(60),
      work: () =>
        new Promise((resolve) => {
          clock.at(clock.now() + this.random.between(1, 100), resolve);
        }),
    });
    const { store, history, purse, fail } = this;
    const anyProcess = (): Process | null => (this.processes.length === 0 ? null : this.random.of(this.processes));
    this.clients = new Clients({ store, history, purse, purses, anyProcess, onBroken: fail });
  }

  async run(): Promise<string> {
    this.start();
    for (let client = 0; client < clients; client++) this.clients.begin();
    for (let move = 0; !this.clients.areDone && move < movesMax; move++) {
      await this.settle();
      this.disturb();
      if (this.random.isOneIn(10)) this.operate();
      if (this.random.isOneIn(30)) this.clients.deliverAgain();
      this.clock.advance(this.random.between(1, 60));
    }
    this.calmDown();
    await this.until(() => this.clients.areDone, 'a client has no answer');
    await this.finish();
    this.history.check();
    return this.history.text();
  }

  /** What was begun comes to its end when everybody is awake and nothing goes wrong any more. */
  private async finish(): Promise<void> {
    const owner = this.processes.at(-1);
    const isFit = owner !== undefined && kindsOf(owner.system.inspect()).every(({ quarantined }) => quarantined === 0);
    // Some without a restart: it would mend what has been forgotten.
    if (isFit && this.random.isOneIn(2)) this.processes.slice(0, -1).forEach((process) => this.end(process));
    else {
      this.endProcesses();
      this.start();
    }
    let looks = 0;
    for (const purse of purses) {
      this.clients.untilAnswered(purse, { type: 'Look' }, undefined).then(() => looks++, this.fail);
    }
    await this.until(() => looks === purses.length && this.history.isComplete(), 'something has not come to its end');
    const stopping = new Set(this.processes);
    for (const process of this.processes) {
      const stopped = (): boolean => stopping.delete(process);
      void Promise.race([process.system.stop(), process.ended]).then(stopped, stopped);
    }
    await this.until(() => stopping.size === 0, 'a process does not stop');
  }

  private async until(isDone: () => boolean, otherwise: string): Promise<void> {
    for (let move = 0; !isDone(); move++) {
      if (move === movesMax) throw new Error(otherwise);
      await this.settle();
      this.operate();
      this.clock.advance(this.random.between(1, 1_000));
    }
  }

  private async settle(): Promise<void> {
    for (let turn = 0; turn < turnsToSettle; turn++) await new Promise((resolve) => setImmediate(resolve));
    if (this.failure !== null) throw this.failure;
  }

  /** Somebody looks after actors that were quarantined, and lets them try again. */
  private operate(): void {
    const operator = this.processes.at(-1)?.system.operator;
    if (operator === undefined) return;
    const retryAll = async (): Promise<void> => {
      for (const { address } of await operator.quarantines(null, purses.length)) await operator.retry(address);
    };
    // Where the store is away, or the process has ended, the next look will do.
    retryAll().catch(() => {});
  }

  // What happens to the processes.

  private start(): void {
    const { store, purse, history, fail } = this;
    const onEscalation = (process: Process): void => this.end(process);
    this.processes.push(startProcess({ store, purse, history, onEscalation, onBroken: fail }));
  }

  private end(process: Process): void {
    process.end();
    this.processes = this.processes.filter((one) => one !== process);
    if (this.processes.length === 0) this.startLater(100);
  }

  private endProcesses(): void {
    for (const process of this.processes) process.end();
    this.processes = [];
  }

  /** What it had sent may still be written meanwhile. */
  private startLater(msMax: number): void {
    this.later(msMax, () => {
      if (this.processes.length === 0) this.start();
    });
  }

  private later(msMax: number, call: () => void): void {
    this.clock.at(this.clock.now() + this.random.between(0, msMax), call);
  }

  /** Another process takes over, and this one hears of it later, or when it is told to end. */
  private takeOver(process: Process): void {
    this.start();
    this.later(1_000, () => this.end(process));
  }

  private calmDown(): void {
    this.store.isDisturbed = false;
    this.store.readsAreAway = false;
    this.store.writesAreAway = false;
  }

  private disturb(): void {
    const { random } = this;
    const process = this.processes.at(-1);
    if (process === undefined) return;
    const accident = random.between(1, 300);
    if (accident <= 5) this.end(process);
    else if (accident <= 9) {
      void process.system.stop().then(() => {
        this.end(process);
      });
    } else if (accident <= 18) this.takeOver(process);
    else if (accident <= 24) this.freeze(process);
    else if (accident <= 30) this.takeAway();
    else if (accident <= 37) process.system.tell(this.purse, random.of(purses), { type: 'Break' });
    else if (accident <= 42) process.system.operator.kill({ kind: 'purse', id: random.of(purses) });
    else if (accident <= 47) void process.system.operator.stop({ kind: 'purse', id: random.of(purses) });
  }

  /** For longer than its lease: then another one takes over, and this one goes on for a while with what it knew. */
  private freeze(process: Process): void {
    process.freeze(this.random.between(1, 4 * leaseMs));
    this.clock.at(this.clock.now() + leaseMs, () => {
      if (this.store.isDisturbed && this.processes.at(-1) === process) this.takeOver(process);
    });
  }

  /** What is read, what is written, or both. */
  private takeAway(): void {
    const { random, store } = this;
    const what = random.between(1, 3);
    if (what !== 1) store.readsAreAway = true;
    if (what !== 2) store.writesAreAway = true;
    this.clock.at(this.clock.now() + random.between(20, 400), () => {
      store.readsAreAway = false;
      store.writesAreAway = false;
    });
  }
}
