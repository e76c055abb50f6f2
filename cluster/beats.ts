/** What nodes tell of themselves every second, or less often where there are many: hints, of which nothing depends. */

import type { Clock } from '#kernel';
import type { Nats } from './nats.ts';

/** How much a node has to do. */
export interface NodeLoad {
  readonly actors: number;
  readonly mailboxMessages: number;
  /** Of its cores, 0 to 1, over the last second. */
  readonly cpu: number;
  readonly memoryBytes: number;
  readonly shards: number;
  readonly backtestsRunning: number;
}

/** What a beat is on the wire. */
interface BeatMessage {
  readonly load: NodeLoad;
  /** How often the node's connection has been interrupted: what it published meanwhile is lost. */
  readonly interruptions: number;
  /** When the next one is to be expected. Of a version that does not say so: a second later. */
  readonly nextMs?: number;
}

export interface Beat {
  readonly load: NodeLoad;
  /** Milliseconds since it was heard. */
  readonly ageMs: number;
}

export interface BeatsOptions {
  readonly nats: Nats;
  readonly clock: Clock;
  readonly prefix: string;
  readonly self: string;
  readonly load: () => NodeLoad;
  /** How many there are: all of them beat to all others. */
  readonly nodes: () => number;
  /** A node that was heard is not heard any more. */
  readonly onSilence: (incarnation: string) => void;
  /** What it has published, or this node should have heard, may be lost. */
  readonly onInterrupted: () => void;
}

const beatEveryMs = 1_000;
/** That each node hears: where there are more nodes, each beats less often. */
const beatsPerSecondMax = 100;
/** Two beats may get lost. */
const silentAfterBeats = 2.5;
/** Whoever has been silent for so long is forgotten. */
const forgottenAfterBeats = 60;

export class Beats {
  private readonly options: BeatsOptions;
  private readonly heard = new Map<string, { message: BeatMessage; at: number; isSilent: boolean }>();
  private interruptions = 0;
  private readonly unsubscribe: () => void;
  private disarmBeat: () => void = () => {};
  private disarmListening: () => void = () => {};

  constructor(options: BeatsOptions) {
    this.options = options;
    const { nats, clock, prefix, onInterrupted } = options;
    nats.onChange((isConnected) => {
      if (!isConnected) return;
      this.interruptions++;
      onInterrupted();
    });
    this.unsubscribe = nats.subscribe(`${prefix}.beat.*`, (data, subject) => {
      const from = subject.slice(subject.lastIndexOf('.') + 1);
      // Of another node of this cluster; of another version it may say more or less.
      const message = JSON.parse(Buffer.from(data).toString()) as BeatMessage;
      const before = this.heard.get(from);
      this.heard.set(from, { message, at: clock.now(), isSilent: false });
      if (before !== undefined && before.message.interruptions !== message.interruptions) onInterrupted();
    });
    this.beat();
    this.listen();
  }

  of(incarnation: string): Beat | null {
    const { self, load, clock } = this.options;
    if (incarnation === self) return { load: load(), ageMs: 0 };
    const heard = this.heard.get(incarnation);
    return heard === undefined ? null : { load: heard.message.load, ageMs: clock.now() - heard.at };
  }

  close(): void {
    this.disarmBeat();
    this.disarmListening();
    this.unsubscribe();
  }

  private beat(): void {
    const { nats, clock, prefix, self, load, nodes } = this.options;
    const now = clock.now();
    const nextMs = Math.max(beatEveryMs, (nodes() * 1_000) / beatsPerSecondMax);
    const message: BeatMessage = { load: load(), interruptions: this.interruptions, nextMs };
    nats.publish(`${prefix}.beat.${self}`, Buffer.from(JSON.stringify(message)));
    this.disarmBeat = clock.at(now + nextMs, () => this.beat());
  }

  private listen(): void {
    const { clock, onSilence } = this.options;
    const now = clock.now();
    for (const [incarnation, heard] of this.heard) {
      const missed = (now - heard.at) / (heard.message.nextMs ?? beatEveryMs);
      if (missed > forgottenAfterBeats) this.heard.delete(incarnation);
      else if (missed > silentAfterBeats && !heard.isSilent) {
        heard.isSilent = true;
        onSilence(incarnation);
      }
    }
    this.disarmListening = clock.at(now + beatEveryMs, () => this.listen());
  }
}
