/** What a process that is one of many lets the others, and those who say which actors are here, do with its actors. */

import type { ActorAddress, Message } from './command.ts';
import type { Intake } from './intake.ts';
import { shardOfRequest } from './operator.ts';
import type { Operator } from './operator.ts';
import { unknownCommand } from './outage.ts';
import type { Cause } from './parcel.ts';
import type { Residents } from './residents.ts';
import type { ActorHost } from './routing.ts';
import { shardOf } from './shard.ts';
import type { ShardRange } from './shard.ts';
import type { ShardsHere } from './shards-here.ts';
import type { Streams } from './streams.ts';

interface Parts {
  readonly shardsHere: ShardsHere;
  readonly residents: ReadonlyMap<string, Residents>;
  readonly intake: Intake;
  readonly streams: Streams;
  readonly operator: Operator;
  readonly shardsOf: (kind: string) => ShardRange;
  readonly pass: (message: Message, cause: Cause) => void;
}

export const actorHost = ({ shardsHere, residents, intake, streams, operator, shardsOf, pass }: Parts): ActorHost => {
  const isAway = ({ kind, id }: ActorAddress): boolean => !shardsHere.has(shardOf(id, shardsOf(kind)));
  return {
    isHere: (shard) => shardsHere.has(shard),
    adopt: (shards) => {
      shardsHere.adopt(shards);
    },
    release: (shards) => shardsHere.release(shards),
    ask: ({ to, command, commandId, timeoutMs, cause, stream, isInternal }) => {
      if (isAway(to)) return null;
      const ofKind = residents.get(to.kind);
      // Of another version of the program, perhaps.
      if (ofKind === undefined) return Promise.reject(unknownCommand(to.kind, command.type));
      const options = { timeoutMs, cause, ...(commandId === null ? {} : { commandId }) };
      return intake.ask(ofKind, to.id, command, options, { isInternal, stream });
    },
    tell: (message, cause) => {
      if (isAway(message.to)) return false;
      if (residents.has(message.to.kind)) pass(message, cause);
      return true;
    },
    say: (effect) => {
      streams.here(effect);
    },
    operate: (request) => (shardsHere.has(shardOfRequest(request, shardsOf)) ? operator.perform(request) : null),
  };
};
