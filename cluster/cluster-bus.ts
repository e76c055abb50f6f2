/** Publications of all nodes: told to those who listen here, and sent to the nodes on which somebody listens. */

import { LocalBus, familyOf } from '#kernel';
import type { Bus, Publication, PublicationListener } from '#kernel';
import type { Nats } from './nats.ts';

export interface ClusterBusOptions {
  readonly nats: Nats;
  readonly prefix: string;
}

export class ClusterBus implements Bus {
  private readonly options: ClusterBusOptions;
  /** What this node publishes, and what others publish on channels that somebody here listens to. */
  private readonly local = new LocalBus();
  /** What this node publishes alone: of families every other node is heard itself. */
  private readonly own = new LocalBus();
  private readonly interruptionListeners = new Set<() => void>();
  /** Channels that somebody here listens to. */
  private readonly channels = new Map<string, { listeners: number; readonly unsubscribe: () => void }>();

  constructor(options: ClusterBusOptions) {
    this.options = options;
  }

  onInterrupted(listener: () => void): () => void {
    this.interruptionListeners.add(listener);
    return () => {
      this.interruptionListeners.delete(listener);
    };
  }

  /** Some publications may not have come, or not have gone. */
  interrupted(): void {
    for (const tell of this.interruptionListeners) tell();
  }

  publish(publication: Publication): void {
    this.local.publish(publication);
    this.own.publish(publication);
    this.options.nats.publish(this.subjectOf(publication.channel), Buffer.from(JSON.stringify(publication)));
  }

  subscribe(channel: string, listener: PublicationListener): () => void {
    const stopLocal = this.local.subscribe(channel, listener);
    const of = this.channels.get(channel) ?? this.open(channel);
    of.listeners++;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      stopLocal();
      of.listeners--;
      if (of.listeners > 0) return;
      of.unsubscribe();
      this.channels.delete(channel);
    };
  }

  subscribeFamily(family: string, listener: PublicationListener): () => void {
    const stopLocal = this.own.subscribeFamily(family, listener);
    const { nats, prefix } = this.options;
    const stop = nats.subscribe(`${prefix}.pub.${family}.*`, (data) => {
      listener(publicationOf(data));
    });
    return () => {
      stopLocal();
      stop();
    };
  }

  /** Channels hold what subjects may not. */
  private subjectOf(channel: string): string {
    return `${this.options.prefix}.pub.${familyOf(channel)}.${Buffer.from(channel).toString('base64url')}`;
  }

  private open(channel: string) {
    const unsubscribe = this.options.nats.subscribe(this.subjectOf(channel), (data) => {
      this.local.publish(publicationOf(data));
    });
    const opened = { listeners: 0, unsubscribe };
    this.channels.set(channel, opened);
    return opened;
  }
}

/** Written by `publish` of another node. */
const publicationOf = (data: Uint8Array): Publication => JSON.parse(Buffer.from(data).toString()) as Publication;
