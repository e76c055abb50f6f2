/** Hands the publications of actors to the subscriptions of their channels; each is encoded once for all. */

import { pause } from '#actors';
import { Gate } from '../auth/gate.ts';
import type { Gateway } from '../gateway.ts';
import { sysChannelName } from './channels.ts';
import { Feed } from './feed.ts';
import type { FeedNeeds, Subscriber } from './feed.ts';
import { channelsMax, lookedUpAtOnce, toldAtOnce, toldEveryMs } from './limits.ts';

type HubNeeds = {
  readonly parts: Pick<Gateway['parts'], 'publications' | 'system' | 'clock'>;
  readonly background: Pick<Gateway['background'], 'own'>;
};

interface Open {
  readonly feed: Feed;
  /** Ends the watch of the source. */
  readonly end: () => void;
}

export class Hub {
  /** Whether publications may be lost on their way. */
  readonly mayLose: boolean;
  readonly #needs: HubNeeds;
  readonly #feedNeeds: FeedNeeds;
  readonly #channels = new Map<string, Open>();
  readonly #endInterruptions: () => void;
  readonly #closing = new AbortController();
  #isLooking = false;
  #isSuspect = false;

  constructor(needs: HubNeeds) {
    const { publications, system } = needs.parts;
    this.#needs = needs;
    this.mayLose = publications.onInterrupted !== undefined;
    this.#feedNeeds = {
      system,
      mayLose: this.mayLose,
      gate: new Gate('the journal to be read', { runningMax: lookedUpAtOnce, waitingMax: channelsMax }),
      own: (work) => this.#own(work),
    };
    this.#endInterruptions = publications.onInterrupted?.(() => this.#interrupted()) ?? (() => undefined);
  }

  /** The newest offset of a channel that somebody watches; null where none was seen, or it has none. */
  top(channel: string): number | null {
    return this.#channels.get(channel)?.feed.top ?? null;
  }

  /** A snapshot of a channel that somebody watches has reached that offset. */
  reached(channel: string, offset: number): void {
    this.#channels.get(channel)?.feed.reached(offset);
  }

  /** Publications of a channel from now on; the returned function ends it. */
  subscribe(channel: Feed['channel'], subscriber: Subscriber): () => void {
    const { feed, end } = this.#channels.get(channel.name) ?? this.#open(channel);
    feed.subscribers.add(subscriber);
    return () => {
      if (!feed.subscribers.delete(subscriber) || feed.subscribers.size > 0) return;
      this.#channels.delete(channel.name);
      end();
    };
  }

  close(): void {
    this.#endInterruptions();
    this.#closing.abort();
  }

  #open(channel: Feed['channel']): Open {
    const feed = new Feed(channel, this.#feedNeeds);
    const end = this.#needs.parts.publications.subscribe(channel.name, (publication) => feed.receive(publication));
    const open = { feed, end };
    this.#channels.set(channel.name, open);
    return open;
  }

  #interrupted(): void {
    this.#isSuspect = true;
    if (!this.#isLooking) this.#own(this.#lookAgain());
  }

  /** Every channel with a journal asks it once; of the others the clients ask for the newest state. */
  async #lookAgain(): Promise<void> {
    this.#isLooking = true;
    try {
      while (this.#isSuspect && !this.#closing.signal.aborted) {
        this.#isSuspect = false;
        const feeds = [...this.#channels.values()].map(({ feed }) => feed);
        const [kept, passing] = [feeds.filter(hasJournal), feeds.filter((feed) => !hasJournal(feed))];
        await Promise.all([...inTurns(kept, (feed) => this.#check(feed)), this.#beginAgain(passing)]);
      }
    } finally {
      this.#isLooking = false;
    }
  }

  /** One that fails tells its own subscriptions, and keeps no other from being asked. */
  async #check(feed: Feed): Promise<void> {
    const checked = feed.check();
    this.#own(checked);
    await checked.catch(() => undefined); // told of by whoever owns it
  }

  /** Some at a time: each asks for a snapshot. */
  async #beginAgain(feeds: readonly Feed[]): Promise<void> {
    let told = 0;
    for (const { channel, subscribers } of feeds) {
      // Made here: nothing of it is ever on the way.
      if (channel.name === sysChannelName) continue;
      // Those that come again meanwhile have the newest state.
      const before = [...subscribers];
      for (const subscriber of before) {
        subscriber.lose();
        told++;
        if (told % toldAtOnce === 0) await pause(this.#needs.parts.clock, toldEveryMs, this.#closing.signal);
      }
    }
  }

  #own(work: Promise<void>): void {
    this.#needs.background.own(work, 'What is missing of a channel could not be read.');
  }
}

const hasJournal = ({ channel }: Feed): boolean => channel.source !== null;

/** As many at a time as may read the journal: the rest would only wait there, behind those that publications wait for. */
const inTurns = (feeds: readonly Feed[], act: (feed: Feed) => Promise<void>): readonly Promise<void>[] => {
  const rest = feeds.values();
  return Array.from({ length: lookedUpAtOnce / 2 }, async () => {
    for (const feed of rest) await act(feed);
  });
};
