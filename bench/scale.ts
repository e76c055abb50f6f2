/**
 * What one, two and four nodes cost (`npm run bench:scale`): prints the tables of docs/scale.md. Takes three minutes, so
 * it is none of the benchmarks of `npm run bench`; and it has no mark to reach: it is what the document calculates with.
 */

import { availableParallelism } from 'node:os';
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startNats, startPostgres } from '#test/servers';
import type { NatsServer, PostgresServer } from '#test/servers';
import { measureLooks } from './scale-looks.ts';
import type { LookCost } from './scale-looks.ts';
import type { FromScaleNode, ToScaleNode } from './scale-node.ts';
import { scaleTables } from './scale-tables.ts';
import type { Load, Size } from './scale-tables.ts';
import { openMeter } from './server-use.ts';

const sizes = [1, 2, 4] as const;
const lookedAmong = [3, 100, 1_000] as const;
const idleMs = 10_000;
const loadMs = 4_000;
const warmUpMs = 2_000;
/** Of all nodes together. */
const outstandingOfAll = 512;
const publications = 5_000;
/** Postgres counts what its sessions have done when they have been quiet for a second. */
const countedAfterMs = 1_200;
/** A newcomer has its share when nothing has moved for so long. */
const quietMs = 1_500;
const balancedMsMax = 60_000;
const pollMs = 50;

interface Node {
  readonly process: ChildProcess;
  ask<T extends FromScaleNode['type']>(message: ToScaleNode, type: T): Promise<Extract<FromScaleNode, { type: T }>>;
}

const main = async (): Promise<void> => {
  const [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
  try {
    const measured: Size[] = [];
    for (const size of sizes) {
      console.error(`measuring ${size} nodes …`);
      measured.push(await measure(size, postgres, nats));
    }
    console.error('measuring looks …');
    const looks: LookCost[] = [];
    for (const members of lookedAmong) looks.push(await measureLooks(await postgres.database(), members));
    console.log(`Measured on ${availableParallelism()} processors, which nodes, Postgres and NATS share.\n`);
    console.log(scaleTables(measured, looks));
  } finally {
    await nats.stop();
    await postgres.stop();
  }
};

const program = fileURLToPath(new URL('scale-node.ts', import.meta.url));

const startNode = async (options: object): Promise<Node> => {
  const child = fork(program, [JSON.stringify(options)], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const gone = once(child, 'exit').then(([code]) => {
    throw new Error(`A node has ended with ${code}.`);
  });
  gone.catch(() => {}); // it ends some day
  const heard = async <T extends FromScaleNode['type']>(type: T) => {
    for (;;) {
      const [message] = (await Promise.race([once(child, 'message'), gone])) as [FromScaleNode]; // its own
      if (message.type === type) return message as Extract<FromScaleNode, { type: T }>; // just looked at
    }
  };
  await heard('ready');
  return {
    process: child,
    ask(message, type) {
      const answer = heard(type);
      child.send(message);
      return answer;
    },
  };
};

const measure = async (size: number, postgres: PostgresServer, nats: NatsServer): Promise<Size> => {
  const databaseUrl = await postgres.database();
  const nodes: Node[] = [];
  const meter = await openMeter({
    databaseUrl,
    nats,
    nodes: () => nodes.map(({ process }) => process.pid ?? NaN),
  });
  try {
    let joinMs = 0;
    for (let number = 1; number <= size; number++) {
      const startedAt = performance.now();
      nodes.push(await startNode({ databaseUrl, natsUrl: nats.url, node: `node-${number}` }));
      joinMs = (await balancedAt(nodes)) - startedAt;
    }
    const load = async (message: ToScaleNode, by: readonly Node[]): Promise<Load> => {
      await delay(countedAfterMs);
      await meter.use();
      const startedAt = performance.now();
      const done = await Promise.all(by.map((node) => node.ask(message, 'done')));
      const ms = performance.now() - startedAt;
      await delay(countedAfterMs);
      return { count: done.reduce((sum, { count }) => sum + count, 0), ms, use: await meter.use() };
    };
    const asked = async (what: 'commands' | 'questions', outstanding: number): Promise<Load> => {
      const ask = { type: 'ask', what, outstanding } as const;
      await load({ ...ask, ms: warmUpMs }, nodes);
      return load({ ...ask, ms: loadMs }, nodes);
    };
    await delay(countedAfterMs);
    await meter.use();
    await delay(idleMs);
    const idle = await meter.use();
    return {
      nodes: size,
      joinMs,
      idle,
      commands: await asked('commands', Math.ceil(outstandingOfAll / size)),
      single: await asked('commands', 1),
      questions: await asked('questions', Math.ceil(outstandingOfAll / size)),
      publications: await load({ type: 'publish', count: publications }, nodes.slice(0, 1)),
    };
  } finally {
    await meter.close();
    await Promise.all(nodes.map(({ process }) => stopped(process)));
  }
};

const stopped = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
};

/** When the last shard has moved; each node has some, and knows of all others. */
const balancedAt = async (nodes: readonly Node[]): Promise<number> => {
  const until = performance.now() + balancedMsMax;
  let [before, movedAt] = ['', performance.now()];
  while (performance.now() < until) {
    const views = await Promise.all(nodes.map((node) => node.ask({ type: 'view' }, 'viewed')));
    const now = views.map(({ shards }) => shards).join();
    if (now !== before) [before, movedAt] = [now, performance.now()];
    const isWhole = views.every((view) => view.shards > 0 && view.unowned === 0 && view.nodes === nodes.length);
    if (isWhole && performance.now() - movedAt > quietMs) return movedAt;
    await delay(pollMs);
  }
  throw new Error(`The nodes do not come to rest: they have ${before} shards.`);
};

await main();
