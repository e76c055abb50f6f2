/**
 * A way to a server that tests disturb: cut, made to lose or to keep what goes in one direction, or made slow. What
 * is kept goes on later, as TCP sends again what a network has dropped.
 */

import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export type Direction = 'requests' | 'answers';

export interface Way {
  /** The server's address by this way. */
  readonly url: string;
  /** From now on what goes in this direction is lost, and nobody is told. */
  readonly lose: (direction: Direction) => void;
  /** Resolves when something has been lost since. */
  readonly untilLost: () => Promise<void>;
  /** Ends the connections of clients and, where the server is to notice, its own; new ones lose nothing. */
  readonly cut: (options?: { readonly serverNotices: boolean }) => void;
  /** From now on what goes in these directions gets nowhere, and nobody is told; new connections are no better. */
  readonly hold: (...directions: readonly Direction[]) => void;
  /** Ends all connections and refuses new ones. */
  readonly refuse: () => void;
  /** Whatever goes takes so many milliseconds longer. */
  readonly delay: (ms: number) => void;
  /** As it was at first: what was held goes on. */
  readonly mend: () => void;
  readonly close: () => void;
}

export const openWay = async (url: string): Promise<Way> => {
  const { hostname, port, searchParams } = new URL(url);
  const folder = searchParams.get('host');
  const connections = new Set<Connection>();
  let lost: Direction | null = null;
  let held: readonly Direction[] = [];
  let isRefusing = false;
  let delayMs = 0;
  let noteLoss: () => void = () => {};
  let loss: Promise<void> = Promise.resolve();
  const proxy = createServer((client) => {
    client.on('error', () => {});
    if (isRefusing) {
      client.destroy();
      return;
    }
    const server =
      folder === null ? connect(Number(port), hostname) : connect(`${folder}/.s.PGSQL.${port === '' ? '5432' : port}`);
    server.on('error', () => {});
    const towards = (direction: Direction, to: Socket): Passage =>
      new Passage(to, {
        isHeld: () => held.includes(direction),
        delayMs: () => delayMs,
      });
    const connection = { client, server, requests: towards('requests', server), answers: towards('answers', client) };
    connections.add(connection);
    const pass = (direction: Direction) => (data: Buffer) => {
      if (lost === direction) noteLoss();
      else connection[direction].take(data);
    };
    client.on('data', pass('requests')).on('close', () => connection.requests.take(null));
    server.on('data', pass('answers')).on('close', () => {
      connection.answers.take(null);
      connections.delete(connection);
    });
  });
  const { promise: isOpen, resolve } = Promise.withResolvers<void>();
  proxy.listen(0, '127.0.0.1', resolve);
  await isOpen;
  const way = new URL(url);
  way.searchParams.delete('host');
  way.hostname = '127.0.0.1';
  way.port = String((proxy.address() as AddressInfo).port); // it listens on a port
  const end = ({ serverNotices }: { readonly serverNotices: boolean }): void => {
    for (const connection of connections) {
      if (!serverNotices) connection.requests.close();
      connection.client.destroy();
      if (serverNotices) connection.server.destroy();
    }
  };
  return {
    url: way.href,
    lose(direction) {
      lost = direction;
      ({ promise: loss, resolve: noteLoss } = Promise.withResolvers<void>());
    },
    untilLost: () => loss,
    cut(options = { serverNotices: false }) {
      lost = null;
      end(options);
    },
    hold(...directions) {
      held = directions;
    },
    refuse() {
      isRefusing = true;
      end({ serverNotices: true });
    },
    delay(ms) {
      delayMs = ms;
    },
    mend() {
      held = [];
      isRefusing = false;
      delayMs = 0;
      for (const { requests, answers } of connections) for (const passage of [requests, answers]) passage.go();
    },
    close() {
      end({ serverNotices: true });
      proxy.close();
    },
  };
};

interface Connection {
  readonly client: Socket;
  readonly server: Socket;
  readonly requests: Passage;
  readonly answers: Passage;
}

/** One direction of a connection: in order, however long it takes. */
class Passage {
  private readonly to: Socket;
  private readonly way: { readonly isHeld: () => boolean; readonly delayMs: () => number };
  /** Null: the end. */
  private readonly waiting: { readonly due: number; readonly data: Buffer | null }[] = [];
  private isClosed = false;

  constructor(to: Socket, way: { readonly isHeld: () => boolean; readonly delayMs: () => number }) {
    this.to = to;
    this.way = way;
  }

  take(data: Buffer | null): void {
    const delayMs = this.way.delayMs();
    this.waiting.push({ due: performance.now() + delayMs, data });
    if (delayMs > 0) setTimeout(() => this.go(), delayMs + 1);
    this.go();
  }

  go(): void {
    for (;;) {
      const first = this.waiting[0];
      if (first === undefined || this.isClosed || this.way.isHeld()) return;
      if (this.way.delayMs() > 0 && first.due > performance.now()) return;
      this.waiting.shift();
      if (first.data === null) this.to.destroy();
      else if (this.to.writable) this.to.write(first.data);
    }
  }

  /** Nothing more, not even the end. */
  close(): void {
    this.isClosed = true;
  }
}
