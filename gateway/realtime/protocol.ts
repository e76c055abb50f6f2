/**
 * The Centrifuge client protocol in its JSON form: commands in, replies and pushes out, several to a
 * frame, one a line. Source: the protocol's definition at github.com/centrifugal/protocol.
 */

import { Type } from 'typebox';
import type { Static } from 'typebox';
import { schemaCheck } from '../schema-check.ts';

const Channel = Type.String({ minLength: 1, maxLength: 255 });
const Data = Type.Optional(Type.Unknown());
/** Of the client, larger than 0. */
const Id = Type.Integer({ minimum: 1, maximum: 4_294_967_295 });

const Command = Type.Object({
  id: Type.Optional(Id),
  connect: Type.Optional(Type.Object({ token: Type.Optional(Type.String({ maxLength: 4_096 })), data: Data })),
  subscribe: Type.Optional(
    Type.Object({
      channel: Channel,
      recover: Type.Optional(Type.Boolean()),
      epoch: Type.Optional(Type.String({ maxLength: 64 })),
      offset: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
      data: Data,
    }),
  ),
  unsubscribe: Type.Optional(Type.Object({ channel: Channel })),
  rpc: Type.Optional(Type.Object({ method: Type.String({ maxLength: 100 }), data: Data })),
  refresh: Type.Optional(Type.Object({ token: Type.String({ maxLength: 4_096 }) })),
  ping: Type.Optional(Type.Object({})),
  send: Type.Optional(Type.Object({ data: Data })),
  publish: Type.Optional(Type.Object({ channel: Channel, data: Data })),
  presence: Type.Optional(Type.Object({ channel: Channel })),
  presence_stats: Type.Optional(Type.Object({ channel: Channel })),
  history: Type.Optional(Type.Object({ channel: Channel })),
});

export type ClientCommand = Static<typeof Command>;

const command = schemaCheck(Command);

/** The commands of a frame; null when it is none of the protocol. */
export const readFrame = (text: string): readonly ClientCommand[] | null => {
  const commands: ClientCommand[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      return null; // told to the client as a bad request
    }
    if (!command.check(value)) return null;
    commands.push(value);
  }
  return commands;
};

/** An error that answers a command; codes of the protocol below 1,000, ours are 4,000 and the HTTP status. */
export interface ReplyError {
  readonly code: number;
  readonly message: string;
  readonly temporary?: boolean;
}

export const replyErrors = {
  internal: { code: 100, message: 'internal server error', temporary: true },
  unknownChannel: { code: 102, message: 'unknown channel' },
  permissionDenied: { code: 103, message: 'permission denied' },
  methodNotFound: { code: 104, message: 'method not found' },
  alreadySubscribed: { code: 105, message: 'already subscribed' },
  limitExceeded: { code: 106, message: 'limit exceeded' },
  badRequest: { code: 107, message: 'bad request' },
  notAvailable: { code: 108, message: 'not available' },
  tokenExpired: { code: 109, message: 'token expired' },
  tooManyRequests: { code: 111, message: 'too many requests', temporary: true },
} as const satisfies Readonly<Record<string, ReplyError>>;

/** Why a socket is closed: WebSocket close codes. From 3500 on the stock client does not come back. */
export const disconnects = {
  shutdown: { code: 3001, reason: 'shutdown' },
  serverError: { code: 3004, reason: 'internal server error' },
  expired: { code: 3005, reason: 'connection expired' },
  slow: { code: 3008, reason: 'slow' },
  noPong: { code: 3012, reason: 'no pong' },
  tooManyRequests: { code: 3013, reason: 'too many requests' },
  invalidToken: { code: 3500, reason: 'invalid token' },
  badRequest: { code: 3501, reason: 'bad request' },
  stale: { code: 3502, reason: 'stale' },
  revoked: { code: 3503, reason: 'session ended' },
  connectionLimit: { code: 3504, reason: 'connection limit' },
} as const satisfies Readonly<Record<string, Disconnect>>;

export interface Disconnect {
  readonly code: number;
  readonly reason: string;
}

/** A publication as clients see it. */
export interface WirePublication {
  readonly data: unknown;
  /** Of journal publications: the actor's sequence number. */
  readonly offset?: number;
  /** `prev`: the offset before it on this channel. Larger than what a client has: it has missed something. */
  readonly tags?: { readonly prev: string };
}

export const pushText = (channel: string, pub: WirePublication): string => JSON.stringify({ push: { channel, pub } });
export const replyText = (id: number, reply: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({ id, ...reply });
export const errorText = (id: number, { code, message, temporary = false }: ReplyError): string =>
  JSON.stringify({ id, error: { code, message, ...(temporary ? { temporary } : {}) } });
/** The client subscribes again by itself, from where it was or with a new snapshot: so codes from 2500 on are meant. */
export const beginAgainText = (channel: string): string =>
  JSON.stringify({ push: { channel, unsubscribe: { code: 2500, reason: 'insufficient state' } } });
export const pingText = '{}';
