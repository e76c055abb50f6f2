/** Which service each kind of actor belongs to: what a node can be there for alone. */

/** In the order of the services; part of what is stored in a journal, beside the shards of each. */
export const actorRoles = ['users', 'strategies', 'backtests', 'trading', 'market-data', 'notifications'] as const;
export type ActorRole = (typeof actorRoles)[number];

/** A kind stays where it is for ever: its actors' shards are stored with their events. */
const roles: ReadonlyMap<string, ActorRole> = new Map<string, ActorRole>([
  ['user', 'users'],
  ['operations', 'users'],
  ['strategy', 'strategies'],
  ['backtest', 'backtests'],
  ['batch', 'backtests'],
  ['dispatcher', 'backtests'],
  ['account', 'trading'],
  ['deployment', 'trading'],
  ['symbol', 'market-data'],
  ['import', 'market-data'],
  ['market', 'market-data'],
  ['inbox', 'notifications'],
]);

/** Of a kind that this version of the program does not have there are no actors: any will do. */
export const actorRoleOf = (kind: string): ActorRole => roles.get(kind) ?? 'users';

/** Kinds whose role is known. */
export const kindsWithRole: readonly string[] = [...roles.keys()];
