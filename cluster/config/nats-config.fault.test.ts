/** Settings in NATS, on real servers: the same on every node, whatever happens to the server and its store. */

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { systemClock } from '#kernel';
import { startNats } from '#test/servers';
import type { NatsServer } from '#test/servers';
import { openNats } from '../nats.ts';
import type { StoringNats } from '../nats.ts';
import type { ClusterConfig, ConfigReport } from './cluster-config.ts';
import { openClusterConfig } from './nats-config.ts';

interface Node {
  readonly nats: StoringNats;
  readonly config: ClusterConfig;
  readonly reports: readonly ConfigReport[];
  readonly end: () => Promise<void>;
}

let server: NatsServer;
let nodes: Node[] = [];
beforeEach(async () => {
  server = await startNats();
});
afterEach(async () => {
  await Promise.all(nodes.map((node) => node.end()));
  nodes = [];
  await server.stop();
});

const startNode = async (): Promise<Node> => {
  const nats = await openNats({ url: server.url, name: `node-${nodes.length}` });
  const reports: ConfigReport[] = [];
  const config = openClusterConfig(nats, { clock: systemClock, report: (event) => reports.push(event) });
  const stopping = new AbortController();
  const { promise: isStarted, resolve: started } = Promise.withResolvers<void>();
  const done = config.service.run({ signal: stopping.signal, started });
  await Promise.race([isStarted, done]);
  const node: Node = {
    nats,
    config,
    reports,
    end: async () => {
      stopping.abort();
      await done;
      await nats.close();
    },
  };
  nodes.push(node);
  return node;
};

const by = { author: 'ann' };
const eventually = (check: () => void | Promise<void>): Promise<void> =>
  vi.waitFor(check, { timeout: 30_000, interval: 20 });

describe('settings in NATS', () => {
  test('are the same on all nodes, at once, and for those that come later', async () => {
    const one = await startNode();
    const other = await startNode();
    const heard: string[] = [];
    other.config.watch((name) => heard.push(name));
    expect(await one.config.set('placement.movesPerRound', '8', by)).toMatchObject({ type: 'changed' });
    expect(one.config.get('placement.movesPerRound')).toBe(8);
    await eventually(() => expect(other.config.get('placement.movesPerRound')).toBe(8));
    expect(heard).toEqual(['placement.movesPerRound']);
    expect((await startNode()).config.get('placement.movesPerRound')).toBe(8);
    await one.config.unset('placement.movesPerRound', { author: 'bob' });
    await eventually(() => expect(other.config.get('placement.movesPerRound')).toBe(32));
    expect(await other.config.history('placement.movesPerRound')).toMatchObject([
      { value: '8', author: 'ann' },
      { value: null, author: 'bob' },
    ]);
  });

  test('are not overwritten by whoever has not seen the newest', async () => {
    const one = await startNode();
    const other = await startNode();
    // At once: neither has heard of the other.
    const outcomes = await Promise.all([
      one.config.set('log.level', 'debug', { ...by, seen: null }),
      other.config.set('log.level', 'error', { author: 'bob', seen: null }),
    ]);
    expect(outcomes.map(({ type }) => type).sort()).toEqual(['changed', 'overtaken']);
    await eventually(() => expect(one.config.text('log.level')).toBe(other.config.text('log.level')));
    expect(await one.config.history('log.level')).toHaveLength(1);
  });

  test('keep 64 changes of each', async () => {
    const { config } = await startNode();
    for (let i = 1; i <= 70; i++) await config.set('placement.movesPerRound', String(i), by);
    const history = await config.history('placement.movesPerRound');
    expect(history).toHaveLength(64);
    expect(history?.at(-1)?.value).toBe('70');
  });

  test('count as they were last known while the server is away, and are not set', async () => {
    const { config, reports } = await startNode();
    await config.set('registration', 'closed', by);
    await server.kill();
    await eventually(() => expect(reports.map(({ type }) => type)).toContain('config-waits'));
    expect(config.get('registration')).toBe('closed');
    await expect(config.set('registration', 'open', by)).rejects.toMatchObject({ code: 'storage-away' });
    await server.start();
    await eventually(() => expect(reports.map(({ type }) => type)).toContain('config-goes-on'));
    expect(await config.set('registration', 'open', by)).toMatchObject({ type: 'changed' });
    expect(await config.history('registration')).toMatchObject([{ value: 'closed' }, { value: 'open' }]);
  });

  test('are written back once when the server has lost its store', async () => {
    const [one, other] = [await startNode(), await startNode()];
    await one.config.set('registration', 'closed', by);
    await one.config.set('placement.movesPerRound', '8', by);
    await one.config.set('log.level', 'debug', by);
    await one.config.unset('log.level', by);
    await eventually(() => expect(other.config.all()).toEqual(one.config.all()));
    await server.kill();
    await server.start({ wipe: true });
    const back = (node: Node) =>
      node.reports.flatMap((event) => (event.type === 'settings-written-back' ? event.names : [])).sort();
    await eventually(() =>
      expect([...back(one), ...back(other)].sort()).toEqual(['placement.movesPerRound', 'registration']),
    );
    for (const { config } of [one, other, await startNode()]) {
      await eventually(() => expect(config.get('registration')).toBe('closed'));
      expect(config.get('placement.movesPerRound')).toBe(8);
      expect(config.get('log.level')).toBeNull();
    }
    // Its copy is there before it has the new bucket.
    await eventually(async () => expect(await one.config.history('registration')).toHaveLength(1));
    // And both follow the new bucket.
    await eventually(() => expect(other.config.all()).toEqual(one.config.all()));
    expect(await one.config.set('registration', 'open', by)).toMatchObject({ type: 'changed' });
    await eventually(() => expect(other.config.get('registration')).toBe('open'));
  });

  test('are written back when somebody removes the bucket under way', async () => {
    const { config, reports, nats } = await startNode();
    await config.set('registration', 'closed', by);
    const connection = await connect({ servers: server.url });
    await (await jetstreamManager(connection)).streams.delete('KV_xt_config');
    await connection.close();
    await eventually(() => expect(reports).toContainEqual({ type: 'settings-written-back', names: ['registration'] }));
    expect(config.get('registration')).toBe('closed');
    expect(nats.isConnected).toBe(true);
  });

  test('that are not known or can not be read are reported, and defaults count', async () => {
    const first = await startNode();
    const bucket = await first.nats.buckets.open({
      name: 'xt_config',
      description: '',
      history: 64,
      valueBytesMax: 4_096,
      replicas: 1,
    });
    await bucket.put('of.tomorrow', '{"value":"1","author":"ann","at":0}', null);
    await bucket.put('log.level', '{"value":"loud","author":"ann","at":0}', null);
    await bucket.put('registration', 'torn', null);
    const { config, reports } = await startNode();
    await eventually(() => {
      expect(reports.filter((event) => 'name' in event)).toMatchObject([
        { type: 'setting-unreadable', name: 'log.level' },
        { type: 'setting-unreadable', name: 'registration' },
        { type: 'setting-not-known', name: 'of.tomorrow' },
      ]);
    });
    expect(config.get('log.level')).toBeNull();
    expect(config.all().find(({ name }) => name === 'log.level')).toMatchObject({
      isSet: false,
      problem: 'log.level=loud is not one of error, warn, info, debug.',
    });
    // It is set right like any other.
    expect(await config.set('registration', 'open', by)).toMatchObject({ type: 'changed' });
    expect(config.get('registration')).toBe('open');
  });
});
