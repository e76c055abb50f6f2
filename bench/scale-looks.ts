/** What it costs Postgres when a node of so many looks who is there: in time of the processor, without the network. */

import { Client } from 'pg';
import { openPostgresJournal } from '#persistence';
import { cpuMsOf } from './server-use.ts';

interface Cost {
  /** That are sent to the node. */
  readonly rows: number;
  readonly cpuMs: number;
}

export interface LookCost {
  readonly members: number;
  readonly unchanged: Cost;
  readonly whole: Cost;
}

const looks = 500;

/** Members that live for an hour, with facts as long as those of real ones. */
const addMembers = `INSERT INTO journal.node_lease (incarnation, node, lease_until, is_alone, facts)
  SELECT 'incarnation' || i, 'xtrading-actors-' || i, clock_timestamp() + interval '1 hour', false,
    '{"node":"xtrading-actors-' || i || '","roles":["actors","gateway","runner"],"weight":100,"runners":4,"version":"0.1.0","address":"http://xtrading-actors-' || i || ':3000"}'
  FROM generate_series(2, $1::integer) AS i`;

export const measureLooks = async (databaseUrl: string, members: number): Promise<LookCost> => {
  const facts = { node: 'looker', roles: ['actors'], weight: 1, runners: 0, version: '1', address: null };
  const journal = await openPostgresJournal({ url: databaseUrl, node: 'looker', leaseMs: 300_000, member: facts });
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { ownership } = journal;
    if (ownership === null) throw new Error('A member of a cluster has a part in its ownership.');
    await client.query(addMembers, [members]);
    await client.query('ANALYZE journal.node_lease');
    const sessions = await client.query<{ pid: number }>(
      'SELECT pid FROM pg_stat_activity WHERE datname = current_database()',
    );
    const costOf = async (isWhole: boolean): Promise<Cost> => {
      const seen = await ownership.look(null);
      const look = () => ownership.look(isWhole ? null : seen);
      for (let i = 0; i < looks / 10; i++) await look();
      const used = (): number => sessions.rows.reduce((sum, { pid }) => sum + cpuMsOf(pid), 0);
      const before = used();
      for (let i = 0; i < looks; i++) await look();
      const { members: told, owners } = await look();
      return { rows: Math.max(1, told?.length ?? 0) + (owners?.length ?? 0), cpuMs: (used() - before) / looks };
    };
    return { members, unchanged: await costOf(false), whole: await costOf(true) };
  } finally {
    await client.end();
    await journal.close();
  }
};
