/** What an actor does beside its events, once they are committed: it tells, publishes, and runs tasks. */

import type { CellHost } from './cell-host.ts';
import type { Effect } from './decision.ts';
import { RunningTasks } from './running-tasks.ts';
import type { TaskOwner } from './running-tasks.ts';

export class Effects {
  private readonly host: CellHost;
  private readonly owner: TaskOwner;
  private tasks: RunningTasks | null = null;

  constructor(host: CellHost, owner: TaskOwner) {
    this.host = host;
    this.owner = owner;
  }

  get tasksRunning(): number {
    return this.tasks?.size ?? 0;
  }

  /** Throws where there is no such task or no such kind of actor. */
  perform(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type === 'task') this.start(effect.task, effect.input);
      else if (effect.type === 'abort') this.tasks?.abort(effect.task);
      else if (effect.type === 'publish') this.host.publish(effect.publication);
      else this.host.pass(effect.message);
    }
  }

  /** The actor's state is gone: so is what its tasks would tell it. */
  abandon(): void {
    this.tasks?.abandon();
  }

  private start(task: string, input: unknown): void {
    // The next run takes it up: one begun now would only hold up the stop.
    if (this.host.isStopping) return;
    (this.tasks ??= new RunningTasks(this.owner)).start(task, input);
  }
}
