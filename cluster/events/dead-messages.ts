/** What the server has refused: kept in the journal's database, and sent again when an operator asks for it. */

import { Outage } from '#kernel';
import type { Clock, DeadLetter, EventFeed, FedEvent, MessagePlace } from '#kernel';
import type { Streams } from '../nats-streams.ts';
import type { EventMapping, PublishingEvent } from './event-publisher.ts';
import { Origins } from './origins.ts';

interface DeadMessagesNeeds<Origin> {
  readonly feed: EventFeed;
  readonly mapping: EventMapping<Origin>;
  readonly clock: Clock;
  readonly streams: Streams;
  readonly report: (event: PublishingEvent) => void;
}

interface Refused {
  readonly event: FedEvent;
  readonly part: number;
  readonly name: string;
  readonly id: string;
  readonly reason: string;
}

/** Letters in all: some ten megabytes. With more of them it is the stream that is at fault, and it is waited for. */
const lettersMax = 50_000;
/** Sent again at once. */
const resentAtOnce = 100;

export class DeadMessages<Origin> {
  readonly #needs: DeadMessagesNeeds<Origin>;
  /** Refused in this step. */
  #refused: Refused[] = [];
  #askedFor: readonly DeadLetter[] = [];
  /** null: to be counted. */
  #count: number | null = null;

  constructor(needs: DeadMessagesNeeds<Origin>) {
    this.#needs = needs;
  }

  /** For a new run: everything is read again. */
  forget(): void {
    this.#refused = [];
    this.#askedFor = [];
    this.#count = null;
  }

  async look(shards: readonly number[]): Promise<void> {
    this.#count = null;
    this.#askedFor = await this.#needs.feed.askedFor(shards, resentAtOnce);
  }

  /** Rejects with `storage-away` when there are so many that something else is wrong. */
  async mustHaveRoom(): Promise<void> {
    this.#count ??= await this.#needs.feed.buried();
    if (this.#count >= lettersMax) {
      throw new Outage('storage-away', `${this.#count} messages were refused: the stream is to be set right`);
    }
  }

  add(refused: Refused): void {
    this.#refused.push(refused);
  }

  /** Resolves when what was added is kept. */
  async store(): Promise<void> {
    const refused = this.#refused;
    if (refused.length === 0) return;
    this.#refused = [];
    const { feed, clock, report } = this.#needs;
    const at = clock.now();
    await feed.bury(
      refused.map(({ event: { shard, shardSeq, address }, part, name, reason }) => {
        return { shard, shardSeq, part, name, actor: address, reason, at, isAskedFor: false };
      }),
    );
    if (this.#count !== null) this.#count += refused.length;
    for (const { id, name, reason } of refused) report({ type: 'message-refused', id, name, reason });
  }

  /** Sends what was asked for, made from the journal again. False when there was nothing. */
  async resend(epoch: string, signal: AbortSignal): Promise<boolean> {
    const letters = this.#askedFor;
    if (letters.length === 0) return false;
    this.#askedFor = [];
    const { feed, mapping } = this.#needs;
    const events = await feed.at(letters);
    const origins = await Origins.of(feed, mapping, events);
    const byPlace = new Map(events.map((event) => [placeOf(event), event]));
    const told: MessagePlace[] = [];
    for (const letter of letters) {
      const event = byPlace.get(placeOf(letter));
      if (event === undefined || signal.aborted) continue;
      if (await this.#sendAgain(letter, event, origins.get(event.address), epoch)) told.push(letter);
    }
    await this.store();
    if (told.length > 0) await feed.unbury(told);
    this.#count = null;
    return true;
  }

  async #sendAgain(
    { part, name: known }: DeadLetter,
    event: FedEvent,
    origin: Origin | null,
    epoch: string,
  ): Promise<boolean> {
    const { mapping, streams } = this.#needs;
    const id = `${epoch}:${event.shard}:${event.shardSeq}`;
    try {
      // One that could not be read may be several by now.
      const messages = mapping.messagesOf(event, origin, epoch);
      const wanted = known === event.type ? messages : messages.slice(part, part + 1);
      for (const { subject, text, id: messageId, name } of wanted) {
        const outcome = await streams.publish(subject, new TextEncoder().encode(text), messageId);
        if (outcome.type === 'unanswered') throw new Outage('storage-away', outcome.reason);
        if (outcome.type === 'refused') {
          this.add({ event, part, name, id: messageId, reason: outcome.reason });
          return false;
        }
      }
      return true;
    } catch (error) {
      if (error instanceof Outage) throw error;
      const reason = `it can not be read: ${error instanceof Error ? error.message : String(error)}`;
      this.add({ event, part, name: event.type, id, reason });
      return false;
    }
  }
}

const placeOf = ({ shard, shardSeq }: { readonly shard: number; readonly shardSeq: number }): string =>
  `${shard}:${shardSeq}`;
