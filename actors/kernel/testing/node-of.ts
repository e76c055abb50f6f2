/** One node of a running system's tree. */

import type { ActorSystem } from '../actor-system.ts';
import { nodesOf } from '../supervision/tree-view.ts';
import type { TreeView } from '../supervision/tree-view.ts';

export const nodeOf = (system: Pick<ActorSystem, 'inspect'>, name: string): TreeView | undefined =>
  nodesOf(system.inspect()).find((node) => node.name === name);
