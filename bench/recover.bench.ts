/** Events a second from the journal into actors that start cold, against one read of the same rows with their JSON parsed. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Query } from 'pg';
import type { ActorKind, Command, Refusal } from '#kernel';
import { shardOf, startActorSystem, systemClock } from '#kernel';
import { migrate, openEmbeddedPostgres, openPostgresJournal } from '#persistence';
import type { Benchmark } from './benchmark.ts';
import { endOnTrouble } from './report-trouble.ts';

const actors = 10_000;
const eventsPerActor = 100;
/** The best one counts of each: the first has to bring the rows into memory. */
const rounds = 3;
const reach = 4;
/** Many wait for their turn to be read. */
const timeoutMs = 120_000;

interface Count extends Command<number> {
  readonly type: 'Count';
}

interface OrderPlaced {
  readonly type: 'OrderPlaced';
  readonly quantity: string;
}

const account: ActorKind<Count, number, OrderPlaced, Refusal> = {
  name: 'account',
  durability: 'journal',
  initialState: () => 0,
  decide: { Count: (_command, sum) => ({ reply: sum }) },
  evolve: (sum, { quantity }) => sum + Number(quantity),
};

const ids = Array.from({ length: actors }, (_, i) => `user-${i}.main`);

/** As the journal would have stored them, command by command over all accounts. */
const fill = async (client: Client): Promise<void> => {
  await client.query('CREATE TEMP TABLE account (id text, number integer, shard integer, place integer)');
  const places = new Map<number, number>();
  const rows = ids.map((id, number) => {
    const shard = shardOf(id);
    const place = places.get(shard) ?? 0;
    places.set(shard, place + 1);
    return { id: `account/${id}`, number, shard, place };
  });
  await client.query('INSERT INTO account SELECT * FROM json_populate_recordset(NULL::account, $1)', [
    JSON.stringify(rows),
  ]);
  await client.query(
    `INSERT INTO journal.event (
      persistence_id, seq, shard, shard_seq, type, version, payload, at, metadata, epoch, command_id, answer
    ) SELECT a.id, n, a.shard, (n - 1) * s.accounts + a.place + 1, 'OrderPlaced', 1,
      format('{"type":"OrderPlaced","orderId":"01983c5e-7b2a-7c41-9a53-%s","symbol":"BTCUSD","side":"buy","quantity":"2","limitPrice":"64250.5"}', n),
      1764000000000 + n, NULL, 1, format('%s-%s', n, a.number), format('{"reply":{"orderId":"%s","status":"accepted"}}', n)
    FROM generate_series(1, ${eventsPerActor}) AS n CROSS JOIN account a
    JOIN (SELECT shard, count(*) AS accounts FROM account GROUP BY shard) AS s ON s.shard = a.shard
    ORDER BY n, a.number`,
  );
  await client.query('VACUUM (ANALYZE) journal.event');
};

const timeOf = async (work: () => Promise<void>): Promise<number> => {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
};

/** Row after row, none kept: as little as can be done with them. */
const readRows = async (client: Client): Promise<void> => {
  let sum = 0;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const query = new Query({
    text: `SELECT persistence_id, seq, shard, shard_seq, type, version, payload, at, command_id, answer
      FROM journal.event ORDER BY persistence_id, seq`,
  });
  query.on('row', (row: { readonly payload: string }) => {
    sum += Number((JSON.parse(row.payload) as OrderPlaced).quantity); // written above
  });
  query.on('end', () => resolve());
  query.on('error', reject);
  client.query(query);
  await promise;
  if (sum !== actors * eventsPerActor * 2) throw new Error(`a sum of ${sum}`);
};

const recoverAll = async (url: string): Promise<number> => {
  const journal = await openPostgresJournal({ url, takeOver: 'at-once' });
  const system = startActorSystem({
    kinds: [account],
    journal,
    publisher: { publish: () => {} },
    clock: systemClock,
    report: endOnTrouble,
  });
  const ms = await timeOf(async () => {
    await Promise.all(
      ids.map(async (id) => {
        const answer = await system.ask(account, id, { type: 'Count' }, { timeoutMs });
        if (answer.type !== 'replied' || answer.reply !== eventsPerActor * 2) throw new Error(`${id} is not whole`);
      }),
    );
  });
  await system.stop();
  await journal.close();
  return ms;
};

const benchmark: Benchmark = {
  name: 'recover',
  async run() {
    const dataFolder = mkdtempSync(join(tmpdir(), 'xtrading-bench-'));
    const server = await openEmbeddedPostgres({ dataFolder });
    const client = new Client({ connectionString: server.url });
    try {
      await migrate(server.url);
      await client.connect();
      await fill(client);
      let [recovered, read] = [Infinity, Infinity];
      for (let round = 0; round < rounds; round++) {
        read = Math.min(read, await timeOf(() => readRows(client)));
        recovered = Math.min(recovered, await recoverAll(server.url));
      }
      const events = actors * eventsPerActor;
      return [
        {
          name: `recover: ${actors} actors with ${eventsPerActor} events each, against one read of the rows`,
          value: events / recovered,
          unit: 'k events/s',
          reference: events / read,
          ratio: recovered / read,
          reach: `≤ ${reach}× its time`,
          ok: recovered / read <= reach,
        },
      ];
    } finally {
      await client.end();
      await server.stop();
      rmSync(dataFolder, { recursive: true, force: true });
    }
  },
};

export default benchmark;
