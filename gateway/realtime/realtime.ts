/** The realtime side of the gateway: sockets at `/connection/websocket` and `notifications/ws`. */

import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import fastifyWebsocket from '@fastify/websocket';
import type { Gateway, GatewayApp } from '../gateway.ts';
import type { Principal } from '../permissions.ts';
import { Hub } from './hub.ts';
import { frameBytesMax, sessionsAskedAtOnce, socketsMax, socketsPerUserMax, socketWeight } from './limits.ts';
import { disconnects } from './protocol.ts';
import { Session } from './session.ts';

export interface Realtime {
  /** Tells every socket to come back elsewhere, and lets go. */
  readonly close: () => void;
}

const paths: readonly string[] = ['/connection/websocket', '/api/v1/notifications/ws'];

/**
 * Whether a request that wishes for another protocol gets it. Else it is answered like any other: a
 * socket that has been handed over is nobody's where no route takes it, and would stay for ever.
 */
export const mayBecomeSocket = ({ method, url = '' }: IncomingMessage): boolean =>
  method === 'GET' && paths.includes(url.split('?', 1)[0] ?? '');

/** Adds the sockets to a gateway that is not ready yet. */
export const addRealtime = async (app: GatewayApp, gateway: Gateway): Promise<Realtime> => {
  const hub = new Hub(gateway);
  const sessions = new Set<Session>();
  const byUser = new Map<string, Set<Session>>();
  const open = gateway.metrics.socketsOf('centrifuge');
  const endRevocations = gateway.revocations.subscribe((revocation) => {
    for (const session of byUser.get(revocation.userId) ?? [])
      if (isRevoked(session, revocation)) session.disconnect(disconnects.revoked);
  });
  // What would have closed a socket may have been lost with the rest.
  const endInterruptions = gateway.parts.publications.onInterrupted?.(() => {
    const asked = closeRevoked(gateway, [...sessions]);
    gateway.background.own(asked, 'Sockets could not be held against their sessions.');
  });
  const admit = (session: Session, { userId }: Principal): boolean => {
    const own = byUser.get(userId) ?? new Set();
    if (own.size >= socketsPerUserMax) return false;
    byUser.set(userId, own.add(session));
    return true;
  };
  const forget = (session: Session): void => {
    sessions.delete(session);
    const userId = session.principal?.userId ?? '';
    const own = byUser.get(userId);
    own?.delete(session);
    if (own?.size === 0) byUser.delete(userId);
    open.set(sessions.size);
  };
  await app.register(fastifyWebsocket, {
    options: { maxPayload: frameBytesMax, perMessageDeflate: false, clientTracking: false },
  });
  const newClientId = randomUUID;
  for (const path of paths)
    app.route({
      method: 'GET',
      url: path,
      websocket: true,
      config: { public: true, limitGroup: 'sockets', weight: socketWeight },
      schema: { hide: true },
      preValidation: (request, reply, done) => {
        if (isAllowed(request.headers.origin, request.headers.host, gateway.parts.settings.allowedOrigins)) done();
        else void reply.code(403).send();
      },
      handler: (socket, request) => {
        if (sessions.size >= socketsMax) {
          socket.close(disconnects.connectionLimit.code, disconnects.connectionLimit.reason);
          return;
        }
        const session = new Session(socket, request.ip, {
          app,
          gateway,
          hub,
          epoch: gateway.parts.epoch,
          admit,
          newClientId,
        });
        sessions.add(session);
        open.set(sessions.size);
        socket.on('message', (data: Buffer, isBinary: boolean) => {
          if (isBinary) session.disconnect(disconnects.badRequest);
          else session.receive(data.toString('utf8'));
        });
        // A frame that is too large, a broken one: `ws` closes the socket by itself.
        socket.on('error', () => session.ended());
        socket.on('close', () => {
          session.ended();
          forget(session);
        });
      },
    });
  return {
    close() {
      endRevocations();
      endInterruptions?.();
      hub.close();
      for (const session of sessions) session.disconnect(disconnects.shutdown);
    },
  };
};

/** Few at a time; one whose user can't be asked stays until its token ends. */
const closeRevoked = async ({ tokens }: Gateway, sessions: readonly Session[]): Promise<void> => {
  const rest = sessions.values();
  const lanes = Array.from({ length: sessionsAskedAtOnce }, async () => {
    for (const session of rest) {
      const { principal } = session;
      if (principal === null) continue;
      const holds = await tokens.holds(principal).catch(() => true); // an outage says nothing about the session
      if (!holds) session.disconnect(disconnects.revoked);
    }
  });
  await Promise.all(lanes);
};

const isRevoked = (
  { principal }: Session,
  revocation: Parameters<Parameters<Gateway['revocations']['subscribe']>[0]>[0],
): boolean =>
  principal !== null &&
  (revocation.type === 'session'
    ? principal.sessionId === revocation.sessionId
    : principal.sessionId !== revocation.exceptSessionId);

/** Pages of the server itself, pages that the operator allows, and programs, which send no origin. */
const isAllowed = (origin: string | undefined, host: string | undefined, allowed: readonly string[]): boolean => {
  if (origin === undefined) return true;
  if (allowed.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
};
