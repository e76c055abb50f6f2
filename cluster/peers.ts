/** The links of this node to all others: one for each run of a program that it talks to. */

import type { Clock } from '#kernel';
import type { ReportCluster } from './cluster-event.ts';
import type { Frame } from './frame.ts';
import { Link, messageBytesUsual } from './link.ts';
import type { Nats } from './nats.ts';

export interface PeersOptions {
  readonly nats: Nats;
  readonly clock: Clock;
  /** Before every subject, so that clusters may share a server. */
  readonly prefix: string;
  readonly self: string;
  readonly receive: (from: string, frame: Frame) => void;
  /** Whether that run has ended: nothing more is taken from it, nor said to it. */
  readonly isGone: (incarnation: string) => boolean;
  /** As people call it. */
  readonly nameOf: (incarnation: string) => string;
  readonly report: ReportCluster;
}

export interface LinkView {
  readonly incarnation: string;
  readonly backlogBytes: number;
  readonly isStalled: boolean;
}

export class Peers {
  private readonly options: PeersOptions;
  private readonly links = new Map<string, Link>();
  private readonly stalled = new Set<string>();
  private readonly unsubscribe: () => void;

  constructor(options: PeersOptions) {
    this.options = options;
    const { nats, prefix, self } = options;
    this.unsubscribe = nats.subscribe(`${prefix}.link.${self}.*`, (data, subject) => {
      const from = subject.slice(subject.lastIndexOf('.') + 1);
      if (options.isGone(from)) return;
      this.link(from).hear(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    });
    nats.onChange((isConnected) => {
      options.report({ type: isConnected ? 'nats-back' : 'nats-lost' });
      if (isConnected) for (const link of this.links.values()) link.reconnected();
    });
  }

  /** The link to a run of a program, made when there is none yet. */
  link(incarnation: string): Link {
    let link = this.links.get(incarnation);
    if (link === undefined) this.links.set(incarnation, (link = this.open(incarnation)));
    return link;
  }

  /** That run has ended. */
  forget(incarnation: string): void {
    this.links.get(incarnation)?.close();
    this.links.delete(incarnation);
    this.stalled.delete(incarnation);
  }

  views(): readonly LinkView[] {
    return [...this.links].map(([incarnation, { backlogBytes }]) => ({
      incarnation,
      backlogBytes,
      isStalled: this.stalled.has(incarnation),
    }));
  }

  close(): void {
    for (const link of this.links.values()) link.flush();
    this.unsubscribe();
    for (const link of this.links.values()) link.close();
    this.links.clear();
  }

  private open(incarnation: string): Link {
    const { nats, clock, prefix, self, receive, nameOf, report } = this.options;
    const subject = `${prefix}.link.${incarnation}.${self}`;
    const link = new Link({
      clock,
      messageBytesMax: Math.min(messageBytesUsual, nats.payloadBytesMax),
      send: (message) => {
        nats.publish(subject, message);
      },
      receive: (frame) => {
        receive(incarnation, frame);
      },
      onStall: (isStalled) => {
        if (isStalled) this.stalled.add(incarnation);
        else this.stalled.delete(incarnation);
        const node = nameOf(incarnation);
        report(
          isStalled
            ? { type: 'link-stalled', node, backlogBytes: link.backlogBytes }
            : { type: 'link-recovered', node },
        );
      },
    });
    return link;
  }
}
