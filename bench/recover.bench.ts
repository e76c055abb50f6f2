/**
 * Events a second from the journal into actors that start cold, against one read of the same rows with their JSON
 * parsed: of many actors, and of one with a long life, which is read in pages so that memory does not grow with it.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Query } from 'pg';
import type { ActorKind, Command, Refusal } from '#kernel';
import { shardOf, startActorSystem, systemClock } from '#kernel';
import { migrate, openEmbeddedPostgres, openPostgresJournal } from '#persistence';
import type { Benchmark, Row } from './benchmark.ts';
import { collectGarbage } from './garbage.ts';
import { endOnTrouble } from './report-trouble.ts';

const actors = 10_000;
const eventsPerActor = 100;
const longLifeEvents = 1_000_000;
/** Each event alone takes some hundred bytes: held together they would take several times as much. */
const longLifeMemoryMax = 200;
const mebibyte = 2 ** 20;
/** A page is read and let go in less. */
const memoryLookMs = 10;
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
const longLife = 'user-of-long-standing.main';

/** The event `n` of an account, and the answer to its command. */
const storedPayload = `format('{"type":"OrderPlaced","orderId":"01983c5e-7b2a-7c41-9a53-%s","symbol":"BTCUSD","side":"buy","quantity":"2","limitPrice":"64250.5"}', n)`;
const storedAnswer = `format('{"reply":{"orderId":"%s","status":"accepted"}}', n)`;

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
      ${storedPayload}, 1764000000000 + n, NULL, 1, format('%s-%s', n, a.number), ${storedAnswer}
    FROM generate_series(1, ${eventsPerActor}) AS n CROSS JOIN account a
    JOIN (SELECT shard, count(*) AS accounts FROM account GROUP BY shard) AS s ON s.shard = a.shard
    ORDER BY n, a.number`,
  );
  await client.query('VACUUM (ANALYZE) journal.event');
};

/** One account more, whose events come after those of the others. */
const fillLongLife = async (client: Client): Promise<void> => {
  await client.query(
    `INSERT INTO journal.event (
      persistence_id, seq, shard, shard_seq, type, version, payload, at, metadata, epoch, command_id, answer
    ) SELECT $1, n, $2::integer, s.last + n, 'OrderPlaced', 1, ${storedPayload}, 1764000000000 + n, NULL, 1, n::text, ${storedAnswer}
    FROM generate_series(1, ${longLifeEvents}) AS n
    CROSS JOIN (SELECT coalesce(max(shard_seq), 0) AS last FROM journal.event WHERE shard = $2) AS s`,
    [`account/${longLife}`, shardOf(longLife)],
  );
  await client.query('VACUUM (ANALYZE) journal.event');
};

const timeOf = async (work: () => Promise<void>): Promise<number> => {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
};

/** Row after row, none kept: as little as can be done with them. */
const readRows = async (
  client: Client,
  { where = 'true', events }: { where?: string; events: number },
): Promise<void> => {
  let sum = 0;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const query = new Query({
    text: `SELECT persistence_id, seq, shard, shard_seq, type, version, payload, at, command_id, answer
      FROM journal.event WHERE ${where} ORDER BY persistence_id, seq`,
  });
  query.on('row', (row: { readonly payload: string }) => {
    sum += Number((JSON.parse(row.payload) as OrderPlaced).quantity); // written above
  });
  query.on('end', () => resolve());
  query.on('error', reject);
  client.query(query);
  await promise;
  if (sum !== events * 2) throw new Error(`a sum of ${sum}`);
};

const recoverAll = async (url: string, of: readonly string[], eventsEach: number): Promise<number> => {
  // Nobody renews its lease here, and whoever has none answers nobody.
  const journal = await openPostgresJournal({ url, takeOver: 'at-once', leaseMs: timeoutMs });
  const system = startActorSystem({
    kinds: [account],
    journal,
    publisher: { publish: () => {} },
    clock: systemClock,
    report: endOnTrouble,
  });
  const ms = await timeOf(async () => {
    await Promise.all(
      of.map(async (id) => {
        const answer = await system.ask(account, id, { type: 'Count' }, { timeoutMs });
        if (answer.type !== 'replied' || answer.reply !== eventsEach * 2) throw new Error(`${id} is not whole`);
      }),
    );
  });
  await system.stop();
  await journal.close();
  return ms;
};

/** The most that was held at a time beyond what there was before, garbage too. */
const memoryOf = async (work: () => Promise<void>): Promise<number> => {
  const before = collectGarbage();
  let most = before;
  const look = (): void => {
    const { heapUsed, external } = process.memoryUsage();
    most = Math.max(most, heapUsed + external);
  };
  const looking = setInterval(look, memoryLookMs);
  try {
    await work();
    look();
  } finally {
    clearInterval(looking);
  }
  return most - before;
};

const longLifeRows = async (client: Client, url: string): Promise<Row[]> => {
  await fillLongLife(client);
  const one = { where: `persistence_id = 'account/${longLife}'`, events: longLifeEvents };
  // Once: what has just been written is in memory, and a million events take their time.
  const read = await timeOf(() => readRows(client, one));
  let recovered = NaN;
  const memory = await memoryOf(async () => {
    recovered = await recoverAll(url, [longLife], longLifeEvents);
  });
  const grown = memory / mebibyte;
  const name = `recover: one actor with ${longLifeEvents.toLocaleString('en-US')} events`;
  return [
    {
      name: `${name}, against one read of the rows`,
      value: longLifeEvents / recovered,
      unit: 'k events/s',
      reference: longLifeEvents / read,
      ratio: recovered / read,
      reach: `≤ ${reach}× its time`,
      ok: recovered / read <= reach,
    },
    {
      name: `${name}: memory beyond what was there`,
      value: grown,
      unit: 'MiB',
      reference: null,
      ratio: grown / longLifeMemoryMax,
      reach: `≤ ${longLifeMemoryMax} MiB`,
      ok: grown <= longLifeMemoryMax,
    },
  ];
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
      const events = actors * eventsPerActor;
      let [recovered, read] = [Infinity, Infinity];
      for (let round = 0; round < rounds; round++) {
        read = Math.min(read, await timeOf(() => readRows(client, { events })));
        recovered = Math.min(recovered, await recoverAll(server.url, ids, eventsPerActor));
      }
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
        ...(await longLifeRows(client, server.url)),
      ];
    } finally {
      await client.end();
      await server.stop();
      rmSync(dataFolder, { recursive: true, force: true });
    }
  },
};

export default benchmark;
