/** A gateway over the real actors, with a journal in memory and a clock that stands still. */

import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { expect } from 'vitest';
import { startTestSystem } from '#kernel/testing';
import {
  accountKind,
  backtestKind,
  batchKind,
  dispatcherKind,
  inboxKind,
  marketKind,
  strategyKindWith,
  userKind,
} from '#actors';
import type { Role } from '#actors';
import type { GatewayParts } from '../gateway.ts';
import { MemoryIdempotencyStore } from '../memory-idempotency.ts';
import { buildGateway } from '../server.ts';
import { defaultSettings } from '../settings.ts';
import type { GatewaySettings } from '../settings.ts';
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

export const startTestGateway = async ({ settings, parts }: TestGatewayOptions = {}) => {
  const journal = new ListedJournal();
  const gitObjects = new MemoryGitObjects();
  const kinds = [
    userKind,
    inboxKind,
    strategyKindWith(gitObjects),
    accountKind,
    marketKind({ lists: journal.lists }),
    backtestKind,
    batchKind,
    dispatcherKind,
  ];
  const running = startTestSystem({ kinds, journal });
  const mails: TestMail[] = [];
  const { app, gateway, routes, close } = await buildGateway({
    system: running.system,
    lists: journal.lists,
    history: absent('history'),
    results: absent('results'),
    keys: new MemoryKeys(),
    gitObjects,
    jobRunner: absent('job runner'),
    idempotency: new MemoryIdempotencyStore(),
    claims: journal,
    publications: running.bus,
    mail: {
      send: (mail) => {
        mails.push(mail);
        return Promise.resolve();
      },
    },
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
  ): Promise<LightMyRequestResponse> => await app.inject({ method, url: `/api/v1${url}`, ...options });

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
