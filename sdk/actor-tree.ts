/** The running system as a tree: supervisors with what they look after, down to services and kinds of actors. */

import type { Operations } from './generated/api.ts';

interface Node {
  readonly name: string;
  readonly status: string;
  /** How often it was started again; of a kind, how often one of its actors. */
  readonly restarts: number;
  /** `at` is null where the time is not known. */
  readonly lastFailure: { readonly message: string; readonly at: string | null } | null;
}

export interface SupervisorNode extends Node {
  readonly type: 'supervisor';
  readonly children: readonly ActorNode[];
}

export interface ServiceNode extends Node {
  readonly type: 'service';
}

export interface KindNode extends Node {
  readonly type: 'kind';
  /** Actors in memory. */
  readonly resident: number;
  readonly mailboxMessages: number;
  /** Actors in memory that wait for an operator. */
  readonly quarantined: number;
}

export type ActorNode = SupervisorNode | ServiceNode | KindNode;

/** What the server lists, in the form of a tree. */
export const treeOf = ({ services, kinds }: Operations['GET /api/v1/system/actors']['answer']): SupervisorNode => ({
  ...supervisor,
  name: 'system',
  children: [
    {
      ...supervisor,
      name: 'services',
      children: services.map(({ lastFailure, ...service }): ServiceNode => ({
        type: 'service',
        ...service,
        lastFailure: lastFailure === null ? null : { message: lastFailure, at: null },
      })),
    },
    {
      ...supervisor,
      name: 'actors',
      children: kinds.map(({ kind, ...counts }): KindNode => ({
        type: 'kind',
        name: kind,
        status: 'running',
        lastFailure: null,
        ...counts,
      })),
    },
  ],
});

const supervisor = { type: 'supervisor', status: 'running', restarts: 0, lastFailure: null } as const;

/** All kinds of actors in a tree, wherever they hang. */
export const kindsIn = (node: ActorNode): readonly KindNode[] =>
  node.type === 'kind' ? [node] : node.type === 'supervisor' ? node.children.flatMap(kindsIn) : [];
