/** The tree of a running system: its root, whatever hangs below it, and the way out for what nobody below can mend. */

import { Outage } from '../outage.ts';
import { wholeMessage } from '../whole-message.ts';
import { isSupervision } from './child.ts';
import type { Child, Supervision } from './child.ts';
import type { Grounds } from './node.ts';
import { Supervisor } from './supervisor.ts';
import type { NodeFailure, NodeStatus, SupervisorView } from './tree-view.ts';

export interface TreeOptions extends Grounds {
  readonly root: Supervision;
  /** The root has failed, or something below it beyond help: all of it is being stopped. */
  readonly onEscalation: (error: Error) => void;
}

export class SupervisionTree {
  private readonly root: Supervisor;
  private readonly supervisors = new Map<string, Supervisor>();
  private readonly names = new Set<string>();
  /** Of children that were added and have not started yet: whoever added them. */
  private readonly adding = new Set<PromiseWithResolvers<void>>();
  private readonly ended = Promise.withResolvers<void>();
  private status: NodeStatus = 'starting';
  private lastFailure: NodeFailure | null = null;

  /** Starts what the root declares. */
  constructor({ root, onEscalation, ...grounds }: TreeOptions) {
    this.takeNames(root);
    this.root = new Supervisor(root, {
      ...grounds,
      told: {
        started: () => {
          if (this.status === 'starting') this.status = 'running';
        },
        ended: (failure) => {
          this.status = failure === null ? 'stopped' : 'failed';
          this.ended.resolve();
        },
        outlived: () => {},
        failing: (error) => {
          this.lastFailure = { message: wholeMessage(error), at: grounds.clock.now() };
          this.leave();
          onEscalation(error);
        },
      },
      onMade: (supervisor) => this.supervisors.set(supervisor.name, supervisor),
    });
    this.root.start();
  }

  /**
   * Resolves when the child has started for the first time; rejects when it can't, after which it is
   * not on the tree, or when the tree is stopped before.
   */
  async add(child: Child, under: string = this.root.name): Promise<void> {
    if (this.status === 'stopping' || this.status === 'stopped' || this.status === 'failed') throw stopping();
    const supervisor = this.supervisors.get(under);
    if (supervisor === undefined) throw new Error(`No supervisor is called ${under}.`);
    this.takeNames(child);
    const added = Promise.withResolvers<void>();
    this.adding.add(added);
    supervisor.add(child, added);
    try {
      await added.promise;
    } catch (error) {
      for (const name of namesOf(child)) {
        this.names.delete(name);
        this.supervisors.delete(name);
      }
      throw error;
    } finally {
      this.adding.delete(added);
    }
  }

  /** So long {@link stop} may take, when all that hangs on the tree by now takes its bounds. */
  get stopMsMax(): number {
    return this.root.stopMsMax;
  }

  view(): SupervisorView {
    const { status, lastFailure } = this;
    return { name: this.root.name, status, restarts: 0, lastFailure, ...this.root.view() };
  }

  /** Stops everything, the last first; resolves when all has ended or outlived its bound. */
  async stop(): Promise<void> {
    this.leave();
    this.root.stop();
    await this.ended.promise;
  }

  private leave(): void {
    if (this.status === 'starting' || this.status === 'running') this.status = 'stopping';
    for (const added of this.adding) added.reject(stopping());
  }

  private takeNames(child: Child): void {
    const wrong = namesOf(child).find((name) => !nameForm.test(name));
    if (wrong !== undefined) throw new Error(`"${wrong}" is no name for a node of the tree.`);
    const all = [...this.names, ...namesOf(child)];
    const twice = all.find((name, place) => all.indexOf(name) !== place);
    if (twice !== undefined) throw new Error(`Two nodes of the tree are called ${twice}.`);
    for (const name of all) this.names.add(name);
  }
}

/** Part of an actor's path, a label of metrics, and what people type. */
const nameForm = /^[a-z\d][a-z\d.-]{0,63}$/i;

const namesOf = (child: Child): readonly string[] =>
  isSupervision(child) ? [child.name, ...child.children.flatMap(namesOf)] : [child.name];

const stopping = (): Outage => new Outage('stopping', 'The system is stopping.');
