/** What an actor does beside its events, once they are committed: it tells, publishes, and runs tasks. */

import type { CellHost } from './cell-host.ts';
import type { ActorAddress, Command } from './command.ts';
import type { Effect } from './decision.ts';
import { noCause } from './parcel.ts';
import type { Cause } from './parcel.ts';
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
  perform(effects: readonly Effect[], cause: Cause): void {
    for (const effect of effects) {
      switch (effect.type) {
        case 'task':
          this.start(effect.task, effect.input, cause);
          break;
        case 'abort':
          this.tasks?.abort(effect.task);
          break;
        case 'publish':
          this.host.publish(effect.publication);
          break;
        case 'tell':
          this.host.pass(effect.message, cause);
          break;
        case 'watch':
          this.watch(effect.actor, effect.tell);
          break;
        case 'unwatch':
          this.host.deaths.unwatch(this.address, effect.actor);
          break;
        default:
          this.host.streams.perform(effect);
      }
    }
  }

  /** The actor's state is gone: so is what its tasks would tell it. */
  abandon(): void {
    this.tasks?.abandon();
  }

  private start(task: string, input: unknown, cause: Cause): void {
    // The next run takes it up: one begun now would only hold up the stop.
    if (this.host.isStopping) return;
    (this.tasks ??= new RunningTasks(this.owner)).start(task, input, cause);
  }

  private watch(actor: ActorAddress, command: Command): void {
    const { address, host } = this;
    host.deaths.watch(address, actor, () => {
      host.pass({ to: address, command }, noCause);
    });
  }

  private get address(): ActorAddress {
    return { kind: this.owner.kind.name, id: this.owner.id };
  }
}
