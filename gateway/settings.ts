/** What an operator may set of the gateway; the composition root fills it from the environment. */

import type { Role } from '#actors';

export interface GatewaySettings {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Addresses of proxies whose `X-Forwarded-For` is believed; none: the socket's address is the client's. */
  readonly trustedProxies: readonly string[];
  /** `iss` and `aud` of access tokens. */
  readonly issuer: string;
  readonly audience: string;
  readonly registration: 'open' | 'closed';
  readonly registrationRole: Role;
  /** Origins whose pages may open sockets; empty: the server's own alone. */
  readonly allowedOrigins: readonly string[];
  /** For each address and group of routes, without a token. */
  readonly anonymousRequestsPerMinute: number;
  /** For each user. */
  readonly userRequestsPerMinute: number;
  /** `health`: only what says how the node is, for one that does other work. */
  readonly serves: 'everything' | 'health';
  /** Of the program, for `system/info`. */
  readonly version: string;
}

export const defaultSettings: GatewaySettings = {
  host: '127.0.0.1',
  port: 8080,
  trustedProxies: [],
  issuer: 'xtrading',
  audience: 'xtrading-api',
  registration: 'open',
  registrationRole: 'quant',
  allowedOrigins: [],
  anonymousRequestsPerMinute: 100,
  userRequestsPerMinute: 6_000,
  serves: 'everything',
  version: '0.0.0',
};
