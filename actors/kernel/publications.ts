/** What an actor has published, made again from its events. */

import type { AnyKind } from './actor-kind.ts';
import type { ActorAddress } from './command.ts';
import type { Journal } from './journal.ts';
import type { JournalPublication } from './publication.ts';
import { fromStored } from './stored-event.ts';

interface PublicationsQuery {
  readonly address: ActorAddress;
  readonly channel: string;
  /** Only what comes after it. */
  readonly offset: number;
  readonly limit: number;
}

/** Events in one read, and looked through before a watcher had better start from a snapshot. */
const pageEvents = 500;
const eventsMax = 10_000;

/** Null when more events would have to be looked through than is worth it. */
export const publicationsAfter = async (
  journal: Journal,
  kind: AnyKind,
  { address, channel, offset, limit }: PublicationsQuery,
): Promise<readonly JournalPublication[] | null> => {
  const found: JournalPublication[] = [];
  let afterSeq = offset;
  for (let looked = 0; looked < eventsMax; looked += pageEvents) {
    const events = await journal.read(address, afterSeq, pageEvents);
    for (const stored of events) {
      const event = fromStored(kind, stored);
      if (event === null || kind.publish === undefined) continue;
      for (const publication of kind.publish(event, address.id)) {
        if (publication.channel !== channel) continue;
        found.push({ channel, offset: stored.seq, at: stored.at, data: publication.data });
        if (found.length === limit) return found;
      }
    }
    const last = events.at(-1);
    if (last === undefined || events.length < pageEvents) return found;
    afterSeq = last.seq;
  }
  return null;
};
