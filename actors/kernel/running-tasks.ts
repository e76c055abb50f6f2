/** The tasks of one actor that are under way. */

import type { AnyKind } from './actor-kind.ts';
import type { Command } from './command.ts';
import type { Cause } from './parcel.ts';

export interface TaskOwner {
  readonly kind: AnyKind;
  readonly id: string;
  /** A task ended; with a command to the actor, or none. */
  readonly ended: (command: Command | null, cause: Cause) => void;
  readonly failed: (error: unknown) => void;
}

export class RunningTasks {
  private readonly owner: TaskOwner;
  private readonly running = new Map<AbortController, string>();

  constructor(owner: TaskOwner) {
    this.owner = owner;
  }

  get size(): number {
    return this.running.size;
  }

  start(name: string, input: unknown, cause: Cause): void {
    const { kind, id, ended, failed } = this.owner;
    const task = kind.tasks?.[name];
    if (task === undefined) throw new Error(`${kind.name} has no task ${name}.`);
    const controller = new AbortController();
    this.running.set(controller, name);
    const run = async (): Promise<Command | null> =>
      // What the kind's own decider gave as input for its own task.
      task(input as never, { id, signal: controller.signal, cause });
    run().then(
      (command) => {
        if (this.running.delete(controller)) ended(command, cause);
      },
      (error: unknown) => {
        if (!this.running.delete(controller)) return;
        // Whoever is told to stop may do so by throwing.
        if (controller.signal.aborted) ended(null, cause);
        else failed(error);
      },
    );
  }

  /** Tells the tasks of that name to stop; a command with which they still end is delivered. */
  abort(name: string): void {
    for (const [controller, running] of this.running) if (running === name) controller.abort();
  }

  /** The actor's state is gone: so is what the tasks would tell it. */
  abandon(): void {
    const controllers = [...this.running.keys()];
    this.running.clear();
    for (const controller of controllers) controller.abort();
  }
}
