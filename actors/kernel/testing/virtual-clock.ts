/** A clock that tests move. */

import type { Clock } from '../clock.ts';

interface Alarm {
  readonly at: number;
  readonly call: () => void;
}

export class VirtualClock implements Clock {
  private time: number;
  private readonly alarms = new Set<Alarm>();
  private watchers: { readonly at: number; readonly resolve: () => void }[] = [];

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.time = startMs;
  }

  now(): number {
    return this.time;
  }

  at(timeMs: number, call: () => void): () => void {
    const alarm = { at: timeMs, call };
    this.alarms.add(alarm);
    const met = this.watchers.filter(({ at }) => timeMs <= at);
    this.watchers = this.watchers.filter((watcher) => !met.includes(watcher));
    for (const { resolve } of met) resolve();
    if (timeMs <= this.time) this.ringSoon(alarm);
    return () => {
      this.alarms.delete(alarm);
    };
  }

  /** As the clock of the system does when the time has come already: not within the call, and without waiting for more time. */
  private ringSoon(alarm: Alarm): void {
    setImmediate(() => {
      if (this.alarms.delete(alarm)) alarm.call();
    });
  }

  /** Moves time on, and calls in order what becomes due meanwhile, also what is set by those calls. */
  advance(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      let next: Alarm | null = null;
      for (const alarm of this.alarms) if (alarm.at <= end && (next === null || alarm.at < next.at)) next = alarm;
      if (next === null) break;
      this.alarms.delete(next);
      this.time = Math.max(this.time, next.at);
      next.call();
    }
    this.time = end;
  }

  /** Resolves when somebody waits for a time not more than so far away: then it is worth moving the clock. */
  async armed(withinMs: number): Promise<void> {
    const at = this.time + withinMs;
    for (const alarm of this.alarms) if (alarm.at <= at) return;
    await new Promise<void>((resolve) => {
      this.watchers.push({ at, resolve });
    });
  }
}
