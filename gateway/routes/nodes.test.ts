import { afterEach, describe, expect, test } from 'vitest';
import { operationsKind } from '#actors';
import type { ClusterNodes } from '#ports';
import { clusterReport, nodeReport } from '../testing/node-report.ts';
import { startTestGateway } from '../testing/test-gateway.ts';
import type { TestGateway } from '../testing/test-gateway.ts';

/** Two nodes, and one that has ended; the second one can be drained. */
const twoNodes = () => {
  let isLeaving = false;
  const drained: (readonly [string, boolean])[] = [];
  const nodes: ClusterNodes = {
    isCluster: true,
    report: () =>
      clusterReport(
        [
          nodeReport('one', { isSelf: true, shards: 40 }),
          nodeReport('two', { incarnation: 'two0', isLapsed: true, shards: 0 }),
          nodeReport('two', {
            shards: 20,
            isLeaving,
            load: {
              ageMs: 120,
              actors: 5,
              mailboxMessages: 1,
              cpu: 0.25,
              memoryBytes: 1_000_000,
              backtestsRunning: 1,
            },
            link: { backlogBytes: 512, isStalled: false },
          }),
        ],
        { unownedShards: 4, parkedMessages: 7, outstandingAsks: 2 },
      ),
    drain: (node, leave) => {
      drained.push([node, leave]);
      isLeaving = leave;
      return Promise.resolve(true);
    },
  };
  return { nodes, drained };
};

let gateway: TestGateway;
afterEach(() => gateway.stop());

describe('administrators', () => {
  test('see all nodes, with what each has to do', async () => {
    gateway = await startTestGateway({ parts: { nodes: twoNodes().nodes } });
    const { headers } = await gateway.userWith('admin');
    const answer = await gateway.call('GET', '/system/nodes', { headers });
    expect(answer.json()).toMatchObject({
      isCluster: true,
      isNatsConnected: true,
      unownedShards: 4,
      parkedMessages: 7,
      outstandingAsks: 2,
      nodes: [
        { name: 'one', isSelf: true, state: 'active', shards: 40, load: null },
        { name: 'two', incarnation: 'two0', state: 'lapsed' },
        { name: 'two', state: 'active', load: { ageMs: 120, cpu: 0.25 }, link: { backlogBytes: 512 } },
      ],
    });
    const [first] = answer.json<{ readonly nodes: readonly { readonly joinedAt: string }[] }>().nodes;
    expect(Date.parse(first?.joinedAt ?? '')).toBe(gateway.clock.now() - 60_000);
  });

  test('drain a node by its name and take it back, and both are recorded', async () => {
    const { nodes, drained } = twoNodes();
    gateway = await startTestGateway({ parts: { nodes } });
    const { id, headers } = await gateway.userWith('admin');
    const leaving = await gateway.call('POST', '/system/nodes/two/drain', { headers });
    expect(leaving.json()).toMatchObject({ name: 'two', incarnation: 'two1', state: 'leaving' });
    const back = await gateway.call('POST', '/system/nodes/two1/resume', { headers });
    expect(back.json()).toMatchObject({ state: 'active' });
    expect(drained).toEqual([
      ['two1', true],
      ['two1', false],
    ]);
    const audit = await gateway.call('GET', `/system/audit?by=${id}`, { headers });
    expect(audit.json<{ readonly data: readonly { readonly action: string }[] }>().data.slice(0, 2)).toMatchObject([
      { action: 'node-resumed', node: 'two', incarnation: 'two1' },
      { action: 'node-drained', node: 'two', incarnation: 'two1' },
    ]);
    expect(gateway.journal.eventsOf({ kind: operationsKind.name, id })).toHaveLength(2);
  });

  test('are told that there is no such node, and nothing is recorded', async () => {
    const { nodes, drained } = twoNodes();
    gateway = await startTestGateway({ parts: { nodes } });
    const { id, headers } = await gateway.userWith('admin');
    const answer = await gateway.call('POST', '/system/nodes/three/drain', { headers });
    expect(answer.json()).toMatchObject({ status: 404, code: 'node-unknown' });
    expect(drained).toEqual([]);
    expect(gateway.journal.eventsOf({ kind: operationsKind.name, id })).toHaveLength(0);
  });

  test('can not drain a program that is alone', async () => {
    gateway = await startTestGateway();
    const { headers } = await gateway.userWith('admin');
    expect((await gateway.call('GET', '/system/nodes', { headers })).json()).toMatchObject({
      isCluster: false,
      nodes: [{ name: 'here', isSelf: true }],
    });
    const answer = await gateway.call('POST', '/system/nodes/here/drain', { headers });
    expect(answer.json()).toMatchObject({ status: 409, code: 'node-alone' });
  });
});

test('nobody else sees the nodes, or drains one', async () => {
  gateway = await startTestGateway({ parts: { nodes: twoNodes().nodes } });
  const { headers } = await gateway.userWith('quant');
  expect((await gateway.call('GET', '/system/nodes', { headers })).statusCode).toBe(403);
  expect((await gateway.call('POST', '/system/nodes/two/drain', { headers })).statusCode).toBe(403);
});

test('metrics count nodes, shards and what waits', async () => {
  gateway = await startTestGateway({ parts: { nodes: twoNodes().nodes } });
  const { body } = await gateway.app.inject('/metrics');
  expect(body).toContain('cluster_nodes{state="active"} 2');
  expect(body).toContain('cluster_nodes{state="lapsed"} 1');
  expect(body).toContain('cluster_shards_owned 40');
  expect(body).toContain('cluster_shards_unowned 4');
  expect(body).toContain('cluster_messages_parked 7');
  expect(body).toContain('cluster_link_backlog_bytes{node="two"} 512');
});
