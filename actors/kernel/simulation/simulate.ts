/**
 * One run of the simulation: clients that send until they are answered, processes that come and go on
 * one journal, and everything that may go wrong in between; the same run for the same seed.
 */

import type { ActorSystem } from '../actor-system.ts';
import type { Clock } from '../clock.ts';
import { startActorSystem } from '../start-actor-system.ts';
import { kindsOf } from '../supervision/tree-view.ts';
import { MemoryJournal } from '../testing/memory-journal.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { journalOf } from './disturbed-journal.ts';
import type { PlantedBug, ProcessJournal, Store } from './disturbed-journal.ts';
import { History } from './history.ts';
import { purseOf } from './purse.ts';
import type { Purse, PurseCommand } from './purse.ts';
import { randomFrom } from './random.ts';
import type { Random } from './random.ts';

const purses = ['one', 'two', 'three', 'four'];
const clients = 4;
const commandsOfClient = 12;
/** Turns of the event loop after which nothing happens any more unless time goes on. */
const turnsToSettle = 6;
/** Moves of the clock for each part of a run: beyond them it is not slow, it hangs. */
const movesMax = 2_000;

interface Process {
  readonly system: ActorSystem;
  readonly journal: ProcessJournal;
  /** Rejects when the process ends. */
  readonly ended: Promise<never>;
  readonly end: () => void;
}

