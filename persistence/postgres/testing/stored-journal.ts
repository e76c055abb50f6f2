/** What tests write into a journal, and what they find in its database. */

import { Client } from 'pg';
import { Outage, shardOf } from '#kernel';
import type { Append, AppendOutcome } from '#kernel';

/** A command of an account with one event: one with an answer, which names it. */
export const appendOf = (id: string, firstSeq: number, parts: Partial<Append> = {}): Append => ({
  address: { kind: 'account', id },
  shard: shardOf(id),
  firstSeq,
  events: [{ type: 'Deposited', version: 1, payload: `{"amount":"${firstSeq}"}` }],
  commandId: `${id}-${firstSeq}`,
  answer: `"${id}-${firstSeq}"`,
  at: 1_764_000_000_000,
  traceId: null,
  claims: [],
  releases: [],
  timers: [],
  outbox: [],
  ...parts,
});

/** The type of the outcome, or the code of the outage. */
export const outcomeOrOutage = async (outcome: Promise<AppendOutcome>): Promise<string> => {
  try {
    return (await outcome).type;
  } catch (error) {
    if (error instanceof Outage) return error.code;
    throw error;
  }
};

/** Statements on a connection of their own. */
export const queryOn = async (url: string, sql: string): Promise<Record<string, unknown>[]> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
};

/** Shards whose places are not 1, 2, 3, … and actors whose events are not, each event once. */
export const gapsIn = (url: string): Promise<Record<string, unknown>[]> =>
  queryOn(
    url,
    `SELECT shard::text FROM journal.every_event GROUP BY shard
      HAVING max(shard_seq) <> count(*) OR count(DISTINCT shard_seq) <> count(*)
    UNION ALL SELECT persistence_id FROM journal.every_event GROUP BY persistence_id
      HAVING max(seq) <> count(*) OR count(DISTINCT seq) <> count(*)`,
  );
