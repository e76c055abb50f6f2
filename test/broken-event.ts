/** Makes a stored event of an actor unreadable, as a fault of the disk or of a program would. */

import pg from 'pg';
import { embeddedServerOf } from './platform-process.ts';

/** `actor`: `account/u1.paper`. Resolves with what undoes it. The actor notices when it is read the next time. */
export const breakEvent = async (dataFolder: string, actor: string, seq: number): Promise<() => Promise<void>> => {
  const replace = async (payload: string): Promise<string> => {
    const client = new pg.Client({ connectionString: embeddedServerOf(dataFolder).url });
    await client.connect();
    try {
      const { rows } = await client.query<{ readonly before: string }>(
        `UPDATE journal.event e SET payload = $3
         FROM (SELECT payload AS before FROM journal.event WHERE persistence_id = $1 AND seq = $2) old
         WHERE e.persistence_id = $1 AND e.seq = $2 RETURNING old.before`,
        [actor, seq, payload],
      );
      const [row] = rows;
      if (row === undefined) throw new Error(`${actor} has no event ${seq}.`);
      return row.before;
    } finally {
      await client.end();
    }
  };
  const before = await replace('{"type":');
  return async () => {
    await replace(before);
  };
};

/** Whether the journal knows that the actor is left alone: whoever asks it hears so a moment sooner. */
export const isQuarantineStored = async (dataFolder: string, actor: string): Promise<boolean> => {
  const client = new pg.Client({ connectionString: embeddedServerOf(dataFolder).url });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM journal.quarantine WHERE persistence_id = $1', [actor]);
    return rowCount === 1;
  } finally {
    await client.end();
  }
};