/** Throws, with the seed, when a promise of the kernel is broken. */
export const simulate = async (seed: number, bug: PlantedBug | null = null): Promise<void> => {
  try {
    await new Simulation(seed, bug).run();
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
  private processes: Process[] = [];
  private tokens = 0;
  private clientsLeft = clients;
  private failure: Error | null = null;

  constructor(seed: number, bug: PlantedBug | null) {
    this.random = randomFrom(seed);
    const memory = new MemoryJournal();
    this.store = {
      memory,
      clock: this.clock,
      random: this.random,
      bug,
      isDisturbed: true,
      isAway: false,
      owner: null,
      tail: Promise.resolve(),
    };
    this.history = new History(memory, purses);
    this.purse = purseOf({
      isBroken: () => this.store.isDisturbed && this.random.isOneIn(60),
      work: () => this.pause(100),
    });
  }

  async run(): Promise<void> {
    this.start();
    for (let client = 0; client < clients; client++) {
      this.commands().then(
        () => this.clientsLeft--,
        (error: unknown) => this.fail(error),
      );
    }
    for (let move = 0; this.clientsLeft > 0 && move < movesMax; move++) {
      await this.settle();
      this.disturb();
      if (this.random.isOneIn(10)) this.operate();
      this.clock.advance(this.random.between(1, 60));
    }
    this.calmDown();
    await this.until(() => this.clientsLeft === 0, 'a client has no answer');
    await this.finish();
    this.history.check();
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
      this.untilAnswered(purse, { type: 'Look' }, undefined).then(
        () => looks++,
        (error: unknown) => this.fail(error),
      );
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

  private fail(error: unknown): void {
    this.failure ??= error instanceof Error ? error : new Error(String(error));
  }

  private async settle(): Promise<void> {
    for (let turn = 0; turn < turnsToSettle; turn++) await new Promise((resolve) => setImmediate(resolve));
    if (this.failure !== null) throw this.failure;
  }

  // What clients do.

  private async commands(): Promise<void> {
    for (let count = 0; count < commandsOfClient; count++) {
      const purse = this.random.of(purses);
      const command = this.newCommand(purse);
      await this.untilAnswered(purse, command, 'token' in command ? command.token : undefined);
      if (this.random.isOneIn(4)) await this.pause(300);
      for (let looks = 0; looks < 2; looks++) await this.ask(purse, { type: 'Look' }, undefined);
    }
  }

  private newCommand(purse: string): PurseCommand {
    const token = `t${this.tokens++}`;
    const amount = this.random.between(1, 20);
    const to = this.random.of(purses.filter((other) => other !== purse));
    return this.random.of<PurseCommand>([
      { type: 'Deposit', token, amount },
      { type: 'Transfer', token, amount, to },
      { type: 'Transfer', token, amount, to },
      { type: 'Remind', token, amount },
      { type: 'Work', token },
      { type: 'Look' },
    ]);
  }

  /** As a client does it, and sometimes twice at the same time. */
  private async untilAnswered(purse: string, command: PurseCommand, token: string | undefined): Promise<void> {
    for (;;) {
      const asks = [this.ask(purse, command, token)];
      if (token !== undefined && this.random.isOneIn(6)) asks.push(this.ask(purse, command, token));
      const answers = await Promise.all(asks);
      if (answers.includes(true)) return;
      await this.pause(200);
    }
  }

  /** True when there was an answer. */
  private async ask(purse: string, command: PurseCommand, token: string | undefined): Promise<boolean> {
    if (this.processes.length === 0) return false;
    const { system, ended } = this.random.of(this.processes);
    const toldBefore = this.history.toldOf(purse);
    const asked = system.ask(this.purse, purse, command, token === undefined ? {} : { commandId: token });
    const answer = await Promise.race([asked, ended]).catch(() => null);
    if (answer === null) return false;
    if (token !== undefined) this.history.answered(purse, token, answer.type);
    else if (answer.type === 'replied') this.history.saw(purse, answer.position, answer.reply.balance, toldBefore);
    return true;
  }

  private async pause(msMax: number): Promise<void> {
    const at = this.clock.now() + this.random.between(1, msMax);
    await new Promise<void>((resolve) => {
      this.clock.at(at, resolve);
    });
  }

  // What happens to the processes.

  private start(): void {
    const { store, clock, purse, random, history } = this;
    const journal = journalOf(store);
    const ended = Promise.withResolvers<never>();
    ended.promise.catch(() => {});
    let hasEnded = false;
    const ownClock: Clock = {
      now: () => clock.now(),
      at: (timeMs, call) =>
        clock.at(timeMs, () => {
          if (!hasEnded) call();
        }),
    };
    const system = startActorSystem({
      kinds: [purse],
      journal,
      clock: ownClock,
      chance: random.next,
      report: () => {},
      publisher: {
        publish: (publication) => {
          if (hasEnded || !('offset' in publication)) return;
          // The publisher's own faults are only reported: this one is to end the run.
          try {
            history.published(publication.channel, publication.offset, publication.data);
          } catch (error) {
            this.fail(error);
          }
        },
      },
      onEscalation: () => this.end(started),
      // Turns are not cut by the machine's time, which is another in each run.
      limits: {
        sliceMs: Infinity,
        residentsMax: 3,
        passivateAfterMs: 250,
        turnMessagesMax: 3,
        uncommittedWritesMax: 4,
      },
    });
    const end = (): void => {
      hasEnded = true;
      journal.end();
      ended.reject(new Error('The process has ended.'));
    };
    const started: Process = { system, journal, ended: ended.promise, end };
    this.processes.push(started);
  }

  private end(process: Process): void {
    process.end();
    this.processes = this.processes.filter((one) => one !== process);
    if (this.processes.length === 0) this.startLater();
  }

  private endProcesses(): void {
    for (const process of this.processes) process.end();
    this.processes = [];
  }

  /** What it had sent may still be written meanwhile. */
  private startLater(): void {
    this.clock.at(this.clock.now() + this.random.between(0, 100), () => {
      if (this.processes.length === 0) this.start();
    });
  }

  private calmDown(): void {
    this.store.isDisturbed = false;
    this.store.isAway = false;
  }

  private disturb(): void {
    const { random, store, clock } = this;
    const process = this.processes.at(-1);
    if (process === undefined) return;
    const accident = random.between(1, 300);
    if (accident <= 5) this.end(process);
    else if (accident <= 9) {
      void process.system.stop().then(() => {
        this.end(process);
      });
    } else if (accident <= 21) {
      // Another process takes over, and this one has not heard of it yet.
      this.start();
      clock.at(clock.now() + random.between(1, 1_000), () => {
        this.end(process);
      });
    } else if (accident <= 26) {
      store.isAway = true;
      clock.at(clock.now() + random.between(20, 400), () => {
        store.isAway = false;
      });
    } else if (accident <= 33) process.system.tell(this.purse, random.of(purses), { type: 'Break' });
    else if (accident <= 38) process.system.operator.kill({ kind: 'purse', id: random.of(purses) });
    else if (accident <= 43) void process.system.operator.stop({ kind: 'purse', id: random.of(purses) });
  }
}
