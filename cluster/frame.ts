/**
 * What nodes say to each other: short lists, so that a thousand of them cost little more than what they carry.
 * The first element tells what it is. A node of a newer version may add elements at the end, and says nothing
 * of a kind that an older one would have to know.
 */

import type { ActorAddress, AnyAnswer, Cause, Command, OperatorRequest, StreamEffect } from '#kernel';
import { Outage } from '#kernel';
import type { OutageCode } from '#kernel';
import type { Asked } from './routed.ts';

/**
 * Asks an actor. Milliseconds until nobody waits any more: no two clocks are compared. What is as usual at the end
 * is left out.
 */
export type AskFrame = readonly [
  type: 'a',
  ask: number,
  kind: string,
  id: string,
  command: Command,
  remainingMs: number,
  commandId?: string | null,
  traceId?: string | null,
  hops?: number,
  isInternal?: 0 | 1,
  stream?: string | null,
];
export type TellFrame = readonly [
  type: 't',
  kind: string,
  id: string,
  command: Command,
  traceId: string | null,
  hops: number,
];
export type OperateFrame = readonly [type: 'o', ask: number, request: OperatorRequest];
export type StreamFrame = readonly [type: 's', effect: StreamEffect];
/** Shards that the sender has given back, and that it takes the receiver to be the next owner of. */
export type FreeFrame = readonly [type: 'f', shards: readonly number[]];
export type RepliedFrame = readonly [
  type: 'r',
  ask: number,
  reply: unknown,
  shard: number,
  shardSeq: number,
  seq: number,
];
export type RefusedFrame = readonly [
  type: 'n',
  ask: number,
  refusal: unknown,
  shard: number,
  shardSeq: number,
  seq: number,
];
/** There is no answer: an outage. */
export type FailedFrame = readonly [type: 'e', ask: number, code: string, message: string];
/** The actor is not there: nothing was done, and the sender should look who has it. */
export type AwayFrame = readonly [type: 'w', ask: number];
/** What was done for an operator. */
export type OperatedFrame = readonly [type: 'd', ask: number, result: unknown];

export type Frame =
  | AskFrame
  | TellFrame
  | OperateFrame
  | StreamFrame
  | FreeFrame
  | RepliedFrame
  | RefusedFrame
  | FailedFrame
  | AwayFrame
  | OperatedFrame;

/** An `undefined` reply is left out of JSON lists as null: what asked for nothing takes that, too. */
export const answerFrame = (ask: number, answer: AnyAnswer): Frame => {
  const { shard, shardSeq, seq } = answer.position;
  return answer.type === 'replied'
    ? ['r', ask, answer.reply, shard, shardSeq, seq]
    : ['n', ask, answer.refusal, shard, shardSeq, seq];
};

export const answerOf = ([type, , body, shard, shardSeq, seq]: RepliedFrame | RefusedFrame): AnyAnswer => {
  const position = { shard, shardSeq, seq };
  return type === 'r'
    ? { type: 'replied', reply: body, position }
    : // What the other node's actor refused with.
      { type: 'refused', refusal: body as Extract<AnyAnswer, { type: 'refused' }>['refusal'], position };
};

export const failureFrame = (ask: number, error: unknown): Frame =>
  error instanceof Outage
    ? ['e', ask, error.code, error.message]
    : ['e', ask, 'outcome-unknown', `The other node failed: ${error instanceof Error ? error.message : String(error)}`];

/** A code of a newer version is one that callers here know how to take: they ask again with the same id. */
export const outageOf = ([, , code, message]: FailedFrame): Outage =>
  new Outage(isOutageCode(code) ? code : 'outcome-unknown', message);

const outageCodes: Readonly<Record<OutageCode, true>> = {
  overloaded: true,
  'deadline-exceeded': true,
  'outcome-unknown': true,
  'storage-away': true,
  quarantined: true,
  'command-expired': true,
  'command-unsupported': true,
  'hops-exceeded': true,
  stopping: true,
};

const isOutageCode = (code: string): code is OutageCode => Object.hasOwn(outageCodes, code);

/** What most asks do not have is left out: frames are many. */
export const askFrame = (ask: number, { to, question, isInternal }: Asked, now: number): AskFrame => {
  const { command, commandId, cause, stream, dueAt } = question;
  const remainingMs = Math.max(0, dueAt - now);
  const { traceId, hops } = cause;
  if (isInternal || stream !== null)
    return ['a', ask, to.kind, to.id, command, remainingMs, commandId, traceId, hops, isInternal ? 1 : 0, stream];
  return commandId === null && traceId === null && hops === 0
    ? ['a', ask, to.kind, to.id, command, remainingMs]
    : ['a', ask, to.kind, to.id, command, remainingMs, commandId, traceId, hops];
};

export const tellFrame = (to: ActorAddress, command: Command, { traceId, hops }: Cause): Frame => [
  't',
  to.kind,
  to.id,
  command,
  traceId,
  hops,
];
