import { expect, test } from 'vitest';
import type { Cluster, ClusterNode } from '#sdk';
import type { Terminal } from '../terminal.ts';
import { clusterText } from './cluster-text.ts';

const terminal: Terminal = {
  isInteractive: false,
  columns: 120,
  print: () => undefined,
  note: () => undefined,
  status: () => undefined,
  style: (_style, text) => text,
};

const node: ClusterNode = {
  name: 'one',
  incarnation: 'a1',
  isSelf: true,
  state: 'active',
  roles: ['actors', 'gateway'],
  weight: 1,
  runners: 0,
  version: '0.1.0',
  address: null,
  joinedAt: '2026-01-31T09:30:00.000Z',
  shards: 40,
  load: null,
  link: null,
};
const cluster: Cluster = {
  isCluster: true,
  isNatsConnected: true,
  unownedShards: 0,
  unownedRoles: [],
  parkedMessages: 0,
  outstandingAsks: 0,
  nodes: [
    node,
    {
      ...node,
      name: 'two',
      isSelf: false,
      state: 'leaving',
      runners: 4,
      shards: 3,
      load: { ageMs: 900, actors: 12_345, mailboxMessages: 7, cpu: 0.5, memoryBytes: 209_715_200, backtestsRunning: 2 },
      link: { backlogBytes: 4_096, isStalled: true },
    },
  ],
};

test('each node has a line, with what is known of it', () => {
  const [, one = '', two = ''] = clusterText(cluster, terminal).split('\n');
  expect(one).toMatch(/^one \* +active +actors,gateway +40 +1 +2026-01-31 09:30:00 +0\.1\.0$/);
  expect(two).toMatch(/^two +leaving .* 3 +1 +12,345 +7 +50% +200 +2\/4 +stalled, 4096 B +0\.9 s ago /);
});

test('what is wrong with all of it stands below', () => {
  const text = clusterText(
    { ...cluster, isNatsConnected: false, unownedShards: 4, unownedRoles: ['trading'], parkedMessages: 9 },
    terminal,
  );
  expect(text).toContain('NATS is away · 4 shards have no owner (trading) · 9 messages wait for one');
  expect(clusterText({ ...cluster, isCluster: false }, terminal)).toContain('no cluster');
});

test('what nodes call themselves does not steer the terminal', () => {
  const text = clusterText({ ...cluster, nodes: [{ ...node, name: 'a\u001b[31m' }] }, terminal);
  expect(text).not.toContain('\u001b');
});
