/** The steps of a start and of a stop: says which one takes long and what it waits for, and gives up one that takes too long. */

import type { Clock } from '#kernel';
import { UsageError } from '../usage-error.ts';
import type { Logger } from './log.ts';

export interface Step {
  /** As in "waiting for …": `PostgreSQL`. */
  readonly name: string;
  readonly secondsMax: number;
}

export interface StartStep extends Step {
  /** What the person at the machine may do about one that does not end. */
  readonly remedy: string;
}

export interface Steps {
  /**
   * Resolves with what the work gives. Throws a {@link UsageError} `start-stuck` when it takes too long,
   * or does not come to its end after Ctrl-C; the work itself goes on then, so the process has to end.
   * The work may say from time to time what it waits for.
   */
  run<T>(step: StartStep, work: (onWait: (what: string) => void) => Promise<T>): Promise<T>;
  /** Leaves behind what takes too long, with a word in the log: whatever else is to be closed still is. */
  end(step: Step, work: () => Promise<void>): Promise<void>;
}

export interface StepsOptions {
  readonly log: Pick<Logger, 'warn' | 'error'>;
  /** Shown to a person who looks on. */
  readonly onStep: (text: string) => void;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** A step that takes longer than the first of these is told in the log, and again with each of the others. */
const toldAfterSeconds = [5, 10, 20, 40, 80, 160, 320, 640];
/** After Ctrl-C, for what is under way to come to where it can be closed in order. */
const interruptedSecondsMax = 10;

export const openSteps = ({ log, onStep, signal, clock }: StepsOptions): Steps => {
  /** What the work gives, or null when it is late. */
  const watched = async <T>(
    { secondsMax }: Step,
    { what, stopsAt, work }: { what: () => string; stopsAt: AbortSignal | null; work: () => Promise<T> },
  ): Promise<{ readonly value: T } | null> => {
    const late = Promise.withResolvers<null>();
    const after = (seconds: number, call: () => void): (() => void) => clock.at(clock.now() + seconds * 1_000, call);
    const giveUp = (): void => late.resolve(null);
    const alarms = toldAfterSeconds
      .filter((seconds) => seconds < secondsMax)
      .map((seconds) =>
        after(seconds, () => {
          log.warn({ seconds }, `waiting for ${what()}`);
          onStep(`waiting for ${what()}`);
        }),
      );
    alarms.push(after(secondsMax, giveUp));
    const interrupt = (): void => void alarms.push(after(interruptedSecondsMax, giveUp));
    stopsAt?.addEventListener('abort', interrupt);
    try {
      return await Promise.race([work().then((value) => ({ value })), late.promise]);
    } finally {
      stopsAt?.removeEventListener('abort', interrupt);
      for (const disarm of alarms) disarm();
    }
  };

  return {
    async run(step, work) {
      signal.throwIfAborted();
      let what = step.name;
      const onWait = (waitsFor: string): void => {
        what = `${step.name}: ${waitsFor}`;
      };
      const done = await watched(step, { what: () => what, stopsAt: signal, work: () => work(onWait) });
      if (done !== null) return done.value;
      throw new UsageError('start-stuck', `The start has waited ${step.secondsMax} s for ${what}.`, step.remedy);
    },
    async end(step, work) {
      const done = await watched(step, { what: () => `the end of ${step.name}`, stopsAt: null, work });
      if (done === null) log.error({ seconds: step.secondsMax }, `${step.name} does not end and is left behind`);
    },
  };
};
