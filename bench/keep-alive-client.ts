/** The same request over and over on open connections, one outstanding on each: the cheapest client, the same for all servers. */

import { connect } from 'node:net';

export interface Target {
  /** `http://127.0.0.1:8080`. */
  readonly address: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

const endOfHeaders = Buffer.from('\r\n\r\n');

/** Sends that many requests to each target, each on a connection of its own; rejects at any answer but 200. */
export const requestEach = async (targets: readonly Target[], times: number): Promise<void> => {
  await Promise.all(targets.map((target) => request(target, times)));
};

const request = ({ address, path, headers }: Target, times: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const { hostname, port, host } = new URL(address);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const bytes = Buffer.from(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${lines.join('')}\r\n`);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    let left = times;
    let received: Buffer = Buffer.alloc(0);
    const fail = (problem: string): void => {
      socket.destroy();
      reject(new Error(`${address}${path}: ${problem}`));
    };
    socket.on('connect', () => socket.write(bytes));
    socket.on('error', reject);
    socket.on('end', () => fail('the connection was closed'));
    socket.on('data', (part) => {
      if (typeof part === 'string') return fail('a text, where bytes were asked for');
      received = received.length === 0 ? part : Buffer.concat([received, part]);
      const headersLength = received.indexOf(endOfHeaders);
      if (headersLength < 0) return;
      const head = received.toString('latin1', 0, headersLength);
      if (!head.startsWith('HTTP/1.1 200 ')) return fail(received.toString('utf8').slice(0, 500));
      const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
      if (length === undefined) return fail('an answer without its length');
      if (received.length < headersLength + endOfHeaders.length + Number(length)) return;
      received = Buffer.alloc(0);
      left--;
      if (left > 0) return void socket.write(bytes);
      socket.removeAllListeners('end');
      socket.end();
      resolve();
    });
  });
