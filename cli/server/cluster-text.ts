/** Nodes of the cluster as operators read them on the command line. */

import { withSeparators } from '#report';
import type { Cluster, ClusterNode } from '#sdk';
import type { Terminal } from '../terminal.ts';
import { printable } from './actor-text.ts';
import type { Column } from './table.ts';
import { shortTime, table } from './table.ts';

const bytesInMegabyte = 1_048_576;

/** Of what has not been said yet, nothing. */
const orNone = <T>(value: T | null, text: (value: T) => string): string => (value === null ? '' : text(value));

const columns: readonly Column<ClusterNode>[] = [
  { title: 'node', text: ({ name, isSelf }) => `${printable(name)}${isSelf ? ' *' : ''}` },
  { title: 'state', text: ({ state }) => state },
  { title: 'roles', text: ({ roles }) => roles.map(printable).join(',') },
  { title: 'shards', text: ({ shards }) => String(shards), isNumber: true },
  { title: 'weight', text: ({ weight }) => String(weight), isNumber: true },
  { title: 'actors', text: ({ load }) => orNone(load, ({ actors }) => withSeparators(actors, 0)), isNumber: true },
  {
    title: 'waiting',
    text: ({ load }) => orNone(load, ({ mailboxMessages }) => withSeparators(mailboxMessages, 0)),
    isNumber: true,
  },
  { title: 'cpu', text: ({ load }) => orNone(load, ({ cpu }) => `${Math.round(cpu * 100)}%`), isNumber: true },
  {
    title: 'MB',
    text: ({ load }) => orNone(load, ({ memoryBytes }) => withSeparators(memoryBytes / bytesInMegabyte, 0)),
    isNumber: true,
  },
  {
    title: 'runs',
    text: ({ load, runners }) => (runners === 0 ? '' : `${load?.backtestsRunning ?? '?'}/${runners}`),
    isNumber: true,
  },
  {
    title: 'link',
    text: ({ link }) =>
      orNone(link, ({ backlogBytes, isStalled }) => (isStalled ? `stalled, ${backlogBytes} B` : `${backlogBytes} B`)),
  },
  { title: 'heard', text: ({ load }) => orNone(load, ({ ageMs }) => `${(ageMs / 1_000).toFixed(1)} s ago`) },
  { title: 'joined (UTC)', text: ({ joinedAt }) => shortTime(joinedAt) },
  { title: 'version', text: ({ version }) => printable(version) },
  { title: 'address', text: ({ address }) => orNone(address, printable) },
];

export const clusterText = (cluster: Cluster, terminal: Terminal): string => {
  const { isCluster, isNatsConnected, unownedShards, unownedRoles, parkedMessages, outstandingAsks, nodes } = cluster;
  const totals = isCluster
    ? [
        isNatsConnected ? 'NATS is connected' : terminal.style('red', 'NATS is away'),
        unownedShards === 0
          ? 'every shard has an owner'
          : terminal.style('red', `${unownedShards} shards have no owner (${unownedRoles.map(printable).join(', ')})`),
        `${withSeparators(parkedMessages, 0)} messages wait for one`,
        `${withSeparators(outstandingAsks, 0)} asks of other nodes`,
      ].join(' · ')
    : 'The program is alone: no cluster.';
  return [table(nodes, columns, terminal), '', totals, terminal.style('dim', '* the node that answers')].join('\n');
};

export const nodeText = ({ name, state, shards }: ClusterNode, terminal: Terminal): string =>
  `${terminal.style('bold', printable(name))}  ${state}  ${shards} ${shards === 1 ? 'shard' : 'shards'}`;
