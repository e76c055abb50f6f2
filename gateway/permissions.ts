/** Who may do what: roles expand to permissions, and everybody owns what is under his id. */

import { shardKeyOf } from '#actors';
import type { Role, SymbolUser } from '#actors';
import { ProblemError } from './errors.ts';
import type { ProblemCode } from './errors.ts';

const viewerPermissions = [
  'profile:read',
  'profile:write',
  'market:read',
  'strategies:read',
  'backtests:read',
  'trading:read',
  'notifications:read',
] as const;
const traderPermissions = ['trading:write'] as const;
const quantPermissions = ['strategies:write', 'backtests:write', 'market:write', 'data:import'] as const;
const adminPermissions = [
  'users:manage',
  'notifications:send',
  'system:read',
  'system:manage',
  'market:manage',
] as const;

export type Permission =
  | (typeof viewerPermissions)[number]
  | (typeof traderPermissions)[number]
  | (typeof quantPermissions)[number]
  | (typeof adminPermissions)[number];

/** Each role has what those before it have. */
const permissionsByRole: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  viewer: new Set(viewerPermissions),
  trader: new Set([...viewerPermissions, ...traderPermissions]),
  quant: new Set([...viewerPermissions, ...traderPermissions, ...quantPermissions]),
  admin: new Set([...viewerPermissions, ...traderPermissions, ...quantPermissions, ...adminPermissions]),
};

export const permissionsOf = (role: Role): ReadonlySet<Permission> => permissionsByRole[role];

/** Who asks: what a valid access token says. */
export interface Principal {
  readonly userId: string;
  readonly role: Role;
  readonly permissions: ReadonlySet<Permission>;
  readonly sessionId: string;
  /** Milliseconds UTC, of the token. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/**
 * Whether something is the principal's own: ids of strategies, accounts and orders begin with their
 * user's; what has an owner in its view is asked about with that.
 */
export const owns = (principal: Pick<Principal, 'userId'>, idOrOwner: string): boolean =>
  shardKeyOf(idOrOwner) === principal.userId;

/** Whom a symbol is asked for: whose own it may be, and whether that matters. */
export const symbolUser = ({ userId, permissions }: Principal): SymbolUser => ({
  userId,
  mayManage: permissions.has('market:manage'),
});

/** Refuses what is not the principal's own, in the words for what is not there at all. */
export const mustOwn = (principal: Principal, idOrOwner: string, code: ProblemCode): void => {
  if (!owns(principal, idOrOwner)) throw new ProblemError(code);
};
