/**
 * What a gateway hears of one channel, told to the subscriptions in order. Where publications may be lost
 * on their way, one that does not follow the last one waits until the journal has said what is missing.
 */

import type { ActorSystem, JournalPublication, Publication } from '#actors';
import type { Gate } from '../auth/gate.ts';
import type { Channel } from './channels.ts';
import { heldMax, replayedMax } from './limits.ts';
import { outboundOf } from './outbound.ts';
import type { Outbound } from './outbound.ts';

export interface Subscriber {
  readonly tell: (outbound: Outbound) => void;
  /** Something is missing that can not be told: the subscription is to begin again. */
  readonly lose: () => void;
}

export interface FeedNeeds {
  readonly system: Pick<ActorSystem, 'publicationsAfter'>;
  /** Whether publications may be lost on their way. */
  readonly mayLose: boolean;
  /** Lets few read the journal at once. */
  readonly gate: Gate;
  /** Owns what nobody waits for. */
  readonly own: (work: Promise<void>) => void;
}

export class Feed {
  readonly channel: Pick<Channel, 'name' | 'source'>;
  readonly subscribers = new Set<Subscriber>();
  readonly #needs: FeedNeeds;
  /** The newest offset that was told. */
  #told: number | null = null;
  /** Where the journal stood when somebody first asked: the publications before it are in the snapshots. */
  #base: number | null = null;
  /** Those that wait while the journal is read; null: it is not read. */
  #held: JournalPublication[] | null = null;
  #hasMissed = false;
  /** Something may be missing that the journal has not been asked about. */
  #isSuspect = false;

  constructor(channel: Feed['channel'], needs: FeedNeeds) {
    this.channel = channel;
    this.#needs = needs;
  }

  /** The newest offset of the channel; null where none was seen, or it has none. */
  get top(): number | null {
    return this.#told ?? this.#base;
  }

  /** A snapshot has reached that offset. */
  reached(offset: number): void {
    this.#base ??= offset;
    if (this.#isSuspect && this.#held === null) this.#needs.own(this.check());
  }

  receive(publication: Publication): void {
    if ('key' in publication) this.#tell(outboundOf(publication, null));
    else if (this.#held !== null) this.#hold(this.#held, publication);
    else if (this.#follows(publication)) this.#pass(publication);
    else this.#needs.own(this.#fill([publication]));
  }

  /** Asks the journal what is missing; nothing can be asked before the first snapshot, and it is then. */
  async check(): Promise<void> {
    this.#isSuspect = this.top === null || this.#held !== null;
    if (!this.#isSuspect) await this.#fill([]);
  }

  /** Offsets are those of events, of which not each is published: it may follow, and only the journal knows. */
  #follows({ offset }: JournalPublication): boolean {
    return !this.#needs.mayLose || this.top === null || offset <= this.top + 1;
  }

  #hold(held: JournalPublication[], publication: JournalPublication): void {
    if (held.length < heldMax) held.push(publication);
    else this.#hasMissed = true;
  }

  async #fill(waiting: JournalPublication[]): Promise<void> {
    const { source, name } = this.channel;
    const after = this.top;
    if (source === null || after === null) return;
    this.#held = waiting;
    let missing: readonly JournalPublication[] | null = null;
    try {
      missing = await this.#needs.gate.run(async () =>
        this.#needs.system.publicationsAfter(source.kind, source.id, name, after, replayedMax + 1),
      );
    } finally {
      // Where the journal is away the clients come again until it is back.
      this.#goOn(waiting, missing);
    }
    if (this.#isSuspect) await this.check();
  }

  #goOn(waiting: readonly JournalPublication[], missing: readonly JournalPublication[] | null): void {
    this.#held = null;
    if (missing === null || missing.length > replayedMax || this.#hasMissed) {
      this.#hasMissed = false;
      this.#told = Math.max(this.top ?? 0, waiting.at(-1)?.offset ?? 0);
      for (const subscriber of this.subscribers) subscriber.lose();
      return;
    }
    for (const publication of missing) this.#pass(publication);
    const [first, ...later] = waiting;
    if (first !== undefined) this.#pass(first);
    // Between these, too, something may be missing.
    for (const publication of later) this.receive(publication);
  }

  #pass(publication: JournalPublication): void {
    // A publication that comes twice is told once.
    if (this.#told !== null && publication.offset <= this.#told) return;
    const outbound = outboundOf(publication, this.top);
    this.#told = publication.offset;
    this.#tell(outbound);
  }

  #tell(outbound: Outbound): void {
    for (const subscriber of this.subscribers) subscriber.tell(outbound);
  }
}
