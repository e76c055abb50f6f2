/**
 * One subscription of a socket: a snapshot, or what was missed since, and then whatever comes, with
 * nothing lost or told twice in between. It listens first, holds what comes, asks for the snapshot,
 * and passes on what the snapshot does not contain.
 */

import type { ActorSystem } from '#actors';
import type { Channel } from './channels.ts';
import { replayedPublication } from './hub.ts';
import type { Hub, Outbound } from './hub.ts';
import { heldMax, replayedMax } from './limits.ts';
import type { Outgoing } from './outgoing.ts';
import { replyErrors } from './protocol.ts';
import type { ReplyError, WirePublication } from './protocol.ts';

export interface SubscriptionRequest {
  readonly channel: Channel;
  /** Where the client was when it was cut off. */
  readonly since: { readonly offset: number; readonly epoch: string } | null;
  /** Pace of conflated publications, milliseconds. */
  readonly conflateMs: number;
}

export interface SubscriptionNeeds {
  readonly hub: Hub;
  readonly outgoing: Outgoing;
  readonly system: Pick<ActorSystem, 'publicationsAfter'>;
  /** The journal's identity: offsets of another one mean nothing here. */
  readonly epoch: string;
}

export interface Subscription {
  readonly end: () => void;
}

/** The protocol's answer to a subscribe command. */
export interface SubscribeResult {
  readonly recoverable?: boolean;
  readonly epoch?: string;
  readonly offset?: number;
  readonly was_recovering?: boolean;
  readonly recovered?: boolean;
  readonly publications?: readonly WirePublication[];
  readonly data: unknown;
}

type Opened =
  | { readonly subscription: Subscription; readonly result: SubscribeResult; readonly begin: () => void }
  | { readonly error: ReplyError };

/** `begin` is to be called once the answer has been given to the socket: what was held follows it. */
export const openSubscription = async (
  { channel, since, conflateMs }: SubscriptionRequest,
  { hub, outgoing, system, epoch }: SubscriptionNeeds,
): Promise<Opened> => {
  let held: Outbound[] | null = [];
  let hasMissed = false;
  /** Everything up to here is in the client's hands. */
  let reached = -1;
  const conflateKey = (key: string): string => `${channel.name} ${key}`;
  const keys = new Set<string>();
  const pass = (outbound: Outbound): void => {
    if (outbound.key !== null) {
      const key = conflateKey(outbound.key);
      keys.add(key);
      outgoing.conflate(key, outbound.text, conflateMs);
    } else if (outbound.offset === null || outbound.offset > reached) {
      reached = outbound.offset ?? reached;
      outgoing.send(outbound.text());
    }
  };
  const stop = hub.subscribe(channel.name, (outbound) => {
    if (held === null) pass(outbound);
    else if (held.length < heldMax) held.push(outbound);
    else hasMissed = true;
  });
  const end = (): void => {
    stop();
    for (const key of keys) outgoing.drop(key);
  };
  try {
    const { source } = channel;
    const replayed =
      source === null || since === null || since.epoch !== epoch
        ? null
        : await replay(source, { channel: channel.name, offset: since.offset }, system);
    // Also where the journal has what was missed: whose it is says the snapshot.
    const snapshot = await channel.snapshot();
    if (snapshot === null || hasMissed) {
      end();
      return { error: snapshot === null ? replyErrors.permissionDenied : replyErrors.tooManyRequests };
    }
    if (snapshot.offset !== null) hub.reached(channel.name, snapshot.offset);
    const recovered = replayed !== null && since !== null;
    reached = recovered ? (replayed.at(-1)?.offset ?? since.offset) : (snapshot.offset ?? -1);
    const position =
      source === null ? {} : { recoverable: true, epoch, offset: Math.max(0, recovered ? since.offset : reached) };
    return {
      subscription: { end },
      result: {
        ...position,
        data: snapshot.data,
        ...(since === null ? {} : { was_recovering: true, recovered }),
        ...(recovered ? { publications: replayed } : {}),
      },
      begin() {
        const waiting = held ?? [];
        held = null;
        for (const outbound of waiting) pass(outbound);
      },
    };
  } catch (error) {
    end();
    throw error;
  }
};

/** What a client has missed, oldest first; null where it is too much, or no longer there. */
const replay = async (
  { kind, id }: NonNullable<Channel['source']>,
  { channel, offset }: { readonly channel: string; readonly offset: number },
  system: SubscriptionNeeds['system'],
): Promise<readonly (WirePublication & { readonly offset: number })[] | null> => {
  const missed = await system.publicationsAfter(kind, id, channel, offset, replayedMax + 1);
  if (missed === null || missed.length > replayedMax) return null;
  let prev = offset;
  return missed.map((publication) => {
    const told = replayedPublication(publication, prev);
    prev = publication.offset;
    return told;
  });
};
