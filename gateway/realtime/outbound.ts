/** A publication on its way to one or many sockets. */

import type { JournalPublication, Publication } from '#actors';
import { onWire } from '../wire.ts';
import type { LazyText } from './outgoing.ts';
import { pushText } from './protocol.ts';

export interface Outbound {
  readonly channel: string;
  /** null: volatile. */
  readonly offset: number | null;
  /** Of publications with one key only the latest matters; null: each one does. */
  readonly key: string | null;
  readonly text: LazyText;
}

/** `before`: the offset before it on the channel; null: not known, or it has none. */
export const outboundOf = (publication: Publication, before: number | null): Outbound => {
  let text: string | null = null;
  const isVolatile = 'key' in publication;
  const prev = isVolatile || before === null ? null : Math.min(before, publication.offset - 1);
  return {
    channel: publication.channel,
    offset: isVolatile ? null : publication.offset,
    key: isVolatile ? publication.key : null,
    text: () =>
      (text ??= pushText(publication.channel, {
        data: onWire(publication.data),
        ...(isVolatile
          ? {}
          : { offset: publication.offset, ...(prev === null ? {} : { tags: { prev: String(prev) } }) }),
      })),
  };
};

/** A publication read from the journal again, and the offset before it. */
export const replayedPublication = (publication: JournalPublication, prev: number) => ({
  data: onWire(publication.data),
  offset: publication.offset,
  tags: { prev: String(prev) },
});
