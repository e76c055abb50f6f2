/** The door of the typed client. */

export { createClient } from './client.ts';
export type { Client } from './client.ts';
export { ApiProblem, Unreachable } from './api-problem.ts';
export { SignedOut } from './session.ts';
export type { AccessToken, TokenStore } from './session.ts';
export { kindsIn } from './actor-tree.ts';
export type { ActorNode, KindNode, ServiceNode, SupervisorNode } from './actor-tree.ts';
export { Realtime } from './realtime.ts';
export type { ConnectionState } from './realtime.ts';
export type * from './api-types.ts';
