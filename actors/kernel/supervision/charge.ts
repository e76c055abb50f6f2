/** A child in the charge of its supervisor: how it is, what is to be done with it, and how often it has failed. */

import { wholeMessage } from '../whole-message.ts';
import type { Node } from './node.ts';
import type { NodeFailure, NodeStatus, TreeView } from './tree-view.ts';

type Phase =
  /** It does not run; when its turn has come it will. */
  | 'waiting'
  | 'starting'
  | 'running'
  /** Told to end. */
  | 'stopping'
  /** Told to end, and has not in time. */
  | 'stuck'
  /** A transient service whose work is done. */
  | 'completed';

export class Charge {
  readonly node: Node;
  phase: Phase = 'waiting';
  /** It was of use, and no restart has gone past it since: those after it may start. */
  hasStarted = false;
  /** It is to be stopped, to start again with the others of its group. */
  isDoomed = false;
  /** Milliseconds UTC, before which it is not started. */
  notBefore = 0;
  /** In a row: one that runs for long starts afresh. */
  failures = 0;
  private runs = 0;
  private startedAt = 0;
  private lastFailure: NodeFailure | null = null;
  /** Where it was added while the supervisor runs, until it has started for the first time: who waits for that. */
  private added: PromiseWithResolvers<void> | null;

  constructor(node: Node, added: PromiseWithResolvers<void> | null) {
    this.node = node;
    this.added = added;
  }

  /** Nothing rests on it yet: it is retried, and given up, alone. */
  get isNew(): boolean {
    return this.added !== null;
  }

  get isAlive(): boolean {
    return this.phase === 'starting' || this.phase === 'running' || this.phase === 'stopping';
  }

  start(now: number): void {
    this.phase = 'starting';
    this.startedAt = now;
    this.runs++;
    this.node.start();
  }

  stop(): void {
    this.phase = 'stopping';
    this.node.stop();
  }

  started(): void {
    this.phase = 'running';
    this.hasStarted = true;
    this.added?.resolve();
    this.added = null;
  }

  /** Its turn is yet to come, as at the beginning; if it runs it is stopped first. */
  goBack(notBefore: number): void {
    if (this.phase === 'completed') this.phase = 'waiting';
    this.isDoomed = this.isAlive;
    this.hasStarted = false;
    this.notBefore = Math.max(this.notBefore, notBefore);
  }

  /** Its supervisor begins anew. */
  renew(): void {
    this.goBack(0);
    this.notBefore = 0;
    this.failures = 0;
  }

  note(error: Error, now: number): void {
    this.lastFailure = { message: wholeMessage(error), at: now };
  }

  /** Counts a failure that is answered by a restart. */
  failed(now: number, periodMs: number): void {
    if (now - this.startedAt >= periodMs) this.failures = 0;
    this.failures++;
  }

  /** It could not be started when it was added. */
  giveUp(error: Error): void {
    this.added?.reject(error);
  }

  /** `isWanted`: its supervisor is at work. */
  view(now: number, isWanted: boolean): TreeView {
    const { node, lastFailure } = this;
    return {
      name: node.name,
      status: this.status(now, isWanted),
      restarts: Math.max(0, this.runs - 1),
      lastFailure,
      ...node.view(),
    };
  }

  private status(now: number, isWanted: boolean): NodeStatus {
    if (this.phase !== 'waiting') return this.phase;
    if (!isWanted && this.runs > 0) return 'stopped';
    return this.notBefore > now ? 'backing-off' : 'waiting';
  }
}
