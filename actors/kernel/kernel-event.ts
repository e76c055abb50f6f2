/** What the kernel reports about itself: values, which the composition root logs and counts. */

import type { ActorAddress } from './command.ts';
import type { Quarantine } from './journal.ts';

export type KernelEvent =
  /** `decide`, `evolve` or a task threw: the actor starts again from its journal. */
  | {
      readonly type: 'defect';
      readonly address: ActorAddress;
      readonly command: string | null;
      readonly error: unknown;
    }
  /** The actor does nothing more until an operator says so. */
  | {
      readonly type: 'quarantined';
      readonly address: ActorAddress;
      readonly cause: Quarantine['cause'];
      readonly error: unknown;
    }
  /** The journal does not know of the quarantine: after the next start the actor fails once more. */
  | { readonly type: 'quarantine-not-stored'; readonly address: ActorAddress; readonly error: unknown }
  /** A command that nobody waits for was not handled. */
  | { readonly type: 'dropped'; readonly address: ActorAddress; readonly command: string; readonly reason: string }
  | { readonly type: 'write-failed'; readonly address: ActorAddress; readonly error: unknown }
  | { readonly type: 'recovery-failed'; readonly actors: number; readonly error: unknown; readonly retryInMs: number }
  /** It was thrown away: the actor is read from its events. */
  | { readonly type: 'snapshot-unreadable'; readonly address: ActorAddress; readonly error: unknown }
  | { readonly type: 'snapshot-failed'; readonly address: ActorAddress; readonly error: unknown }
  /** This process has lost the shard; its actors are gone from here. */
  | { readonly type: 'fenced'; readonly shard: number }
  /** A timer or an outbox message had no answer; it is delivered again. */
  | { readonly type: 'delivery-failed'; readonly to: ActorAddress; readonly error: unknown; readonly retryInMs: number }
  /** Reading or clearing timers or the outbox failed; it is tried again. */
  | { readonly type: 'delivery-store-failed'; readonly store: 'timers' | 'outbox'; readonly error: unknown }
  /** The publisher, or without a channel the kind's own `publish`, threw. */
  | { readonly type: 'publisher-failed'; readonly channel: string | null; readonly error: unknown }
  | { readonly type: 'service-started'; readonly service: string }
  /** It ended early. Without a time to retry it is its supervisor that fails now, or whoever added it is told. */
  | {
      readonly type: 'service-failed';
      readonly service: string;
      readonly error: unknown;
      readonly retryInMs: number | null;
    }
  /** A child failed too often, or could not be restarted: all children are stopped by now. */
  | {
      readonly type: 'supervisor-failed';
      readonly supervisor: string;
      readonly error: unknown;
      readonly retryInMs: number | null;
    }
  /** It failed at its end, when it had been told to end. */
  | { readonly type: 'service-stop-failed'; readonly service: string; readonly error: unknown }
  /** It has not ended in time and is left as it is: it is not started again before it has. */
  | { readonly type: 'service-stuck'; readonly service: string; readonly error: unknown };

export type Report = (event: KernelEvent) => void;
