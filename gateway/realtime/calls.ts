/** Calls over the socket: each is a REST request of the same person, so that both behave alike. */

import type { GatewayApp } from '../gateway.ts';
import { replyErrors } from './protocol.ts';
import type { ReplyError } from './protocol.ts';

interface Route {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  /** `:name` is taken from the call's data. */
  readonly path: string;
  /** The rest of the data goes into the query, not the body. */
  readonly inQuery?: boolean;
}

const routes: Readonly<Record<string, Route>> = {
  'order.place': { method: 'POST', path: '/trading/orders' },
  'order.amend': { method: 'PATCH', path: '/trading/orders/:orderId' },
  'order.cancel': { method: 'DELETE', path: '/trading/orders/:orderId' },
  'order.cancelAll': { method: 'DELETE', path: '/trading/orders', inQuery: true },
  'strategy.test': { method: 'POST', path: '/strategies/:strategyId/test' },
  'deployment.start': { method: 'POST', path: '/strategies/:strategyId/deployments' },
  'deployment.pause': { method: 'POST', path: '/deployments/:deploymentId/pause' },
  'deployment.resume': { method: 'POST', path: '/deployments/:deploymentId/resume' },
  'deployment.stop': { method: 'POST', path: '/deployments/:deploymentId/stop' },
  'backtest.submit': { method: 'POST', path: '/backtests' },
  'backtest.cancel': { method: 'DELETE', path: '/backtests/:backtestId' },
  'notifications.markRead': { method: 'POST', path: '/notifications/mark-read' },
};

type CallOutcome = { readonly data: unknown } | { readonly error: ReplyError };

/** The path part of a call's data, and what is left of them; null where a part is missing. */
const placed = (
  { path }: Route,
  data: Readonly<Record<string, unknown>>,
): { readonly path: string; readonly rest: Readonly<Record<string, unknown>> } | null => {
  const rest: Record<string, unknown> = { ...data };
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (!part.startsWith(':')) {
      parts.push(part);
      continue;
    }
    const value = rest[part.slice(1)];
    // Half of a character can't stand in a path.
    if (typeof value !== 'string' || value === '' || !value.isWellFormed()) return null;
    delete rest[part.slice(1)];
    parts.push(encodeURIComponent(value));
  }
  return { path: parts.join('/'), rest };
};

/** `token` is an access token of whoever calls; `data.idempotencyKey` makes a call safe to repeat. */
export const call = async (
  app: GatewayApp,
  {
    method,
    data,
    token,
    ip,
  }: { readonly method: string; readonly data: unknown; readonly token: string; readonly ip: string },
): Promise<CallOutcome> => {
  const route = Object.hasOwn(routes, method) ? routes[method] : undefined;
  if (route === undefined) return { error: replyErrors.methodNotFound };
  if (data !== undefined && (typeof data !== 'object' || data === null || Array.isArray(data)))
    return { error: replyErrors.badRequest };
  const { idempotencyKey, ...given } = (data ?? {}) as Readonly<Record<string, unknown>>; // an object, checked above
  const target = placed(route, given);
  const query = target !== null && route.inQuery === true ? textsOf(target.rest) : {};
  if (target === null || query === null) return { error: replyErrors.badRequest };
  const response = await app.inject({
    method: route.method,
    url: `/api/v1${target.path}`,
    remoteAddress: ip,
    headers: {
      authorization: `Bearer ${token}`,
      ...(typeof idempotencyKey === 'string' ? { 'idempotency-key': idempotencyKey } : {}),
    },
    ...(route.inQuery === true ? { query } : {}),
    ...(route.inQuery !== true && route.method !== 'DELETE' ? { payload: target.rest } : {}),
  });
  const body: unknown = response.body === '' ? null : response.json();
  return response.statusCode < 400 ? { data: body } : { error: errorOf(response.statusCode, body) };
};

/** null where something is no text. */
const textsOf = (rest: Readonly<Record<string, unknown>>): Record<string, string> | null => {
  const texts = Object.entries(rest).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return texts.length === Object.keys(rest).length ? Object.fromEntries(texts) : null;
};

/** `insufficient-funds: The order needs …`: the code first, for programs; 4,000 and the HTTP status as number. */
const errorOf = (status: number, body: unknown): ReplyError => {
  const { code, detail } = (body ?? {}) as { readonly code?: string; readonly detail?: string }; // our own problem documents
  return {
    code: 4_000 + status,
    message: `${code ?? 'error'}${detail === undefined ? '' : `: ${detail}`}`,
    ...(status === 429 || status >= 500 ? { temporary: true } : {}),
  };
};
