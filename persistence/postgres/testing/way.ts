/** A way to a server that tests disturb: it can be cut, and made to lose what goes in one direction. */

import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export interface Way {
  /** The server's address by this way. */
  readonly url: string;
  /** From now on what goes in this direction is lost, and nobody is told. */
  readonly lose: (direction: 'requests' | 'answers') => void;
  /** Resolves when something has been lost since. */
  readonly untilLost: () => Promise<void>;
  /** Ends the connections of clients and, where the server is to notice, its own; new ones lose nothing. */
  readonly cut: (options?: { readonly serverNotices: boolean }) => void;
  readonly close: () => void;
}

export const openWay = async (url: string): Promise<Way> => {
  const { hostname, port, searchParams } = new URL(url);
  const folder = searchParams.get('host');
  const clients = new Set<Socket>();
  const upstreams = new Set<Socket>();
  let lost: 'requests' | 'answers' | null = null;
  let noteLoss: () => void = () => {};
  let loss: Promise<void> = Promise.resolve();
  const proxy = createServer((client) => {
    const upstream =
      folder === null ? connect(Number(port), hostname) : connect(`${folder}/.s.PGSQL.${port === '' ? '5432' : port}`);
    clients.add(client);
    upstreams.add(upstream);
    const pass = (direction: 'requests' | 'answers', to: Socket) => (data: Buffer) => {
      if (lost === direction) noteLoss();
      else to.write(data);
    };
    client.on('error', () => {}).on('data', pass('requests', upstream));
    upstream
      .on('error', () => {})
      .on('data', pass('answers', client))
      .on('close', () => client.destroy());
  });
  const { promise: isOpen, resolve } = Promise.withResolvers<void>();
  proxy.listen(0, '127.0.0.1', resolve);
  await isOpen;
  const way = new URL(url);
  way.searchParams.delete('host');
  way.hostname = '127.0.0.1';
  way.port = String((proxy.address() as AddressInfo).port); // it listens on a port
  const end = (sockets: Set<Socket>): void => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return {
    url: way.href,
    lose(direction) {
      lost = direction;
      ({ promise: loss, resolve: noteLoss } = Promise.withResolvers<void>());
    },
    untilLost: () => loss,
    cut({ serverNotices } = { serverNotices: false }) {
      lost = null;
      end(clients);
      if (serverNotices) end(upstreams);
    },
    close() {
      end(clients);
      end(upstreams);
      proxy.close();
    },
  };
};
