/**
 * What stands before and after each route: its permission, its limits, its idempotency, its count.
 * All of it is made once, when the route is declared; a request runs through callbacks without
 * a promise, and without a closure of its own unless its token is seen for the first time.
 */

import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { ProblemError } from './errors.ts';
import type { Gateway } from './gateway.ts';
import { staticHeaders } from './headers.ts';
import { beginIdempotent, endIdempotent } from './idempotency.ts';
import { handlerTimeoutMs } from './limits.ts';
import type { Permission, Principal } from './permissions.ts';
import type { RateLimit, RateLimits } from './rate-limits.ts';
import { readAfterHeader } from './recent-writes.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the caller's role must allow. Every route has either this or `public`. */
    permission?: Permission;
    /** Anybody may call it. */
    public?: true;
    /** The group whose limit counts where nobody is logged in; by default the first part of the path. */
    limitGroup?: string;
    /** How many requests one of these counts as; 1 when absent, 0: it is not limited. */
    weight?: number;
    /** The handler waits for nothing but an actor's answer, which has a deadline of its own: it needs no other. */
    boundedByAsk?: true;
    /** POST routes take an Idempotency-Key unless this is false: their answers hold secrets, or are their own key. */
    idempotent?: false;
  }
}

type Done = (error?: Error) => void;
type Hook = (request: FastifyRequest, reply: FastifyReply, done: Done) => void;

/** Makes the guards of each route; called by fastify for every route as it is declared. */
export const guardRoutes = (gateway: Gateway): ((route: RouteOptions) => void) => {
  const { limits } = gateway;
  return (route) => {
    const config = route.config ?? {};
    const name = `${String(route.method)} ${route.url}`;
    if ((config.permission === undefined) === (config.public === undefined)) {
      throw new Error(`${name} must name a permission, or be public.`);
    }
    const enter =
      config.permission === undefined
        ? publicGuard(limits.anonymous, config.limitGroup ?? groupOf(route.url), config.weight ?? 1)
        : permissionGuard(gateway, limits, config.permission, config.weight ?? 1);
    route.onRequest = [enter, ...asList(route.onRequest)];
    // Both would make fastify listen for the end of each response, which costs a quick read a tenth of its time.
    if (config.boundedByAsk !== true) route.handlerTimeout ??= handlerTimeoutMs;
    const record = gateway.metrics.requests.recorderOf(String(route.method), route.url);
    const recordSent = (request: FastifyRequest, reply: FastifyReply, _payload: unknown, done: Done): void => {
      record(reply.statusCode, performance.now() - request.startedAt);
      const written = request.principal === null ? null : gateway.writes.textOf(request.principal.userId);
      if (written !== null) reply.header(readAfterHeader, written);
      done();
    };
    route.onSend = [...asList(route.onSend), recordSent];
    if (isMethod(route, 'POST') && config.idempotent !== false) {
      const { idempotency, clock } = gateway.parts;
      route.preHandler = [
        ...asList(route.preHandler),
        (request: FastifyRequest, reply: FastifyReply, done: Done) =>
          beginIdempotent(idempotency, clock, request, reply, done),
      ];
      route.onSend = [
        ...asList(route.onSend),
        (request: FastifyRequest, reply: FastifyReply, payload: unknown, done: Done) =>
          endIdempotent(idempotency, request, reply, payload, done),
      ];
    }
  };
};

const publicGuard =
  (limit: RateLimit, group: string, weight: number): Hook =>
  (request, reply, done) => {
    request.startedAt = performance.now();
    reply.headers(staticHeaders);
    if (weight === 0) done();
    else done(charge(reply, limit, `${group} ${request.ip}`, weight));
  };

const permissionGuard = (gateway: Gateway, limits: RateLimits, permission: Permission, weight: number): Hook => {
  const admit = (request: FastifyRequest, reply: FastifyReply, principal: Principal, done: Done): void => {
    const tooMany = charge(reply, limits.user, principal.userId, weight);
    if (tooMany !== undefined) done(tooMany);
    else if (!principal.permissions.has(permission)) {
      done(new ProblemError('forbidden', `The role ${principal.role} does not have ${permission}.`));
    } else {
      request.principal = principal;
      const readAfter = request.headers[readAfterHeader];
      if (typeof readAfter === 'string') gateway.writes.learn(principal.userId, readAfter);
      done();
    }
  };
  // Whoever guesses tokens pays from the address's own limit.
  const refuse = (request: FastifyRequest, reply: FastifyReply, problem: ProblemError, done: Done): void => {
    done(charge(reply, limits.anonymous, `unauthenticated ${request.ip}`, 1) ?? problem);
  };
  return (request, reply, done) => {
    request.startedAt = performance.now();
    reply.headers(staticHeaders);
    const token = bearerOf(request);
    if (token === null) {
      refuse(request, reply, unauthenticated(), done);
      return;
    }
    const known = gateway.tokens.known(token);
    if (known !== null) {
      admit(request, reply, known, done);
      return;
    }
    gateway.tokens.verify(token).then(
      (principal) => {
        if (principal === null) refuse(request, reply, invalidToken(), done);
        else admit(request, reply, principal, done);
      },
      (error: unknown) =>
        done(error instanceof Error ? error : new Error('A token could not be verified.', { cause: error })),
    );
  };
};

/** Takes from the bucket and says in the headers what is left; the problem where there is not enough. */
const charge = (reply: FastifyReply, limit: RateLimit, key: string, weight: number): ProblemError | undefined => {
  const remaining = limit.take(key, weight);
  reply.header('ratelimit-policy', limit.policy);
  reply.header('ratelimit', limit.state(remaining));
  return remaining >= 0
    ? undefined
    : new ProblemError('rate-limited', undefined, { retryAfterSeconds: -remaining / 1_000 });
};

const bearerOf = (request: FastifyRequest): string | null => {
  const given = request.headers.authorization;
  return given !== undefined && given.length > 7 && /^bearer /i.test(given) ? given.slice(7) : null;
};

const unauthenticated = (): ProblemError =>
  new ProblemError('unauthenticated', undefined, {
    headers: { 'www-authenticate': 'Bearer' },
    remedy: 'Send "Authorization: Bearer …" with the access token of auth/login.',
  });

const invalidToken = (): ProblemError =>
  new ProblemError('token-invalid', undefined, {
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
    remedy: 'Get a new one from auth/refresh.',
  });

/** `/api/v1/auth/login` → `auth`. */
const groupOf = (url: string): string => url.replace(/^\/api\/v1/, '').split('/')[1] ?? '';

const isMethod = (route: RouteOptions, method: string): boolean =>
  Array.isArray(route.method) ? route.method.includes(method) : route.method === method;

const asList = <T>(hooks: T | T[] | undefined): T[] =>
  hooks === undefined ? [] : Array.isArray(hooks) ? hooks : [hooks];
