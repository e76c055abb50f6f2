/** What clients of the simulation do: they send until they are answered, several things at once, and some of it again. */

import type { Clock } from '../clock.ts';
import type { Store } from './disturbed-journal.ts';
import type { History } from './history.ts';
import type { Process } from './process.ts';
import type { Purse, PurseCommand, PurseEvent } from './purse.ts';
import type { Random } from './random.ts';

interface ClientsOptions {
  readonly store: Store;
  readonly history: History;
  readonly purse: Purse;
  readonly purses: readonly string[];
  /** Any process that takes commands now; null when there is none. */
  readonly anyProcess: () => Process | null;
  readonly onBroken: (error: unknown) => void;
}

const commandsMax = 12;
/** Commands that a client sends without waiting for answers: they may overtake each other. */
const burstMax = 4;
/** How much later a command is sent once more, though it was answered. */
const againMsMax = 1_500;

/** Commands that always leave an event of theirs. */
const leaves: Readonly<Partial<Record<PurseCommand['type'], PurseEvent['type']>>> = {
  Deposit: 'Deposited',
  Transfer: 'Sent',
  Receive: 'Received',
  Remind: 'Reminded',
  Work: 'WorkBegun',
};

export class Clients {
  private readonly options: ClientsOptions;
  private readonly clock: Clock;
  private readonly random: Random;
  private tokens = 0;
  /** Those that have something left to do, and commands that are to be sent once more. */
  private busy = 0;

  constructor(options: ClientsOptions) {
    this.options = options;
    this.clock = options.store.clock;
    this.random = options.store.random;
  }

  get areDone(): boolean {
    return this.busy === 0;
  }

  /** One more client. */
  begin(): void {
    this.track(async () => {
      for (let sent = 0; sent < commandsMax;) {
        const count = this.random.isOneIn(4) ? this.random.between(2, burstMax) : 1;
        await Promise.all(Array.from({ length: count }, () => this.send()));
        sent += count;
        if (this.random.isOneIn(4)) await this.pause(300);
      }
    });
  }

  /** Sends it until it is answered, and sometimes twice at the same time. */
  async untilAnswered(purse: string, command: PurseCommand, commandId: string | undefined): Promise<void> {
    for (;;) {
      const asks = [this.ask(purse, command, commandId)];
      if (commandId !== undefined && this.random.isOneIn(6)) asks.push(this.ask(purse, command, commandId));
      const answers = await Promise.all(asks);
      if (answers.includes(true)) return;
      await this.pause(200);
    }
  }

  /** A message that an actor has sent comes once more, whether it has arrived before or not. */
  deliverAgain(): void {
    const { sent } = this.options.store;
    if (sent.length === 0) return;
    const { id, to, command } = this.random.of(sent);
    // Purses send each other nothing else.
    this.track(() => this.untilAnswered(to.id, command as PurseCommand, id));
  }

  private async send(): Promise<void> {
    const purse = this.random.of(this.options.purses);
    const command = this.newCommand(purse);
    const commandId = 'token' in command ? command.token : undefined;
    await this.untilAnswered(purse, command, commandId);
    if (commandId !== undefined && this.random.isOneIn(5)) {
      this.track(async () => {
        await this.pause(againMsMax);
        await this.ask(purse, command, commandId);
      });
    }
    for (let looks = 0; looks < 2; looks++) await this.ask(purse, { type: 'Look' }, undefined);
    if (this.random.isOneIn(8)) await this.recount(purse);
  }

  private newCommand(purse: string): PurseCommand {
    const token = `t${this.tokens++}`;
    const amount = this.random.between(1, 20);
    const to = this.random.of(this.options.purses.filter((other) => other !== purse));
    return this.random.of<PurseCommand>([
      { type: 'Deposit', token, amount },
      { type: 'Transfer', token, amount, to },
      { type: 'Transfer', token, amount, to },
      { type: 'Remind', token, amount },
      { type: 'Postpone', token, amount },
      { type: 'Forget', token },
      { type: 'Work', token },
      { type: 'Look' },
    ]);
  }

  /** True when there was an answer. */
  private async ask(purse: string, command: PurseCommand, commandId: string | undefined): Promise<boolean> {
    const { history, anyProcess } = this.options;
    const process = anyProcess();
    if (process === null) return false;
    const toldBefore = history.toldOf(purse);
    const options = commandId === undefined ? {} : { commandId };
    const asked = process.system.ask(this.options.purse, purse, command, options);
    const answer = await Promise.race([asked, process.ended]).catch(() => null);
    if (answer === null) return false;
    if (commandId === undefined) {
      if (answer.type === 'replied') history.saw(purse, answer.position, answer.reply.balance, toldBefore);
      return true;
    }
    history.answered(purse, commandId, answer);
    const event = leaves[command.type];
    if (event !== undefined && 'token' in command && answer.type === 'replied') {
      history.acknowledge(purse, command.token, event);
    }
    return true;
  }

  /** A watcher comes back and asks for what it has missed. */
  private async recount(purse: string): Promise<void> {
    const process = this.options.anyProcess();
    if (process === null) return;
    const after = this.random.between(0, 10);
    const asked = process.system.publicationsAfter(this.options.purse, purse, purse, after, 50);
    const told = await Promise.race([asked, process.ended]).catch(() => null);
    if (told !== null) this.options.history.recounted(purse, after, told);
  }

  private async pause(msMax: number): Promise<void> {
    const at = this.clock.now() + this.random.between(1, msMax);
    await new Promise<void>((resolve) => {
      this.clock.at(at, resolve);
    });
  }

  private track(work: () => Promise<void>): void {
    this.busy++;
    work().then(
      () => this.busy--,
      (error: unknown) => this.options.onBroken(error),
    );
  }
}
