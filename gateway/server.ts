/**
 * The gateway: turns HTTP requests into messages to actors.
 *
 * How to write a route. A service's routes stand in `routes/NAME.ts` as a function of type `Routes`,
 * named in `services` below; its paths are under `/api/v1`.
 *
 *     export const accountRoutes: Routes = (app, gateway) => {
 *       app.get('/trading/accounts/:id', {
 *         config: { permission: 'trading:read' },
 *         schema: {
 *           tags: ['trading'],
 *           summary: 'One account',
 *           params: closed({ id: Id }),
 *           response: answers({ 200: Account }),
 *         },
 *       }, async (request, reply) => {
 *         const { id } = request.params;
 *         mustOwn(principalOf(request), id, 'account-unknown');
 *         const view = await ask(gateway, request, accountKind, id, { type: 'GetAccount' });
 *         return withEntityTag(request, reply, onWire(view));
 *       });
 *     };
 *
 * - Every route names a `permission`, or is `public: true`; without either the server does not start.
 *   `weight` counts it as several requests. What carries somebody else's id is answered as if it were
 *   not there (`mustOwn`, with the same code as the actor's own refusal).
 * - `schema` is checked and becomes the description at `/docs`. Objects are `closed`: unknown properties
 *   are refused by name. Bodies are not converted; money is `Decimal`, a string. `response` describes
 *   (`answers`), tests hold answers against it, and nothing is dropped or converted on the way out.
 * - `ask` reads; `change` makes an actor change something, under the request's command id, so that a
 *   retry with the same `Idempotency-Key` is applied once (POST has that by itself; `idempotent: false`
 *   switches it off). New ids come from `idFrom(commandIdOf(request))`, so that a retry names the same.
 *   Requests that change several actors name the steps: `change(…, 'reserve')`.
 * - Failures are thrown: `new ProblemError('symbol-unknown', detail, { remedy })`. Codes and their statuses
 *   stand in `errors.ts`, and only there; actors' refusals and outages become problems by themselves.
 * - Views go out through `onWire` (milliseconds become RFC 3339); given times come in through `timeOf`.
 * - Lists: `listQuery` in the schema, `listPage` in the handler. A list asked for after a write waits
 *   until it shows it.
 * - `withEntityTag` answers with the view's version as ETag, `expectedVersion` reads If-Match,
 *   `preferredWaitMs` reads `Prefer: wait=5`.
 */

import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { fastify, LogController } from 'fastify';
import { answerClientError, answerError } from './answer-errors.ts';
import { AccessTokens } from './auth/access-tokens.ts';
import { GuessedAddresses } from './auth/guessed-addresses.ts';
import { isOpenBy } from './auth/open-sessions.ts';
import { Passwords } from './auth/passwords.ts';
import { followOthers } from './auth/follow-others.ts';
import { Revocations } from './auth/revocations.ts';
import { SigningKeys } from './auth/signing-keys.ts';
import { Tickets } from './auth/tickets.ts';
import { Background } from './background.ts';
import { Cursors } from './cursors.ts';
import type { Gateway, GatewayApp, GatewayParts, Routes } from './gateway.ts';
import { Health } from './health.ts';
import {
  bodyBytesMax,
  closeGraceMs,
  connectionTimeoutMs,
  headersTimeoutMs,
  keepAliveTimeoutMs,
  pathPartLengthMax,
  requestTimeoutMs,
} from './limits.ts';
import { Metrics } from './metrics.ts';
import { addRealtime, mayBecomeSocket } from './realtime/realtime.ts';
import type { Realtime } from './realtime/realtime.ts';
import { RateLimits } from './rate-limits.ts';
import { RecentWrites } from './recent-writes.ts';
import { guardRoutes } from './route-guards.ts';
import { aboutRoutes } from './routes/about.ts';
import { accountRoutes } from './routes/accounts.ts';
import { actorRoutes } from './routes/actors.ts';
import { auditRoutes } from './routes/audit.ts';
import { authRoutes } from './routes/auth.ts';
import { clusterConfigRoutes } from './routes/cluster-config.ts';
import { refusedEventRoutes } from './routes/refused-events.ts';
import { backtestResultRoutes } from './routes/backtest-results.ts';
import { backtestRoutes } from './routes/backtests.ts';
import { dataRoutes } from './routes/data.ts';
import { deploymentRoutes } from './routes/deployments.ts';
import { healthRoutes } from './routes/health.ts';
import { importRoutes } from './routes/imports.ts';
import { outboxRoutes } from './routes/outbox.ts';
import { listCareRoutes } from './routes/list-care.ts';
import { nodeRoutes } from './routes/nodes.ts';
import { notificationRoutes } from './routes/notifications.ts';
import { strategyRoutes } from './routes/strategies.ts';
import { strategyVersionRoutes } from './routes/strategy-versions.ts';
import { systemRoutes } from './routes/system.ts';
import { tradingRoutes } from './routes/trading.ts';
import { userAdministrationRoutes } from './routes/user-administration.ts';
import { userRoutes } from './routes/users.ts';
import { serveTerminal } from './terminal-files.ts';
import { traceIdOf } from './trace.ts';
import { KnownRoutes } from './known-routes.ts';
import type { KnownRoute } from './known-routes.ts';
import { validatorCompiler } from './validation.ts';

