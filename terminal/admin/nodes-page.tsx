/** For administrators: the nodes of the cluster, and what each has to do. */

import type { Cluster, ClusterNode } from '#sdk';
import { showBytes, showNumber } from '../format/numbers.ts';
import { showAgo } from '../format/times.ts';
import { Show } from '../parts/states.tsx';
import { useEvery } from '../parts/use-every.ts';
import { useLoaded } from '../parts/use-loaded.ts';
import { client } from '../session/session.ts';
import { AdminHead, AdminTabs } from './admin-head.tsx';
import { NodeButtons } from './node-buttons.tsx';
import { StatusLight } from './status-light.tsx';

const everyMs = 2_000;

export const NodesPage = () => {
  const cluster = useLoaded(() => client.system.nodes(), []);
  useEvery(everyMs, cluster.reload);
  return (
    <div class="page">
      <AdminHead />
      <section class="panel">
        <AdminTabs tab="nodes" />
        <Show of={cluster}>
          {(value) => (
            <>
              <Totals cluster={value} />
              <NodeRows cluster={value} onChange={cluster.reload} />
            </>
          )}
        </Show>
      </section>
    </div>
  );
};

const Totals = ({ cluster }: { readonly cluster: Cluster }) => {
  const { isCluster, isNatsConnected, unownedShards, unownedRoles, parkedMessages, outstandingAsks } = cluster;
  if (!isCluster)
    return (
      <p class="all-well">
        <span class="light live" />
        The program is alone: no cluster.
      </p>
    );
  return (
    <p class="all-well">
      <span class={`light ${isNatsConnected && unownedShards === 0 ? 'live' : 'failed'}`} />
      NATS is {isNatsConnected ? 'connected' : 'away'} · {showNumber(unownedShards, 0)} shards without an owner
      {unownedRoles.length > 0 && ` (${unownedRoles.join(', ')})`} · {showNumber(parkedMessages, 0)} messages wait for
      one · {showNumber(outstandingAsks, 0)} asks of other nodes
    </p>
  );
};

interface NodeRowsProps {
  readonly cluster: Cluster;
  readonly onChange: () => void;
}

const NodeRows = ({ cluster: { nodes, isCluster }, onChange }: NodeRowsProps) => (
  <div class="table-place">
    <table>
      <thead>
        <tr>
          <th>Node</th>
          <th>State</th>
          <th>Roles</th>
          <th class="number">Shards</th>
          <th class="number">Weight</th>
          <th class="number">Actors</th>
          <th class="number">Waiting</th>
          <th class="number">CPU</th>
          <th class="number">Memory</th>
          <th class="number">Backtests</th>
          <th class="number">Link</th>
          <th>Joined</th>
          <th />
        </tr>
      </thead>
      <tbody>
        {nodes.map((node) => (
          <NodeRow key={node.incarnation} node={node} isCluster={isCluster} onChange={onChange} />
        ))}
      </tbody>
    </table>
  </div>
);

interface NodeRowProps {
  readonly node: ClusterNode;
  readonly isCluster: boolean;
  readonly onChange: () => void;
}

const NodeRow = ({ node, isCluster, onChange }: NodeRowProps) => {
  const { load, link } = node;
  return (
    <tr>
      <td
        title={[node.address, `version ${node.version}`, node.incarnation].filter((part) => part !== null).join(' · ')}
      >
        {node.name} {node.isSelf && <small class="muted">answers</small>}
      </td>
      <td>
        <StatusLight status={node.state} />
      </td>
      <td>{node.roles.join(', ')}</td>
      <td class="number">{showNumber(node.shards, 0)}</td>
      <td class="number">{node.weight}</td>
      <td class="number">{load !== null && showNumber(load.actors, 0)}</td>
      <td class="number">{load !== null && showNumber(load.mailboxMessages, 0)}</td>
      <td class="number">{load !== null && `${showNumber(load.cpu * 100, 0)} %`}</td>
      <td class="number">{load !== null && showBytes(load.memoryBytes)}</td>
      <td class="number">{node.runners > 0 && `${load?.backtestsRunning ?? '?'} of ${node.runners}`}</td>
      <td class={`number${link?.isStalled === true ? ' down' : ''}`}>
        {link !== null && `${showBytes(link.backlogBytes)}${link.isStalled ? ', stalled' : ''}`}
      </td>
      <td class="time">{showAgo(node.joinedAt)}</td>
      <td>{isCluster && node.state !== 'lapsed' && <NodeButtons node={node} onChange={onChange} />}</td>
    </tr>
  );
};
