/** The tree of the running system as it is now: supervisors, services, and kinds of actors with their counters. */

import { useEffect } from 'preact/hooks';
import type { ActorTree } from '#sdk';
import { showNumber } from '../format/numbers.ts';
import { Show } from '../parts/states.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import { client } from '../session/session.ts';

const everyMs = 3_000;

export const ActorTreeView = () => {
  const tree = useLoaded(() => client.system.actors(), []);
  useEffect(() => {
    const timer = setInterval(tree.reload, everyMs);
    return () => clearInterval(timer);
  }, []);
  return (
    <Show of={tree}>
      {(value) => (
        <div class="tree">
          <Node node={value} />
        </div>
      )}
    </Show>
  );
};

type TreeNode = ActorTree | ActorTree['children'][number];

/** Of the statuses of backtests some have other colours. */
const statusClass = ({ status }: TreeNode): string =>
  status === 'running' || status === 'completed' ? 'running-service' : status === 'stuck' ? 'failed' : status;

const Node = ({ node }: { readonly node: TreeNode }) => (
  <>
    <span class="node">
      {node.type === 'supervisor' ? <b>{node.name}</b> : node.name}
      <span class={`status ${statusClass(node)}`}>{node.status}</span>
      {node.type === 'supervisor' && <span class="tag">{node.strategy}</span>}
      {node.type === 'kind' && <Counters of={node} />}
      {node.restarts > 0 && <span class="down">{node.restarts} restarts</span>}
      {node.lastFailure !== null && (
        <small class="muted" title={node.lastFailure.at}>
          last: {node.lastFailure.message}
        </small>
      )}
    </span>
    {node.type === 'supervisor' && (
      <ul>
        {node.children.map((child) => (
          <li key={child.name}>
            <Node node={child} />
          </li>
        ))}
      </ul>
    )}
  </>
);

const Counters = ({
  of: { resident, mailboxMessages, quarantined },
}: {
  readonly of: Extract<TreeNode, { readonly type: 'kind' }>;
}) => (
  <>
    <span class="tag">{showNumber(resident, 0)} resident</span>
    {mailboxMessages > 0 && <span class="tag">{showNumber(mailboxMessages, 0)} waiting</span>}
    {quarantined > 0 && <span class="down">{quarantined} quarantined</span>}
  </>
);
