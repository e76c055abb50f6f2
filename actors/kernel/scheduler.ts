/**
 * Gives actors their turns: one nact actor that, woken by one message, drains the cells that are
 * ready, so many messages each, and lets sockets and timers in between.
 */

import { dispatch, spawn } from 'nact';
import type { ActorSystemRef, Ref } from 'nact';
import type { Clock } from './clock.ts';
import type { Limits } from './limits.ts';
import { ReadyQueue } from './ready-queue.ts';

/** Something that has messages to handle. */
export interface Turn {
  /** In the queue of those who are ready: nobody is in it twice, so nobody has two turns at once. */
  isReady: boolean;
  /** Handles at most so many messages and says how many; asks for another turn itself. */
  takeTurn(messagesMax: number, now: number): number;
}

export class Scheduler {
  private readonly actor: Ref<'run'>;
  private readonly clock: Clock;
  private readonly limits: Limits;
  private readonly ready = new ReadyQueue<Turn>();
  private isAwake = false;

  constructor(system: ActorSystemRef, clock: Clock, limits: Limits, onFault: (error: unknown) => void) {
    this.clock = clock;
    this.limits = limits;
    this.actor = spawn(
      system,
      (_state: null, _message: 'run') => {
        this.run();
        return null;
      },
      'scheduler',
      {
        // Cells deal with what goes wrong in them; what arrives here is a defect of the kernel.
        onCrash: (_message, error, context) => {
          onFault(error);
          return context.stop;
        },
      },
    );
  }

  add(turn: Turn): void {
    turn.isReady = true;
    this.ready.push(turn);
    if (this.isAwake) return;
    this.isAwake = true;
    dispatch(this.actor, 'run');
  }

  /** Turn after turn until all are done or the slice is over; nact puts a turn of the event loop between slices. */
  private run(): void {
    const sliceEnd = performance.now() + this.limits.sliceMs;
    const now = this.clock.now();
    let sinceLook = 0;
    for (let turn = this.ready.shift(); turn !== undefined; turn = this.ready.shift()) {
      turn.isReady = false;
      sinceLook += 1 + turn.takeTurn(this.limits.turnMessagesMax, now);
      if (sinceLook < lookEvery) continue;
      sinceLook = 0;
      if (performance.now() < sliceEnd) continue;
      dispatch(this.actor, 'run');
      return;
    }
    this.isAwake = false;
  }
}

/** Messages between looks at the time, which cost as much as a message does. */
const lookEvery = 64;
