/** A gateway over the real actors, with a journal in memory and a clock that stands still. */

import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { expect } from 'vitest';
import { startTestSystem } from '#kernel/testing';
import {
  accountKind,
  backtestKindWith,
  batchKindWith,
  deploymentKind,
  dispatcherKind,
  inboxKind,
  marketKindWith,
  operationsKind,
  strategyKindWith,
  symbolKind,
  userKind,
  userKindWith,
} from '#actors';
import type { AnyKind, Role } from '#actors';
import { nodeAlone } from '#ports';
import type { GatewayParts } from '../gateway.ts';
import { formOf } from '../known-routes.ts';
import { componentSchemas } from '../schemas/system.ts';
import { buildGateway } from '../server.ts';
import { defaultSettings } from '../settings.ts';
import type { GatewaySettings } from '../settings.ts';
import { MemoryIdempotencyStore } from './memory-idempotency.ts';
import { ListedJournal, MemoryGitObjects, MemoryKeys } from './memory-parts.ts';

export interface TestMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export interface LoggedInUser {
  readonly id: string;
  readonly email: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly headers: { readonly authorization: string };
}

export const password = 'correct horse battery';

interface TestGatewayOptions {
  readonly settings?: Partial<GatewaySettings>;
  readonly parts?: Partial<GatewayParts>;
  /** Kinds of actors beside the usual. */
  readonly kinds?: readonly AnyKind[];
}

/** Parts that a test does not give are refused at their first use, by name. */
const absent = (name: string): never =>
  // Nothing is ever read from it but methods that throw.
  new Proxy(
    {},
    {
      get: (_target, property) => () => {
        throw new Error(`This test has no ${name}, and ${String(property)} of it was asked for.`);
      },
    },
  ) as never;

/** A step of a deployment that tests do themselves. */
const untilAborted = (_input: never, { signal }: { readonly signal: AbortSignal }): Promise<null> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(null), { once: true }));

/** A running system, and what a gateway needs of it and of the world outside. */
export const startTestParts = ({ settings, parts, kinds: more = [] }: TestGatewayOptions = {}) => {
  const journal = new ListedJournal();
  const gitObjects = new MemoryGitObjects();
  const results = parts?.results ?? absent('results');
  const mails: TestMail[] = [];
  const kinds = [
    userKindWith({
      send: (mail) => {
        mails.push(mail);
        return Promise.resolve();
      },
      gaveUp: () => {},
    }),
    operationsKind,
    inboxKind,
    strategyKindWith(gitObjects),
    accountKind,
    marketKindWith({ lists: journal.lists, keptOf: () => null }),
    backtestKindWith(results),
    batchKindWith(results),
    dispatcherKind,
    symbolKind,
    { ...deploymentKind, tasks: { follow: untilAborted, decide: untilAborted, act: untilAborted } },
    ...more,
  ];
  const running = startTestSystem({ kinds, journal });
  const all: GatewayParts = {
    system: running.system,
    lists: journal.lists,
    history: absent('history'),
    results,
    exporter: absent('exporter'),
    reports: absent('report writer'),
    keys: new MemoryKeys(),
    gitObjects,
    jobRunner: absent('job runner'),
    idempotency: new MemoryIdempotencyStore(),
    importSpool: absent('import spool'),
    claims: journal,
    epoch: journal.epoch,
    terminalFolder: null,
    publications: running.bus,
    probes: [],
    sharedBuckets: null,
    nodes: nodeAlone(
      { node: 'here', incarnation: 'here1', roles: [], weight: 1, runners: 1, version: '0.0.0', address: null },
      running.clock.now(),
      () => running.clock.now(),
    ),
    mail: () => ({ sent: mails.length, failedAttempts: 0, givenUp: 0, lastFailure: null }),
    clock: running.clock,
    settings: { ...defaultSettings, anonymousRequestsPerMinute: 10_000, ...settings },
    logger: null,
    ...parts,
  };
  return { running, journal, mails, parts: all };
};

export const startTestGateway = async (given: TestGatewayOptions = {}) => {
  const { running, journal, mails, parts } = startTestParts(given);
  const { app, gateway, routes, close } = await buildGateway(parts);

  const call = async (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    options: Omit<InjectOptions, 'method' | 'url'> = {},
  ): Promise<LightMyRequestResponse> => {
    const answer = await app.inject({ method, url: `/api/v1${url}`, ...options });
    checkAnswer(method, `/api/v1${url}`, answer);
    return answer;
  };

  /** An answer is as its route describes it: nothing missing, and at the top nothing beside. */
  const checkAnswer = (method: string, url: string, answer: LightMyRequestResponse): void => {
    const path = url.split('?', 1)[0] ?? '';
    // Of a fixed path and one with a parameter that both fit, the fixed one is meant.
    const fitting = routes.filter((route) => route.method === method && formOf(route.url).test(path));
    const route = fitting.find((one) => one.url === path) ?? fitting[0];
    // What `answers` was given: schemas.
    const answered = route?.answers[answer.statusCode] as TSchema | undefined;
    const schema = answered && { ...answered, components: { schemas: componentSchemas } };
    if (schema === undefined || answer.statusCode === 204 || !String(answer.headers['content-type']).includes('json'))
      return;
    const body: unknown = answer.json();
    expect([...Value.Errors(schema, body)], `${method} ${path}: ${answer.body.slice(0, 500)}`).toEqual([]);
    const properties: unknown = Reflect.get(schema, 'properties');
    if (typeof properties === 'object' && properties !== null && typeof body === 'object' && body !== null) {
      const unknown = Object.keys(body).filter((name) => !Object.hasOwn(properties, name));
      expect(unknown, `${method} ${path}`).toEqual([]);
    }
  };

  const logInAs = async (email: string): Promise<LoggedInUser> => {
    const answer = await call('POST', '/auth/login', { body: { email, password } });
    expect(answer.statusCode, answer.body).toBe(200);
    const { accessToken, refreshToken, user } = answer.json<{
      accessToken: string;
      refreshToken: string;
      user: { id: string };
    }>();
    return { id: user.id, email, accessToken, refreshToken, headers: { authorization: `Bearer ${accessToken}` } };
  };

  /** A registered user of that role, logged in. */
  const userWith = async (role: Role, name = 'ada'): Promise<LoggedInUser> => {
    const email = `${name}@example.org`;
    const registered = await call('POST', '/auth/register', { body: { email, password, displayName: name } });
    expect(registered.statusCode, registered.body).toBe(201);
    const { user } = registered.json<{ user: { id: string; role: Role } }>();
    if (user.role !== role) await running.system.ask(userKind, user.id, { type: 'ChangeRole', role, by: 'test' });
    return await logInAs(email);
  };

  const stop = async (): Promise<void> => {
    await close();
    await running.system.stop();
  };

  return { app, gateway, routes, call, userWith, logInAs, mails, stop, ...running, journal };
};

export type TestGateway = Awaited<ReturnType<typeof startTestGateway>>;
