import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bodyBytesMax, closeGraceMs } from './limits.ts';
import { permissionsOf } from './permissions.ts';
import { password, startTestGateway } from './testing/test-gateway.ts';
import type { LoggedInUser, TestGateway } from './testing/test-gateway.ts';

let gateway: TestGateway;
let user: LoggedInUser;
beforeAll(async () => {
  gateway = await startTestGateway();
  user = await gateway.userWith('quant');
});
afterAll(async () => await gateway.stop());

const problem = (answer: { readonly headers: Record<string, unknown>; readonly json: () => unknown }) => {
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  return answer.json() as { code: string; status: number; traceId: string; errors: { pointer: string }[] };
};

describe('a route', () => {
  test('that names neither a permission nor public is refused when it is declared', async () => {
    const { guardRoutes } = await import('./route-guards.ts');
    const guard = guardRoutes(gateway.gateway);
    const route = { method: 'GET', url: '/x', handler: () => null, path: '/x', routePath: '/x', prefix: '' };
    expect(() => guard({ ...route, config: {} })).toThrow('must name a permission');
    expect(() => guard({ ...route, config: { public: true, permission: 'profile:read' } })).toThrow('or be public');
  });

  test('with a permission takes no request without a token, with a bad one, or from a role that lacks it', async () => {
    const viewer = await gateway.userWith('viewer', 'vera');
    const guarded = gateway.routes.filter(({ permission, method }) => permission !== null && method !== 'HEAD');
    expect(guarded.length).toBeGreaterThan(15);
    for (const { method, url, permission } of guarded) {
      const path = url.replaceAll(/:\w+/g, 'x');
      const inject = async (headers: Record<string, string>) =>
        await gateway.app.inject({ method: method as 'GET', url: path, headers });
      const label = `${method} ${url}`;
      expect(problem(await inject({})).code, label).toBe('unauthenticated');
      expect(problem(await inject({ authorization: 'Bearer x.y.z' })).code, label).toBe('token-invalid');
      if (permission !== null && !permissionsOf('viewer').has(permission)) {
        expect(problem(await inject(viewer.headers)).code, label).toBe('forbidden');
      }
    }
  });

  test('that does not exist is 404, and a method that it does not take 405 with those that it takes', async () => {
    const unknown = await gateway.call('GET', '/nothing');
    expect(problem(unknown)).toMatchObject({ status: 404, code: 'route-unknown' });
    const wrong = await gateway.call('DELETE', '/auth/login');
    expect(problem(wrong)).toMatchObject({ status: 405, code: 'method-not-allowed' });
    expect(wrong.headers['allow']).toBe('POST');
  });
});