/** Under `/api/v1`; one line a service. */
const services: readonly Routes[] = [
  authRoutes,
  userRoutes,
  userAdministrationRoutes,
  strategyRoutes,
  strategyVersionRoutes,
  systemRoutes,
  listCareRoutes,
  actorRoutes,
  nodeRoutes,
  auditRoutes,
  clusterConfigRoutes,
  refusedEventRoutes,
  outboxRoutes,
  accountRoutes,
  tradingRoutes,
  deploymentRoutes,
  dataRoutes,
  importRoutes,
  backtestRoutes,
  backtestResultRoutes,
  notificationRoutes,
];

/** A server that is built and does not listen yet. */
export interface BuiltServer {
  readonly app: GatewayApp;
  readonly routes: readonly KnownRoute[];
  /** Unready first, then no new connections, then whatever is under way ends. */
  readonly close: () => Promise<void>;
}

export interface BuiltGateway extends BuiltServer {
  readonly gateway: Gateway;
}

export interface BuildOptions {
  /** Looks at the routes while they are added. */
  readonly describe?: (app: GatewayApp) => Promise<void>;
}

/** The gateway without a socket: requests come by `app.inject`. */
export const buildGateway = async (parts: GatewayParts, options: BuildOptions = {}): Promise<BuiltGateway> => {
  const gateway = await prepareGateway(parts);
  const unsubscribe = followOthers(gateway);
  const { close, ...built } = await buildServer(gateway, options);
  return {
    gateway,
    ...built,
    close: async () => {
      await close();
      unsubscribe();
    },
  };
};

/** What the gateway knows beyond the life of one server: keys, what was revoked, who guesses passwords. */
export const prepareGateway = async (parts: GatewayParts): Promise<Gateway> => {
  const { clock, keys, settings } = parts;
  const signingKeys = new SigningKeys(keys, clock);
  const revocations = new Revocations(clock);
  const tokens = new AccessTokens({
    keys: signingKeys,
    revocations,
    clock,
    named: settings,
    isOpen: isOpenBy(parts.system),
    mayMiss: parts.publications.onInterrupted !== undefined,
  });
  return {
    parts,
    signingKeys,
    revocations,
    tokens,
    passwords: new Passwords(),
    guessedAddresses: new GuessedAddresses(clock, parts.publications),
    tickets: new Tickets({
      secret: await keys.secret('ticket'),
      store: parts.idempotency,
      clock,
      holds: (principal) => tokens.holds(principal),
    }),
    cursors: new Cursors(await keys.secret('cursor')),
    writes: new RecentWrites(clock, parts.epoch),
    limits: new RateLimits(settings, clock, parts.sharedBuckets),
    metrics: new Metrics(parts),
    background: new Background(parts.logger),
    startedAt: clock.now(),
  };
};

export const buildServer = async (gateway: Gateway, { describe }: BuildOptions = {}): Promise<BuiltServer> => {
  const { parts } = gateway;
  const servesAll = parts.settings.serves === 'everything';
  const health = new Health(parts.probes, parts.clock);
  const app = newApp(parts);
  const known = new KnownRoutes();
  const guard = guardRoutes(gateway);
  app.decorateRequest('principal', null);
  app.decorate('clock', parts.clock);
  app.decorateRequest('commandId', null);
  app.decorateRequest('idempotencyKey', null);
  app.decorateRequest('startedAt', 0);
  app.addHook('onRoute', (route) => {
    guard(route);
    known.add(route);
  });
  app.setErrorHandler(answerError);
  const { terminalFolder } = parts;
  app.setNotFoundHandler(
    terminalFolder === null || !servesAll ? known.answer : serveTerminal(app, terminalFolder).orElse(known.answer),
  );
  await describe?.(app);
  healthRoutes(app, gateway, health);
  const sockets: Realtime[] = [];
  if (servesAll) {
    aboutRoutes(app, gateway);
    // In a scope of their own: the hooks of sockets would slow down every other route.
    await app.register(async (scope) => {
      sockets.push(await addRealtime(scope, gateway));
    });
    await app.register(
      (scope, _options, done) => {
        for (const routes of services) routes(scope, gateway);
        done();
      },
      { prefix: '/api/v1' },
    );
  }
  await app.ready();
  const close = async (): Promise<void> => {
    health.drain();
    for (const realtime of sockets) realtime.close();
    const { clock } = parts;
    const cancelCut = clock.at(clock.now() + closeGraceMs, () => app.server.closeAllConnections());
    await app.close();
    cancelCut();
    await gateway.background.ended();
  };
  return { app, routes: known.all, close };
};

const newApp = ({ settings, logger }: GatewayParts): GatewayApp => {
  const app = fastify({
    http: { shouldUpgradeCallback: settings.serves === 'everything' ? mayBecomeSocket : () => false },
    ...(logger === null ? { logger: false as const } : { loggerInstance: logger }),
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: traceIdOf,
    trustProxy: settings.trustedProxies.length === 0 ? false : [...settings.trustedProxies],
    bodyLimit: bodyBytesMax,
    requestTimeout: requestTimeoutMs,
    connectionTimeout: connectionTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: pathPartLengthMax, ignoreTrailingSlash: true },
    frameworkErrors: answerError,
    clientErrorHandler: answerClientError,
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.server.headersTimeout = headersTimeoutMs;
  app.setValidatorCompiler(validatorCompiler);
  // Answers go out as the handlers made them: the schemas describe, they do not shape.
  app.setSerializerCompiler(() => JSON.stringify);
  acceptJsonAlone(app);
  return app;
};

/** An empty body is no body, whatever its content-type says: many clients send one with every POST. */
const acceptJsonAlone = (app: GatewayApp): void => {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else void parse(request, body, done);
  });
};
