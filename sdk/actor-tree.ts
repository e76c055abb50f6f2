/** The running system as a tree: supervisors with what they look after, down to services and kinds of actors. */

import type { KindNode, ServiceNode, SupervisorNode } from './generated/api.ts';

export type { KindNode, ServiceNode, SupervisorNode } from './generated/api.ts';
export type ActorNode = SupervisorNode | ServiceNode | KindNode;

/** All kinds of actors in a tree, wherever they hang. */
export const kindsIn = (node: ActorNode): readonly KindNode[] =>
  node.type === 'kind' ? [node] : node.type === 'supervisor' ? node.children.flatMap(kindsIn) : [];
