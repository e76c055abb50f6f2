/** Gives runner slots their work: fair between users, by priority. One of it, id `main`; volatile: waiting work announces itself again. */

import type { ActorAddress, Command, Refusal } from '#kernel';

export interface WaitingWork {
  /** The backtest or the batch. */
  readonly address: ActorAddress;
  readonly userId: string;
  readonly priority: number;
  /** Milliseconds UTC; among equals the oldest is first. */
  readonly since: number;
  /** How many slots may work on it at once: 1 for a backtest, as many as like for a batch. */
  readonly slotsMax: number;
}

/** Work is there to be done. Announcing it twice is announcing it once. */
export interface Announce extends Command<null> {
  readonly type: 'Announce';
  readonly work: WaitingWork;
}

/** It is done, or no longer wanted; work of it that is under way is to be aborted. */
export interface Withdraw extends Command<null> {
  readonly type: 'Withdraw';
  readonly address: ActorAddress;
  readonly userId: string;
}

/**
 * A slot is free, whatever it had before: answers at once with work, or null; then the slot is told on
 * {@link slotChannel} when there is some. Slots ask again from time to time, since nobody hears whether
 * that arrived.
 */
export interface TakeWork extends Command<WaitingWork | null> {
  readonly type: 'TakeWork';
  readonly slot: string;
}

/** A slot has done with what it took. `again`: there is more of it (a batch). */
export interface GiveBack extends Command<null> {
  readonly type: 'GiveBack';
  readonly slot: string;
  readonly address: ActorAddress;
  readonly again: boolean;
}

/** A slot is still at what it took. Slots that say nothing for a while are counted as free. */
export interface KeepWork extends Command<null> {
  readonly type: 'KeepWork';
  readonly slot: string;
}

/** Which processes live: what slots of others held waits again, and nothing is kept for them. */
export interface KeepSlots extends Command<null> {
  readonly type: 'KeepSlots';
  /** Their incarnations, with which the names of slots begin. */
  readonly alive: readonly string[];
}

export interface GetQueue extends Command<{
  readonly waiting: number;
  readonly running: number;
  readonly slots: number;
  /** Slots that would have work now if there were as many. */
  readonly wanted: number;
  readonly byUser: Readonly<Record<string, number>>;
}> {
  readonly type: 'GetQueue';
}

export type DispatcherCommand = Announce | Withdraw | TakeWork | GiveBack | KeepWork | KeepSlots | GetQueue;

export type DispatcherRefusal = Refusal & { readonly code: 'queue-full' };

/** What a slot is told in passing, on a channel of its own. */
export type SlotSignal = { readonly type: 'wake' } | { readonly type: 'abort'; readonly address: ActorAddress };

export const slotChannel = (slot: string): string => `slot:${slot}`;
