/** One service on the tree: its runs, of which there is one at a time, and the bounds of their starts and ends. */

import type { Service } from './child.ts';
import { startMsUsual, stopMsUsual } from './child.ts';
import type { Grounds, Node, Told } from './node.ts';

export class ServiceNode implements Node {
  readonly name: string;
  readonly stopMsMax: number;
  private readonly service: Service;
  private readonly told: Told;
  private readonly grounds: Grounds;
  /** Of the run that has not settled. */
  private controller: AbortController | null = null;
  /** Why it is told to end, where its supervisor has not asked for that. */
  private tooSlow: Error | null = null;
  private disarm: () => void = () => {};

  constructor(service: Service, told: Told, grounds: Grounds) {
    this.name = service.name;
    this.stopMsMax = service.stopMs ?? stopMsUsual;
    this.service = service;
    this.told = told;
    this.grounds = grounds;
  }

  start(): void {
    if (this.controller !== null) throw new Error(`${this.name} runs already.`);
    const controller = new AbortController();
    const { signal } = controller;
    const { startMs = startMsUsual } = this.service;
    this.controller = controller;
    this.tooSlow = null;
    this.after(startMs, () => {
      this.tooSlow = new Error(`${this.name} has not started within ${startMs} ms.`);
      this.end(controller);
    });
    let hasStarted = false;
    const started = (): void => {
      if (hasStarted || this.controller !== controller || signal.aborted) return;
      hasStarted = true;
      this.disarm();
      this.told.started();
    };
    // A service may throw before its first await.
    const run = async (): Promise<void> => this.service.run({ signal, started });
    run().then(
      () => this.settled(controller, null),
      (error: unknown) => this.settled(controller, error instanceof Error ? error : new Error(String(error))),
    );
  }

  stop(): void {
    if (this.controller === null) return;
    // A start that was too slow is its supervisor's wish from now on.
    this.tooSlow = null;
    this.end(this.controller);
  }

  view(): { readonly type: 'service' } {
    return { type: 'service' };
  }

  private end(controller: AbortController): void {
    const { stopMsMax } = this;
    this.after(stopMsMax, () => {
      this.told.outlived(new Error(`${this.name} has not ended within ${stopMsMax} ms.`));
    });
    controller.abort();
  }

  private settled({ signal }: AbortController, error: Error | null): void {
    const { tooSlow, name } = this;
    this.controller = null;
    this.disarm();
    if (!signal.aborted) {
      const isDone = error === null && this.service.restart === 'transient';
      this.told.ended(isDone ? null : (error ?? new Error(`${name} ended by itself.`)));
      return;
    }
    // To throw that it was aborted is one way of doing as told.
    if (error !== null && error.name !== 'AbortError')
      this.grounds.report({ type: 'service-stop-failed', service: name, error });
    this.told.ended(tooSlow);
  }

  private after(ms: number, call: () => void): void {
    const { clock } = this.grounds;
    this.disarm();
    this.disarm = clock.at(clock.now() + ms, call);
  }
}
