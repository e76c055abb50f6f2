/** The tree of the running system as it is now: supervisors, services, and kinds of actors with their counters. */

import type { ActorNode } from '#sdk';
import { Link } from '../app/link.tsx';
import { showNumber } from '../format/numbers.ts';
import { showAgo } from '../format/times.ts';
import { kindPath } from './actor-paths.ts';
import { StatusLight } from './status-light.tsx';

interface Row {
  readonly node: ActorNode;
  /** 1 for the root. */
  readonly level: number;
  /** Of its name in the tree: two services may be called alike. */
  readonly path: string;
}

export const ActorTree = ({ root }: { readonly root: ActorNode }) => (
  <div class="table-place">
    <table class="tree" role="treegrid" aria-label="What runs">
      <thead>
        <tr>
          <th>Name</th>
          <th>Status</th>
          <th class="number">In memory</th>
          <th class="number">Waiting</th>
          <th class="number">Restarts</th>
          <th>Last failure</th>
        </tr>
      </thead>
      <tbody>
        {rowsOf(root).map((row) => (
          <NodeRow key={row.path} {...row} />
        ))}
      </tbody>
    </table>
  </div>
);

const rowsOf = (node: ActorNode, level = 1, before = ''): readonly Row[] => {
  const path = `${before}/${node.type}:${node.name}`;
  const below = node.type === 'supervisor' ? node.children.flatMap((child) => rowsOf(child, level + 1, path)) : [];
  return [{ node, level, path }, ...below];
};

const NodeRow = ({ node, level }: Row) => {
  const { name, type, status, restarts, lastFailure } = node;
  return (
    <tr class={type} aria-level={level}>
      <td>
        <span class="branch" style={{ paddingLeft: `${(level - 1) * 20}px` }}>
          {type === 'kind' ? <Link to={kindPath(name)}>{name}</Link> : type === 'supervisor' ? <b>{name}</b> : name}
          {type === 'service' && <small class="muted">service</small>}
          {type === 'supervisor' && <small class="muted">{node.strategy}</small>}
        </span>
      </td>
      <td>
        <StatusLight status={status} />
      </td>
      <td class="number">{type === 'kind' && showNumber(node.resident, 0)}</td>
      <td class="number">{type === 'kind' && node.mailboxMessages > 0 && showNumber(node.mailboxMessages, 0)}</td>
      <td class={`number${restarts > 0 ? ' down' : ''}`}>{restarts > 0 && showNumber(restarts, 0)}</td>
      <td class="failure-text" title={lastFailure?.message}>
        {type === 'kind' && node.quarantined > 0 && <span class="status failed">{node.quarantined} quarantined</span>}{' '}
        {lastFailure !== null && (
          <span class="muted">
            {showAgo(lastFailure.at)}: {lastFailure.message}
          </span>
        )}
      </td>
    </tr>
  );
};
