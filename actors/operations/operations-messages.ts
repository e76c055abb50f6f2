/** What operators do, to actors and to the whole, as it is recorded: one log for each operator, whose id is the user's. */

import type { ActorAddress, Command } from '#kernel';

export interface ActorOperation {
  /** `stop` ends the actor; its next message brings it back. */
  readonly action: 'retry' | 'skip' | 'stop';
  readonly actor: ActorAddress;
  /** What the actor was quarantined for; null where it was not. */
  readonly quarantine: {
    readonly cause: 'command' | 'event' | 'restarts';
    readonly reason: string;
    /** Of the event that could not be read. */
    readonly seq: number | null;
    /** Type and id of the command at work. */
    readonly command: string | null;
    readonly commandId: string | null;
  } | null;
}

/** On a setting of the whole cluster. */
export interface SettingOperation {
  readonly action: 'set-setting' | 'unset-setting';
  readonly setting: string;
  /** null: unset, or not set before. */
  readonly value: string | null;
  readonly before: string | null;
}

/** `resend-message`: to those outside, who refused it; `retry-message`: to an actor, which has not answered. */
export interface MessageOperation {
  readonly action: 'resend-message' | 'retry-message';
  /** Whose event it tells of; to whom it goes. */
  readonly actor: ActorAddress;
  readonly message: { readonly id: string; readonly name: string; readonly reason: string | null };
}

export interface NodeOperation {
  /** `drain-node`: it gives away what it has; `resume-node`: it may have shards again. */
  readonly action: 'drain-node' | 'resume-node';
  readonly node: string;
  /** The run of the program that it was done to. */
  readonly incarnation: string;
}

export type Operation = ActorOperation | SettingOperation | MessageOperation | NodeOperation;

/** Given before the operation begins, so that nothing is done that is not recorded. */
export interface RecordOperation extends Command<null> {
  readonly type: 'RecordOperation';
  readonly operation: Operation;
}
