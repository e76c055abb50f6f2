/** `kill -9` of one of three nodes that hold 3,000 actors under load: until all of them answer again, with nothing lost. */

import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { startNode } from '#test/cluster';
import { startNats, startPostgres } from '#test/servers';
import type { Benchmark } from './benchmark.ts';

const purses = 3_000;
const clients = 30;
const loadMs = 3_000;
const leaseMs = 5_000;
const patienceMs = 30_000;
const reachSeconds = 10;
/** What each has at first (`test/cluster/purses.ts`). */
const purseBegins = 1_000_000;

interface Look {
  readonly balance: number;
  readonly paid: number;
}

const benchmark: Benchmark = {
  name: 'failover',
  async run() {
    const [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
    const databaseUrl = await postgres.database();
    const settings = { leaseMs, roles: ['actors'], version: '1', settleMs: 0, movesPerRound: 1_024, skewMs: 0 };
    const nodes = await Promise.all(
      ['a', 'b', 'c'].map((node) => startNode({ databaseUrl, natsUrl: nats.url, node, ...settings })),
    );
    try {
      const ids = Array.from({ length: purses }, (_, i) => `purse${i}`);
      const living = [...nodes];
      /** Until it is answered, by whichever node is there. */
      const insist = async <T>(id: string, command: object, options: { readonly commandId?: string }): Promise<T> => {
        const until = performance.now() + patienceMs;
        for (let attempt = Math.floor(Math.random() * living.length); ; attempt++) {
          const node = living[attempt % living.length];
          if (node === undefined) throw new Error('no node lives');
          try {
            return await node.ask<T>(id, command, { ...options, timeoutMs: 2_000 });
          } catch (error) {
            if (performance.now() > until) throw error;
            await delay(20);
          }
        }
      };
      await Promise.all(ids.map((id) => insist(id, { type: 'Look' }, {})));
      let payments = 0;
      const loading = new AbortController();
      const pay = async (): Promise<void> => {
        while (!loading.signal.aborted) {
          const [from, to] = [ids[Math.floor(Math.random() * purses)], ids[Math.floor(Math.random() * purses)]];
          if (from === undefined) return;
          await insist(from, { type: 'Pay', to, amount: 1 }, { commandId: randomUUID() });
          payments++;
        }
      };
      const load = Promise.all(Array.from({ length: clients }, pay));
      await delay(loadMs);
      const [victim] = living.splice(0, 1);
      const killedAt = performance.now();
      await victim?.kill();
      await Promise.all(ids.map((id) => insist(id, { type: 'Look' }, {})));
      const seconds = (performance.now() - killedAt) / 1_000;
      loading.abort();
      await load;
      // What was paid is received when its message has arrived.
      const until = performance.now() + patienceMs;
      for (;;) {
        const looks = await Promise.all(ids.map((id) => insist<Look>(id, { type: 'Look' }, {})));
        const paid = looks.reduce((sum, look) => sum + look.paid, 0);
        const balance = looks.reduce((sum, look) => sum + look.balance, 0);
        if (paid !== payments) throw new Error(`${payments} payments were acknowledged, and ${paid} made`);
        if (balance === purses * purseBegins) break;
        if (performance.now() > until) throw new Error(`${balance - purses * purseBegins} are too many in the purses`);
        await delay(100);
      }
      return [
        {
          name: 'failover: kill -9 of one of three nodes with 3,000 actors',
          value: seconds,
          unit: 's',
          reference: null,
          ratio: seconds / reachSeconds,
          reach: `≤ ${reachSeconds} s, nothing lost`,
          ok: seconds <= reachSeconds,
        },
      ];
    } finally {
      await Promise.all(nodes.map((node) => node.kill()));
      await nats.stop();
      await postgres.stop();
    }
  },
};

export default benchmark;
