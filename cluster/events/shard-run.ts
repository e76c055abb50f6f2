/**
 * A page of one shard on its way to the server, in batches. More than one message is under way only where they come in
 * their order on one connection to one server: whatever is lost, then, is lost from some message on. Everywhere else
 * the next one goes when the server has this one. Shards go side by side.
 */

import type { FedEvent, ShardPage } from '#kernel';
import type { PublishOutcome, Streams } from '../nats-streams.ts';
import type { DeadMessages } from './dead-messages.ts';
import type { EventMapping } from './event-publisher.ts';
import type { Origins } from './origins.ts';

interface ShardRunNeeds<Origin> {
  readonly streams: Streams;
  readonly mapping: EventMapping<Origin>;
  readonly origins: Origins<Origin>;
  readonly dead: DeadMessages<Origin>;
  readonly signal: AbortSignal;
  readonly stream: string;
  /** Messages, where their order is kept; at least 1. */
  readonly underWayMax: number;
}

/** A part of what is to be said of an event. */
interface Outgoing {
  readonly event: FedEvent;
  readonly part: number;
  readonly name: string;
  readonly id: string;
  /** Where it can't be read: why. */
  readonly content: { readonly subject: string; readonly data: Uint8Array } | { readonly unreadable: string };
}

interface Answered {
  readonly outgoing: Outgoing;
  readonly outcome: PublishOutcome;
}

/** Published in one turn of the event loop. */
type Batch = Promise<readonly Answered[]>;

/** The next ones are made while the server stores these. */
const batchesUnderWay = 4;
/** Of a batch, in the client's memory, beside a message that is larger by itself. */
const batchBytesMax = 64 * 1024;

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
  readonly #underWay: Batch[] = [];
  /** On which they are under way. */
  #way: string | null = null;

  constructor(page: ShardPage, needs: ShardRunNeeds<Origin>) {
    this.#page = page;
    this.#needs = needs;
    this.shard = page.shard;
    this.reached = (page.events[0]?.shardSeq ?? page.until + 1) - 1;
  }

  async finish(epoch: string): Promise<void> {
    const { events, until } = this.#page;
    let gathered: Outgoing[] = [];
    let bytes = 0;
    for (const event of events) {
      for (const outgoing of this.#outgoingOf(event, epoch)) {
        gathered.push(outgoing);
        if ('data' in outgoing.content) bytes += outgoing.content.data.length;
        if (gathered.length < this.#batchMax() && bytes < batchBytesMax) continue;
        if (!(await this.#send(gathered))) return;
        gathered = [];
        bytes = 0;
      }
    }
    if (!(await this.#send(gathered)) || !(await this.#settle(0))) return;
    this.reached = until;
  }

  #batchMax(): number {
    const { streams, stream, underWayMax } = this.#needs;
    return streams.orderedWay(stream) === null ? 1 : Math.ceil(underWayMax / batchesUnderWay);
  }

  #outgoingOf(event: FedEvent, epoch: string): readonly Outgoing[] {
    const { mapping, origins } = this.#needs;
    try {
      const messages = mapping.messagesOf(event, origins.get(event.address), epoch);
      return messages.map(({ name, id, subject, text }, part) => {
        return { event, part, name, id, content: { subject, data: encoder.encode(text) } };
      });
    } catch (error) {
      const unreadable = `it can not be read: ${error instanceof Error ? error.message : String(error)}`;
      const id = `${epoch}:${event.shard}:${event.shardSeq}`;
      return [{ event, part: 0, name: event.type, id, content: { unreadable } }];
    }
  }

  /** False: something before them is not known to be stored. */
  async #send(gathered: readonly Outgoing[]): Promise<boolean> {
    const { streams, stream } = this.#needs;
    if (!(await this.#settle(batchesUnderWay - 1))) return false;
    const way = streams.orderedWay(stream);
    // What is under way on another connection may be lost, and would come after these.
    if (way === null || way !== this.#way) {
      if (!(await this.#settle(0))) return false;
      this.#way = streams.orderedWay(stream);
    }
    if (this.#way !== null) return this.#begin(gathered);
    for (const outgoing of gathered) if (!(await this.#begin([outgoing])) || !(await this.#settle(0))) return false;
    return true;
  }

  async #begin(gathered: readonly Outgoing[]): Promise<boolean> {
    if (this.#needs.signal.aborted) {
      await this.#settle(0);
      return false;
    }
    this.#underWay.push(
      Promise.all(gathered.map(async (outgoing) => ({ outgoing, outcome: await this.#publish(outgoing) }))),
    );
    return true;
  }

  /** Waits until only so many batches are under way. False: from some message on, they are not known to be stored. */
  async #settle(batchesMax: number): Promise<boolean> {
    while (this.#underWay.length > batchesMax) {
      for (const { outgoing, outcome } of (await this.#underWay.shift()) ?? []) {
        this.reached = outgoing.event.shardSeq - 1;
        if (outcome.type === 'unanswered') {
          this.unanswered = outcome.reason;
          // Those after it are published again with it.
          await Promise.all(this.#underWay.splice(0));
          return false;
        }
        this.#note(outgoing, outcome);
      }
    }
    return true;
  }

  #publish({ id, content }: Outgoing): Promise<PublishOutcome> {
    if ('unreadable' in content) return Promise.resolve({ type: 'refused', reason: content.unreadable });
    return this.#needs.streams.publish(content.subject, content.data, id);
  }

  #note({ event, part, name, id }: Outgoing, outcome: Exclude<PublishOutcome, { type: 'unanswered' }>): void {
    if (outcome.type === 'refused') {
      this.refused++;
      this.#needs.dead.add({ event, part, name, id, reason: outcome.reason });
    } else {
      this.published++;
      if (outcome.isDuplicate) this.duplicates++;
    }
  }
}

const encoder = new TextEncoder();
