/**
 * A page of one shard on its way to the server. One message at a time: the next one goes when the server has this one,
 * so that the stream has them in their order whatever is lost, sent twice or refused in between. Shards go side by side.
 */

import type { FedEvent, ShardPage } from '#kernel';
import type { Streams } from '../nats-streams.ts';
import type { DeadMessages } from './dead-messages.ts';
import type { EventMapping, OutgoingMessage } from './event-publisher.ts';
import type { Origins } from './origins.ts';

interface ShardRunNeeds<Origin> {
  readonly streams: Streams;
  readonly mapping: EventMapping<Origin>;
  readonly origins: Origins<Origin>;
  readonly dead: DeadMessages<Origin>;
  readonly signal: AbortSignal;
}

export class ShardRun<Origin> {
  readonly shard: number;
  /** The place up to which everything is stored, or put aside. */
  reached: number;
  published = 0;
  duplicates = 0;
  refused = 0;
  /** Why it has stopped before the end of the page. */
  unanswered: string | null = null;
  readonly #page: ShardPage;
  readonly #needs: ShardRunNeeds<Origin>;

  constructor(page: ShardPage, needs: ShardRunNeeds<Origin>) {
    this.#page = page;
    this.#needs = needs;
    this.shard = page.shard;
    this.reached = (page.events[0]?.shardSeq ?? page.until + 1) - 1;
  }

  async finish(epoch: string): Promise<void> {
    const { events, until } = this.#page;
    for (const event of events) {
      this.reached = event.shardSeq - 1;
      if (!(await this.#tell(event, epoch))) return;
    }
    this.reached = until;
  }

  /** False: it is not known to be stored. */
  async #tell(event: FedEvent, epoch: string): Promise<boolean> {
    const { mapping, origins, dead } = this.#needs;
    let messages: readonly OutgoingMessage[];
    try {
      messages = mapping.messagesOf(event, origins.get(event.address), epoch);
    } catch (error) {
      const reason = `it can not be read: ${error instanceof Error ? error.message : String(error)}`;
      this.refused++;
      dead.add({ event, part: 0, name: event.type, id: `${epoch}:${event.shard}:${event.shardSeq}`, reason });
      return true;
    }
    for (const [part, message] of messages.entries()) {
      if (!(await this.#publish(event, message, part))) return false;
    }
    return true;
  }

  async #publish(event: FedEvent, { subject, text, id, name }: OutgoingMessage, part: number): Promise<boolean> {
    const { streams, dead, signal } = this.#needs;
    if (signal.aborted) return false;
    const outcome = await streams.publish(subject, encoder.encode(text), id);
    switch (outcome.type) {
      case 'stored':
        this.published++;
        if (outcome.isDuplicate) this.duplicates++;
        return true;
      case 'refused':
        this.refused++;
        dead.add({ event, part, name, id, reason: outcome.reason });
        return true;
      case 'unanswered':
        this.unanswered = outcome.reason;
        return false;
    }
  }
}

const encoder = new TextEncoder();
