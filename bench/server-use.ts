/** What a cluster uses between two moments: time of processors, transactions, messages. Reads /proc, so on Linux alone. */

import { readFileSync, readdirSync } from 'node:fs';
import { Client } from 'pg';

export interface Use {
  readonly ms: number;
  readonly nodesCpuMs: number;
  readonly postgresCpuMs: number;
  readonly natsCpuMs: number;
  readonly transactions: number;
  readonly rowsRead: number;
  readonly walBytes: number;
  /** That nodes have sent, and that were delivered to them. */
  readonly messagesIn: number;
  readonly messagesOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

export interface Meter {
  /** From the last call on. */
  use(): Promise<Use>;
  close(): Promise<void>;
}

export interface Measured {
  readonly databaseUrl: string;
  readonly nats: { readonly pid: number; readonly monitorUrl: string };
  readonly nodes: () => readonly number[];
}

/** Linux counts in hundredths of a second. */
const msPerTick = 10;

/** What stands in /proc/PID/stat after the name, which may have spaces. */
const fieldsOf = (pid: number): readonly string[] => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  } catch {
    return []; // it has ended
  }
};

/** User's and system's, with that of children that have ended. */
export const cpuMsOf = (pid: number): number => {
  const fields = fieldsOf(pid).slice(11, 15);
  return fields.reduce((sum, ticks) => sum + Number(ticks), 0) * msPerTick;
};

const parentOf = (pid: number): number => Number(fieldsOf(pid)[1]);

const familyOf = (parent: number): readonly number[] => [
  parent,
  ...readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && parentOf(pid) === parent),
];

interface ServerCounts {
  readonly transactions: number;
  readonly rows_read: number;
  readonly wal_bytes: number;
}

/** The fields of NATS's `/varz` that are read. */
interface Varz {
  readonly in_msgs: number;
  readonly out_msgs: number;
  readonly in_bytes: number;
  readonly out_bytes: number;
}

export const openMeter = async ({ databaseUrl, nats, nodes }: Measured): Promise<Meter> => {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const backend = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const postgres = parentOf(backend.rows[0]?.pid ?? NaN);
  const total = async () => {
    // Backends tell what they have done with some delay; this one its own at once, which is one transaction.
    const { rows } = await client.query<ServerCounts>(`SELECT xact_commit::float8 AS transactions,
      (tup_returned + tup_fetched)::float8 AS rows_read, (pg_current_wal_lsn() - '0/0')::float8 AS wal_bytes
      FROM pg_stat_database WHERE datname = current_database()`);
    const response = await fetch(`${nats.monitorUrl}/varz`);
    const varz = (await response.json()) as Varz; // of the server that was started here
    const [counts] = rows;
    return {
      at: performance.now(),
      nodesCpuMs: nodes().reduce((sum, pid) => sum + cpuMsOf(pid), 0),
      postgresCpuMs: familyOf(postgres).reduce((sum, pid) => sum + cpuMsOf(pid), 0),
      natsCpuMs: cpuMsOf(nats.pid),
      transactions: counts?.transactions ?? NaN,
      rowsRead: counts?.rows_read ?? NaN,
      walBytes: counts?.wal_bytes ?? NaN,
      messagesIn: varz.in_msgs,
      messagesOut: varz.out_msgs,
      bytesIn: varz.in_bytes,
      bytesOut: varz.out_bytes,
    };
  };
  let before = await total();
  return {
    async use() {
      const now = await total();
      const since = (field: keyof typeof now): number => now[field] - before[field];
      const use: Use = {
        ms: since('at'),
        nodesCpuMs: since('nodesCpuMs'),
        postgresCpuMs: since('postgresCpuMs'),
        natsCpuMs: since('natsCpuMs'),
        transactions: since('transactions'),
        rowsRead: since('rowsRead'),
        walBytes: since('walBytes'),
        messagesIn: since('messagesIn'),
        messagesOut: since('messagesOut'),
        bytesIn: since('bytesIn'),
        bytesOut: since('bytesOut'),
      };
      before = now;
      return use;
    },
    close: () => client.end(),
  };
};
