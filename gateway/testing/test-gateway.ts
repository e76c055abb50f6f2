/** A gateway over the real actors, with a journal in memory and a clock that stands still. */

import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { expect } from 'vitest';
import { startTestSystem } from '#kernel/testing';
import {
  accountKind,
  backtestKind,
  batchKind,
  dispatcherKind,
  inboxKind,
  marketKindWith,
  strategyKindWith,
  symbolKind,
  userKind,
  userKindWith,
} from '#actors';
import type { AnyKind, Role } from '#actors';
import type { GatewayParts } from '../gateway.ts';
import { formOf } from '../known-routes.ts';
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

export const startTestGateway = async ({ settings, parts, kinds: more = [] }: TestGatewayOptions = {}) => {
  const journal = new ListedJournal();
  const gitObjects = new MemoryGitObjects();
  const mails: TestMail[] = [];
  const kinds = [
    userKindWith({
      send: (mail) => {
        mails.push(mail);
        return Promise.resolve();
      },
    }),
    inboxKind,
    strategyKindWith(gitObjects),
    accountKind,
    marketKindWith({ lists: journal.lists, keptOf: () => null }),
    backtestKind,
    batchKind,
    dispatcherKind,
    symbolKind,
    ...more,
  ];
  const running = startTestSystem({ kinds, journal });
  const { app, gateway, routes, close } = await buildGateway({
    system: running.system,
    lists: journal.lists,
    history: absent('history'),
    results: absent('results'),
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
    clock: running.clock,
    settings: { ...defaultSettings, anonymousRequestsPerMinute: 10_000, ...settings },
    logger: null,
    ...parts,
  });

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
    const schema = route?.answers[answer.statusCode] as TSchema | undefined;
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

  return { app, gateway, routes, call, userWith, logInAs, mails, stop, ...running };
};

export type TestGateway = Awaited<ReturnType<typeof startTestGateway>>;