describe('a body', () => {
  const logIn = async (options: object) => await gateway.call('POST', '/auth/login', options);

  test('that is no JSON is refused', async () => {
    const answer = await logIn({ payload: '{"email":', headers: { 'content-type': 'application/json' } });
    expect(problem(answer)).toMatchObject({ status: 400, code: 'json-invalid' });
  });

  test('that sets a prototype is refused', async () => {
    const payload = '{"__proto__":{"role":"admin"}}';
    const answer = await logIn({ payload, headers: { 'content-type': 'application/json' } });
    expect(answer.statusCode).toBe(400);
  });

  test('of another type is refused', async () => {
    const answer = await logIn({
      payload: 'email=x',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(problem(answer)).toMatchObject({ status: 415, code: 'media-type' });
  });

  test('that is too large is refused', async () => {
    const payload = JSON.stringify({ email: 'x'.repeat(bodyBytesMax) });
    const answer = await logIn({ payload, headers: { 'content-type': 'application/json' } });
    expect(problem(answer)).toMatchObject({ status: 413, code: 'body-too-large' });
  });

  test('that is missing is asked for', async () => {
    expect(problem(await logIn({}))).toMatchObject({ status: 400, code: 'request-invalid' });
  });

  test('with unknown, missing and wrong properties is refused with a pointer to each', async () => {
    const answer = await logIn({ body: { email: 5, pasword: 'x' } });
    const { code, errors } = problem(answer);
    expect(code).toBe('request-invalid');
    expect(errors.map(({ pointer }) => pointer).sort()).toEqual(['/email', '/password', '/pasword']);
  });
});

describe('every answer', () => {
  test('carries the headers of safety, and errors the trace of the caller', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const answer = await gateway.call('GET', '/nothing', { headers: { traceparent } });
    expect(answer.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
    expect(problem(answer).traceId).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
    const other = await gateway.call('GET', '/users/permissions', { headers: user.headers });
    expect(other.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'ratelimit-policy': '"user";q=6000;w=60',
    });
  });

  test('to a defect says nothing of its cause', async () => {
    const failing = await startTestGateway({
      parts: { claims: { claimant: () => Promise.reject(new Error('password of the database')) } },
    });
    const answer = await failing.call('POST', '/auth/login', { body: { email: 'a@b.org', password } });
    expect(problem(answer)).toMatchObject({ status: 500, code: 'internal' });
    expect(answer.body).not.toContain('database');
    await failing.stop();
  });
});

describe('limits', () => {
  test('let an address without a token do so much in a minute, group by group', async () => {
    const limited = await startTestGateway({ settings: { anonymousRequestsPerMinute: 3 } });
    const info = async () => await limited.call('GET', '/system/info');
    for (let time = 0; time < 3; time++) expect((await info()).statusCode).toBe(200);
    const refused = await info();
    expect(problem(refused)).toMatchObject({ status: 429, code: 'rate-limited' });
    expect(refused.headers['retry-after']).toBe('20');
    expect(refused.headers['ratelimit']).toBe('"anonymous";r=0;t=20');
    const elsewhere = await limited.call('POST', '/auth/refresh', { body: { refreshToken: 'x' } });
    expect(elsewhere.statusCode).toBe(401);
    limited.clock.advance(20_000);
    expect((await info()).statusCode).toBe(200);
    await limited.stop();
  });
});

describe('the actors', () => {
  test('that can not be reached make an answer that says when to try again', async () => {
    const away = await startTestGateway();
    const grace = await away.userWith('quant', 'grace');
    away.journal.isAway = true;
    const answer = await away.call('PUT', '/users/profile', {
      headers: { ...grace.headers, 'if-match': '"v1"' },
      body: { displayName: 'G' },
    });
    expect([503, 504]).toContain(answer.statusCode);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(['storage-away', 'outcome-unknown']).toContain(problem(answer).code);
    away.journal.isAway = false;
    await away.stop();
  });
});

describe('at the root', () => {
  test('health tells of each dependency, and readiness ends with the first that is away', async () => {
    let isThere = true;
    const probe = {
      name: 'postgres',
      check: async () => await (isThere ? Promise.resolve() : Promise.reject(new Error('away'))),
    };
    const probed = await startTestGateway({ parts: { probes: [probe] } });
    const report = await probed.app.inject('/health');
    expect(report.json()).toMatchObject({ status: 'healthy', services: { postgres: { status: 'healthy' } } });
    isThere = false;
    probed.clock.advance(1_000);
    const ready = await probed.app.inject('/health/ready');
    expect(ready.statusCode).toBe(503);
    expect(ready.json()).toMatchObject({ services: { postgres: { status: 'unhealthy', reason: 'away' } } });
    expect((await probed.app.inject('/health/live')).statusCode).toBe(200);
    await probed.stop();
  });

  test('what is not critical is told of, and does not take the node out of service', async () => {
    const gone = async () => await Promise.reject(new Error('away'));
    const probes = [
      { name: 'postgres', check: () => Promise.resolve() },
      { name: 'nats', isCritical: false, check: gone },
    ];
    const probed = await startTestGateway({ parts: { probes } });
    const ready = await probed.app.inject('/health/ready');
    expect(ready.statusCode).toBe(200);
    expect(ready.json()).toMatchObject({
      status: 'degraded',
      services: { postgres: { status: 'healthy' }, nats: { status: 'unhealthy', reason: 'away' } },
    });
    await probed.stop();
  });

  test('a node without a gateway tells of its health and nothing else', async () => {
    const quiet = await startTestGateway({ settings: { serves: 'health' } });
    for (const path of ['/health', '/health/ready', '/health/live', '/metrics'])
      expect((await quiet.app.inject(path)).statusCode, path).toBe(200);
    for (const path of ['/', '/docs', '/api/v1/system/info', '/connection/websocket', '/.well-known/jwks.json']) {
      const answer = await quiet.app.inject(path);
      expect(problem(answer), path).toMatchObject({ status: 404, code: 'route-unknown' });
      expect(answer.headers['content-type'], path).toContain('application/problem+json');
    }
    await quiet.stop();
  });

  test('metrics count answers by route and status', async () => {
    await gateway.call('GET', '/users/permissions', { headers: user.headers });
    const text = (await gateway.app.inject('/metrics')).body;
    expect(text).toMatch(/http_requests_total\{method="GET",route="\/api\/v1\/users\/permissions",status="200"\} \d+/);
    expect(text).toContain('http_request_duration_seconds_bucket');
    expect(text).toMatch(/actors_resident\{kind="user"\} [1-9]/);
    expect(text).toContain('service_restarts_total{service="scheduler"} 0');
  });

  test('the keys of tokens are shown, the next one too, without their secrets', async () => {
    const { keys } = (await gateway.app.inject('/.well-known/jwks.json')).json<{ keys: Record<string, string>[] }>();
    expect(keys).toHaveLength(2);
    for (const key of keys) expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
  });
});

describe('closing', () => {
  test('waits for what is under way, and not for ever', async () => {
    const own = await startTestGateway();
    await own.app.listen({ host: '127.0.0.1', port: 0 });
    const address = own.app.server.address();
    if (address === null || typeof address === 'string') throw new Error('the gateway listens on a port');
    const socket = connect(address.port, '127.0.0.1');
    const ended = new Promise((resolve) => socket.on('close', resolve));
    const isRead = new Promise((resolve) => own.app.server.once('request', resolve));
    socket.write(
      'POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
    );
    await isRead;
    const stopped = own.stop();
    own.clock.advance(closeGraceMs);
    await Promise.all([ended, stopped]);
  });
});
