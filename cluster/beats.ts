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
}

const beatEveryMs = 1_000;
/** Two beats may get lost. */
const silentAfterMs = 2_500;
/** Whoever has been silent for so long is forgotten. */
const forgottenAfterMs = 60_000;

export class Beats {
  private readonly options: BeatsOptions;
  private readonly heard = new Map<string, { load: NodeLoad; at: number; isSilent: boolean }>();
  private readonly unsubscribe: () => void;
  private disarm: () => void = () => {};

  constructor(options: BeatsOptions) {
    this.options = options;
    const { nats, clock, prefix } = options;
    this.unsubscribe = nats.subscribe(`${prefix}.beat.*`, (data, subject) => {
      const from = subject.slice(subject.lastIndexOf('.') + 1);
      // Of another node of this cluster; of another version it may say more or less.
      const load = JSON.parse(Buffer.from(data).toString()) as NodeLoad;
      this.heard.set(from, { load, at: clock.now(), isSilent: false });
    });
    this.beat();
  }

  of(incarnation: string): Beat | null {
    const { self, load, clock } = this.options;
    if (incarnation === self) return { load: load(), ageMs: 0 };
    const heard = this.heard.get(incarnation);
    return heard === undefined ? null : { load: heard.load, ageMs: clock.now() - heard.at };
  }

  close(): void {
    this.disarm();
    this.unsubscribe();
  }

  private beat(): void {
    const { nats, clock, prefix, self, load, onSilence } = this.options;
    nats.publish(`${prefix}.beat.${self}`, Buffer.from(JSON.stringify(load())));
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
