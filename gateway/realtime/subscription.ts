/**
 * One subscription of a socket: a snapshot, or what was missed since, and then whatever comes, with
 * nothing lost or told twice in between. It listens first, holds what comes, asks for the snapshot,
 * and passes on what the snapshot does not contain.
 */

import type { ActorSystem, JournalPublication } from '#actors';
import type { Channel } from './channels.ts';
import type { Hub } from './hub.ts';
import { heldMax, replayedMax } from './limits.ts';
import { outboundOf, replayedPublication } from './outbound.ts';
import type { Outbound } from './outbound.ts';
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
  /** After it has begun: something is missing that can not be told. */
  readonly onLost: () => void;
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
  { hub, outgoing, system, epoch, onLost }: SubscriptionNeeds,
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
  const stop = hub.subscribe(channel, {
    tell(outbound) {
      if (held === null) pass(outbound);
      else if (held.length < heldMax) held.push(outbound);
      else hasMissed = true;
    },
    lose() {
      if (held === null) onLost();
      else hasMissed = true;
    },
  });
  const end = (): void => {
    stop();
    for (const key of keys) outgoing.drop(key);
  };
  try {
    const { source } = channel;
    const publicationsAfter = async (offset: number): Promise<readonly JournalPublication[] | null> =>
      source === null ? null : await replay(source, { channel: channel.name, offset }, system);
    // Also where the journal has what was missed: whose it is says the snapshot.
    const snapshot = await channel.snapshot();
    const replayed =
      snapshot === null || since === null || since.epoch !== epoch ? null : await publicationsAfter(since.offset);
    if (snapshot === null) {
      end();
      return { error: replyErrors.permissionDenied };
    }
    if (snapshot.offset !== null) hub.reached(channel.name, snapshot.offset);
    const recovered = replayed !== null && since !== null;
    reached = recovered ? (replayed.at(-1)?.offset ?? since.offset) : (snapshot.offset ?? -1);
    // What came meanwhile need not be all that was published.
    const covered = Math.max(reached, snapshot.offset ?? -1);
    const isAhead = hub.mayLose && source !== null && (hub.top(channel.name) ?? -1) > covered;
    const between = isAhead ? await publicationsAfter(covered) : [];
    if (hasMissed || between === null) {
      end();
      return { error: replyErrors.tooManyRequests };
    }
    const position =
      source === null ? {} : { recoverable: true, epoch, offset: Math.max(0, recovered ? since.offset : reached) };
    return {
      subscription: { end },
      result: {
        ...position,
        data: snapshot.data,
        ...(since === null ? {} : { was_recovering: true, recovered }),
        ...(recovered ? { publications: onWireAfter(since.offset, replayed) } : {}),
      },
      begin() {
        const waiting = held ?? [];
        held = null;
        if (hasMissed) {
          onLost();
          return;
        }
        for (const publication of between) pass(outboundOf(publication, reached));
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
): Promise<readonly JournalPublication[] | null> => {
  const missed = await system.publicationsAfter(kind, id, channel, offset, replayedMax + 1);
  return missed === null || missed.length > replayedMax ? null : missed;
};

const onWireAfter = (offset: number, publications: readonly JournalPublication[]): readonly WirePublication[] => {
  let prev = offset;
  return publications.map((publication) => {
    const told = replayedPublication(publication, prev);
    prev = publication.offset;
    return told;
  });
};
