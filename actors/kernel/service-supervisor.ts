/**
 * Keeps one service running: a nact actor that starts it again with back-off when it ends early, and
 * gives up when it ends too often.
 */

import { dispatch, spawn } from 'nact';
import type { ActorSystemRef, Ref } from 'nact';
import type { Service, SystemView } from './actor-system.ts';
import type { BackOff } from './back-off.ts';
import { backOffMs } from './back-off.ts';
import type { Clock } from './clock.ts';
import type { Report } from './kernel-event.ts';

type Message = { readonly type: 'start' } | { readonly type: 'ended'; readonly failure: Error };

interface SupervisorOptions {
  readonly system: ActorSystemRef;
  readonly clock: Clock;
  readonly chance: () => number;
  readonly report: Report;
  /** It failed too often after it had been of use. */
  readonly onEscalation: (error: Error) => void;
}

/** Restarts within the period; one more goes up. With the back-off they take about six seconds. */
const restartsMax = 5;
const periodMs = 60_000;
const backOff: BackOff = { firstMs: 200, maxMs: 10_000 };

export class ServiceSupervisor {
  readonly service: Service;
  /** Settles when the service has started for the first time, or has failed too often to. */
  readonly firstStart: Promise<void>;
  private readonly options: SupervisorOptions;
  private readonly actor: Ref<Message>;
  private readonly controller = new AbortController();
  private readonly first = Promise.withResolvers<void>();
  private running: Promise<void> = Promise.resolve();
  private status: SystemView['services'][number]['status'] = 'starting';
  private restarts = 0;
  private recentRestarts = 0;
  private startedAt = 0;
  private wasStarted = false;
  private lastFailure: string | null = null;
  private disarm: () => void = () => {};

  constructor(service: Service, options: SupervisorOptions) {
    this.service = service;
    this.options = options;
    this.firstStart = this.first.promise;
    this.actor = spawn(
      options.system,
      (_state: null, message: Message) => {
        if (message.type === 'start') this.start();
        else this.ended(message.failure);
        return null;
      },
      `service-${service.name}`,
      {
        onCrash: (_message, error, context) => {
          this.giveUp(error ?? new Error(`The supervisor of ${service.name} failed.`));
          return context.stop;
        },
      },
    );
    dispatch(this.actor, { type: 'start' });
  }

  view(): SystemView['services'][number] {
    const { service, status, restarts, lastFailure } = this;
    return { name: service.name, status, restarts, lastFailure };
  }

  /** Tells the service to end, and waits until it has. */
  async stop(): Promise<void> {
    this.disarm();
    this.controller.abort();
    this.first.reject(new Error(`${this.service.name} was stopped before it had started.`));
    await this.running;
    this.status = 'stopped';
  }

  private start(): void {
    const { signal } = this.controller;
    if (signal.aborted) return;
    this.status = 'starting';
    this.startedAt = this.options.clock.now();
    const run = async (): Promise<void> => this.service.run({ signal, started: () => this.started() });
    this.running = run()
      .then(
        () => new Error(`${this.service.name} ended by itself.`),
        (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
      )
      .then((failure) => {
        if (!signal.aborted) dispatch(this.actor, { type: 'ended', failure });
      });
  }

  private started(): void {
    if (this.status !== 'starting') return;
    this.status = 'running';
    this.wasStarted = true;
    this.options.report({ type: 'service-started', service: this.service.name });
    this.first.resolve();
  }

  private ended(failure: Error): void {
    if (this.controller.signal.aborted) return;
    const { clock, chance, report } = this.options;
    const now = clock.now();
    this.lastFailure = failure.message;
    // One that ran for long starts afresh.
    if (now - this.startedAt >= periodMs) this.recentRestarts = 0;
    this.recentRestarts++;
    if (this.recentRestarts > restartsMax) {
      this.giveUp(failure);
      return;
    }
    this.restarts++;
    this.status = 'backing-off';
    const retryInMs = backOffMs(backOff, this.recentRestarts, chance());
    report({ type: 'service-failed', service: this.service.name, error: failure, retryInMs });
    this.disarm = clock.at(now + retryInMs, () => {
      dispatch(this.actor, { type: 'start' });
    });
  }

  private giveUp(failure: Error): void {
    this.status = 'failed';
    this.options.report({ type: 'service-failed', service: this.service.name, error: failure, retryInMs: null });
    const error = new Error(`${this.service.name} failed too often.`, { cause: failure });
    if (this.wasStarted) this.options.onEscalation(error);
    else this.first.reject(error);
  }
}
