/** What nodes tell of themselves every second: hints, of which nothing depends. */

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
  /** A node that was heard is not heard any more. */
  readonly onSilence: (incarnation: string) => void;
  /** What it has published, or this node should have heard, may be lost. */
  readonly onInterrupted: () => void;
}

const beatEveryMs = 1_000;
/** Two beats may get lost. */
const silentAfterMs = 2_500;
/** Whoever has been silent for so long is forgotten. */
const forgottenAfterMs = 60_000;

export class Beats {
  private readonly options: BeatsOptions;
  private readonly heard = new Map<string, { message: BeatMessage; at: number; isSilent: boolean }>();
  private interruptions = 0;
  private readonly unsubscribe: () => void;
  private disarm: () => void = () => {};

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
  }

  of(incarnation: string): Beat | null {
    const { self, load, clock } = this.options;
    if (incarnation === self) return { load: load(), ageMs: 0 };
    const heard = this.heard.get(incarnation);
    return heard === undefined ? null : { load: heard.message.load, ageMs: clock.now() - heard.at };
  }

  close(): void {
    this.disarm();
    this.unsubscribe();
  }

  private beat(): void {
    const { nats, clock, prefix, self, load, onSilence } = this.options;
    nats.publish(
      `${prefix}.beat.${self}`,
      Buffer.from(JSON.stringify({ load: load(), interruptions: this.interruptions } satisfies BeatMessage)),
    );
    const now = clock.now();
    for (const [incarnation, heard] of this.heard) {
      if (now - heard.at > forgottenAfterMs) this.heard.delete(incarnation);
      else if (now - heard.at > silentAfterMs && !heard.isSilent) {
        heard.isSilent = true;
        onSilence(incarnation);
      }
    }
    this.disarm = clock.at(now + beatEveryMs, () => {
      this.beat();
    });
  }
}
