/** The gateway as a part of the tree: what its server loses, and what it does not, when it is started again. */

import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Server } from 'node:http';
import { Centrifuge } from 'centrifuge';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { nodeOf } from '#kernel/testing';
import { closeGraceMs } from './limits.ts';
import { superviseGateway } from './supervised-gateway.ts';
import { password, startTestParts } from './testing/test-gateway.ts';

interface Tokens {
  readonly accessToken: string;
  readonly user: { readonly id: string };
}

let running: ReturnType<typeof startTestParts>['running'];
let address: string;
/** That answers: Node tells of each request which one it came to. */
let server: Server;
const noteServer = (told: unknown): void => {
  ({ server } = told as { readonly server: Server }); // what this channel of Node tells
};

beforeEach(async () => {
  const { running: system, parts } = startTestParts({ settings: { port: 0 } });
  running = system;
  const gateway = await superviseGateway(parts);
  await running.system.supervise(gateway.supervision);
  address = gateway.address();
  subscribe('http.server.request.start', noteServer);
});
afterEach(async () => {
  unsubscribe('http.server.request.start', noteServer);
  await running.system.stop();
});

const request = (path: string, method = 'GET', token = '', body?: object): Promise<Response> =>
  fetch(`${address}${path}`, {
    method,
    headers: {
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

const logIn = async (): Promise<Tokens> => {
  const answer = await request('/api/v1/auth/login', 'POST', '', { email: 'ada@example.org', password });
  return (await answer.json()) as Tokens; // the API's own tests hold it to its schema
};

/** As Node does when the system gives it no more connections. */
const acceptError = (): void => {
  server.emit('error', new Error('too many open files'));
};

const restart = async (fail: () => void): Promise<void> => {
  fail();
  await running.untilReported('service-failed', ({ service }) => service === 'server');
  await running.clock.armed(200);
  running.clock.advance(200);
  await expect.poll(() => nodeOf(running.system, 'server')?.status).toBe('running');
};

describe('a server that fails', () => {
  beforeEach(async () => {
    await request('/api/v1/auth/register', 'POST', '', { email: 'ada@example.org', password, displayName: 'Ada' });
  });

  test('is started again on the same port, and its sockets come back', async () => {
    const { accessToken } = await logIn();
    const client = new Centrifuge(`${address.replace('http', 'ws')}/connection/websocket`, {
      token: accessToken,
      websocket: WebSocket,
      minReconnectDelay: 1,
      maxReconnectDelay: 20,
    });
    let connections = 0;
    const told = Promise.withResolvers<void>();
    client.on('connected', () => {
      connections++;
      if (connections === 2) told.resolve();
    });
    client.connect();
    await client.ready(5_000);
    const failed = server;
    await restart(acceptError);
    await told.promise;
    expect((await request('/api/v1/users/profile', 'GET', accessToken)).status).toBe(200);
    expect(server).not.toBe(failed);
    expect(nodeOf(running.system, 'server')).toMatchObject({ restarts: 1 });
    client.disconnect();
  });

  test('is started again, too, when it ends without being told to', async () => {
    await logIn();
    await restart(() => server.close().closeAllConnections());
    expect(nodeOf(running.system, 'server')?.lastFailure?.message).toBe('The server has ended by itself.');
    expect((await request('/health/live')).status).toBe(200);
  });

  test('forgets neither who was logged out nor what it has counted', async () => {
    const { accessToken } = await logIn();
    expect((await request('/api/v1/auth/logout', 'POST', accessToken)).ok).toBe(true);
    await restart(acceptError);
    expect((await request('/api/v1/users/profile', 'GET', accessToken)).status).toBe(401);
    const metrics = await (await request('/metrics')).text();
    expect(metrics).toContain('service_restarts_total{service="server"} 1');
    const logins = metrics.split('\n').filter((line) => line.includes('route="/api/v1/auth/login",status="200"'));
    expect(logins).toEqual([expect.stringMatching(/ 1$/)]);
  });
});

test('a gateway that is stopped takes nothing more, and the actors have answered until then', async () => {
  const answer = request('/api/v1/auth/register', 'POST', '', {
    email: 'bob@example.org',
    password,
    displayName: 'Bob',
  });
  await expect.poll(() => server).toBeDefined();
  const stopped = running.system.stop();
  expect((await answer).status).toBe(201);
  // The client keeps its connection, which is cut when its time is over.
  await Promise.race([stopped, running.clock.armed(closeGraceMs)]);
  running.clock.advance(closeGraceMs);
  await stopped;
  await expect(request('/health/live')).rejects.toThrow('fetch failed');
});
