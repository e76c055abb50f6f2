/** Commands a second into the journal: gathered by its writers, against a statement and a commit for each. */

import { randomUUIDv7 } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { shardOf } from '#kernel';
import type { Append } from '#kernel';
import { migrate, openEmbeddedPostgres, openPostgresJournal } from '#persistence';
import type { Benchmark } from './benchmark.ts';

const actors = 1_000;
const commandsPerActor = 40;
/** Single commits of the reference in a round; enough for a second on a slow disk. */
const singleCommits = 3_000;
const connections = 8;
/** Odd, for the middle one counts: each measures both within seconds, so a busy machine slows both. */
const rounds = 7;
const reach = 10;

/** What an account stores when an order is placed. */
const payload = (seq: number): string =>
  JSON.stringify({
    orderId: `01983c5e-7b2a-7c41-9a53-${String(seq).padStart(12, '0')}`,
    symbol: 'BTCUSD',
    side: 'buy',
    type: 'limit',
    quantity: '0.250',
    limitPrice: '64250.5',
    reserved: '16062.63',
    at: 1_764_000_000_000 + seq,
  });

const appendOf = (actor: number, seq: number): Append => {
  const id = `user-${actor}.main`;
  return {
    address: { kind: 'account', id },
    shard: shardOf(id),
    firstSeq: seq,
    events: [{ type: 'OrderPlaced', version: 1, payload: payload(seq) }],
    commandId: randomUUIDv7(),
    answer: `{"reply":{"orderId":"01983c5e-7b2a-7c41-9a53-${String(seq).padStart(12, '0')}","status":"accepted"}}`,
    at: 1_764_000_000_000 + seq,
    traceId: null,
    claims: [],
    releases: [],
    timers: [],
    outbox: [],
  };
};

/** The same row with the same indexes in a table beside the journal's, in a statement and a commit of its own. */
const prepareReference = async (pool: Pool): Promise<void> => {
  await pool.query('CREATE SEQUENCE single_place CACHE 100');
  await pool.query('CREATE TABLE single_event (LIKE journal.event INCLUDING ALL)');
};

const singleCommit = async (pool: Pool, { address, shard, firstSeq, events, ...append }: Append): Promise<void> => {
  const [event] = events;
  await pool.query({
    name: 'single',
    text: `INSERT INTO single_event (
        persistence_id, seq, shard, shard_seq, type, version, payload, at, epoch, command_id, answer
      ) VALUES ($1, $2, $3, nextval('single_place'), $4, $5, $6, $7, 1, $8, $9)`,
    values: [
      `account/${address.id}`,
      firstSeq,
      shard,
      event?.type,
      event?.version,
      event?.payload,
      append.at,
      append.commandId,
      append.answer,
    ],
  });
};

/** Works through a list with so many at once; returns how many a second. */
const rateOf = async (count: number, atOnce: number, work: (i: number) => Promise<void>): Promise<number> => {
  const startedAt = performance.now();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return (count / (performance.now() - startedAt)) * 1_000;
};

const benchmark: Benchmark = {
  name: 'journal',
  async run() {
    const dataFolder = mkdtempSync(join(tmpdir(), 'xtrading-bench-'));
    const server = await openEmbeddedPostgres({ dataFolder });
    try {
      await migrate(server.url);
      const journal = await openPostgresJournal({ url: server.url });
      const pool = new Pool({ connectionString: server.url, max: connections });
      try {
        await prepareReference(pool);
        const measured: { readonly journal: number; readonly single: number }[] = [];
        for (let round = 0; round < rounds; round++) {
          const single = await rateOf(singleCommits, connections, (i) =>
            singleCommit(pool, appendOf(i % actors, round * singleCommits + Math.floor(i / actors) + 1)),
          );
          // Each actor waits for the answer to one command before it sends the next.
          const gathered = await rateOf(actors, actors, async (actor) => {
            for (let i = 1; i <= commandsPerActor; i++) {
              const outcome = await journal.append(appendOf(actor, round * commandsPerActor + i));
              if (outcome.type !== 'committed') throw new Error(`an append ended as ${outcome.type}`);
            }
          });
          measured.push({ journal: gathered * commandsPerActor, single });
        }
        measured.sort((one, other) => one.journal / one.single - other.journal / other.single);
        const { journal: journalRate, single: singleRate } = measured[(rounds - 1) / 2] ?? {
          journal: NaN,
          single: NaN,
        };
        return [
          {
            name: `journal: commands of ${actors} actors, against single commits on ${connections} connections`,
            value: journalRate / 1_000,
            unit: 'k commands/s',
            reference: singleRate / 1_000,
            ratio: journalRate / singleRate,
            reach: `≥ ${reach}×`,
            ok: journalRate / singleRate >= reach,
          },
        ];
      } finally {
        await pool.end();
        await journal.close();
      }
    } finally {
      await server.stop();
      rmSync(dataFolder, { recursive: true, force: true });
    }
  },
};

export default benchmark;
