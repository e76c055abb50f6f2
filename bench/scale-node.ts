/** A node of the measurement `bench:scale`: told by its parent what to do, so that no client is measured with it. */

import type { ActorKind, ActorSystem, Command } from '#kernel';
import { startMember } from '#test/start-member';
import { endOnTrouble } from './report-trouble.ts';

export interface ScaleNodeOptions {
  readonly databaseUrl: string;
  readonly natsUrl: string;
  readonly node: string;
}

export type ToScaleNode =
  /** Ask actors anywhere, `outstanding` at a time: persisted commands, or questions that are only answered. */
  | {
      readonly type: 'ask';
      readonly what: 'commands' | 'questions';
      readonly outstanding: number;
      readonly ms: number;
    }
  | { readonly type: 'publish'; readonly count: number }
  | { readonly type: 'view' }
  | { readonly type: 'stop' };

export type FromScaleNode =
  | { readonly type: 'ready' }
  | { readonly type: 'done'; readonly count: number }
  | { readonly type: 'viewed'; readonly shards: number; readonly nodes: number; readonly unowned: number };

const actorCount = 5_000;
const channel = 'quotes:BTCUSD';

interface Place extends Command<number> {
  readonly type: 'Place';
  readonly orderId: string;
}
interface Placed {
  readonly type: 'Placed';
  readonly orderId: string;
  readonly symbol: string;
  readonly price: string;
}

/** Writes an event as large as an order, and answers how many there are. */
const book: ActorKind<Place, number, Placed> = {
  name: 'book',
  durability: 'journal',
  initialState: () => 0,
  decide: {
    Place: ({ orderId }, count) => ({
      events: [{ type: 'Placed', orderId, symbol: 'BTCUSD', price: '64250.5' }],
      reply: count + 1,
    }),
  },
  evolve: (count) => count + 1,
  passivateAfterMs: 'never',
};

interface Double extends Command<number> {
  readonly type: 'Double';
  readonly number: number;
}

const doubler: ActorKind<Double, null> = {
  name: 'doubler',
  durability: 'volatile',
  initialState: () => null,
  decide: { Double: ({ number }) => ({ reply: number * 2 }) },
  evolve: (state) => state,
  passivateAfterMs: 'never',
};

const askMany = async (
  system: ActorSystem,
  { what, outstanding, ms }: Extract<ToScaleNode, { type: 'ask' }>,
): Promise<number> => {
  const until = performance.now() + ms;
  let count = 0;
  const work = async (): Promise<void> => {
    while (performance.now() < until) {
      const id = `actor${Math.floor(Math.random() * actorCount)}`;
      if (what === 'questions') await system.ask(doubler, id, { type: 'Double', number: count });
      else await system.ask(book, id, { type: 'Place', orderId: crypto.randomUUID() });
      count++;
    }
  };
  await Promise.all(Array.from({ length: outstanding }, work));
  return count;
};

const main = async ({ databaseUrl, natsUrl, node }: ScaleNodeOptions): Promise<void> => {
  const say = (message: FromScaleNode): void => {
    process.send?.(message);
  };
  // Without its parent nobody would end it.
  process.on('disconnect', () => process.exit(0));
  const { system, cluster, nats, stop } = await startMember({
    databaseUrl,
    natsUrl,
    facts: { node, roles: ['actors'], version: '1' },
    leaseMs: 5_000,
    kinds: [book, doubler],
    // As it is by default, but that nodes settle in a second and not in twenty.
    placement: { movesPerRound: 32, settleMs: 1_000, isRebalancing: true },
    report: endOnTrouble,
    reportCluster: () => {},
    onEscalation: (error) => {
      throw error;
    },
  });
  cluster.bus.subscribe(channel, () => {});
  process.on('message', (message: ToScaleNode) => {
    if (message.type === 'stop') void stop().then(() => process.exit(0));
    else if (message.type === 'ask') void askMany(system, message).then((count) => say({ type: 'done', count }));
    else if (message.type === 'publish') {
      const data = { bid: '64250.5', ask: '64251.0', at: Date.now() };
      for (let i = 0; i < message.count; i++) cluster.bus.publish({ channel, key: 'quote', data });
      void nats.flush().then(() => say({ type: 'done', count: message.count }));
    } else {
      const { nodes, unownedShards } = cluster.view();
      const own = nodes.find(({ isSelf }) => isSelf)?.shards ?? 0;
      say({ type: 'viewed', shards: own, nodes: nodes.length, unowned: unownedShards });
    }
  });
  say({ type: 'ready' });
};

const [, file, given] = process.argv;
// The parent's, as JSON.
if (import.meta.filename === file && given !== undefined) await main(JSON.parse(given) as ScaleNodeOptions);
