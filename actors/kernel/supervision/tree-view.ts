/** The tree as operators see it: plain data, made when somebody asks. */

import type { Strategy } from './child.ts';

export type NodeStatus =
  /** Its turn has not come. */
  | 'waiting'
  | 'starting'
  | 'running'
  /** It has failed and is started again when some time has passed. */
  | 'backing-off'
  | 'stopping'
  /** It was told to end and has not. */
  | 'stuck'
  | 'stopped'
  /** Its work is done. */
  | 'completed'
  /** It is not started again. */
  | 'failed';

export interface NodeFailure {
  readonly message: string;
  /** Milliseconds UTC. */
  readonly at: number;
}

interface NodeView {
  readonly name: string;
  readonly status: NodeStatus;
  /** How often it was started again, for whatever reason. */
  readonly restarts: number;
  readonly lastFailure: NodeFailure | null;
}

export interface ServiceView extends NodeView {
  readonly type: 'service';
}

/** All actors of a kind: each is supervised by its own cell, and too many to be nodes. */
export interface KindView extends NodeView {
  readonly type: 'kind';
  readonly resident: number;
  readonly mailboxMessages: number;
  readonly mailboxBytes: number;
  readonly quarantined: number;
}

export interface SupervisorView extends NodeView {
  readonly type: 'supervisor';
  readonly strategy: Strategy;
  readonly children: readonly TreeView[];
}

export type TreeView = SupervisorView | ServiceView | KindView;

/** A node and all below it, from the top and in the order in which they start. */
export const nodesOf = (node: TreeView): readonly TreeView[] =>
  node.type === 'supervisor' ? [node, ...node.children.flatMap(nodesOf)] : [node];

/** The kinds of actors on a tree. */
export const kindsOf = (node: TreeView): readonly KindView[] => nodesOf(node).filter((each) => each.type === 'kind');
