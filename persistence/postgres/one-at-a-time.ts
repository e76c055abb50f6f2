/** Work that only one program on a database does at a time: the others wait for it. */

import { advisoryLocks } from './advisory-locks.ts';
import { connectSingle } from './single-connection.ts';

const connectMsMax = 10_000;
/** The first start of another node, on a machine that does other things beside. */
const waitMsMax = 600_000;

export const oneAtATime = async <T>(url: string, work: () => Promise<T>): Promise<T> => {
  const connection = await connectSingle({ url, name: 'first start', connectMsMax, statementMsMax: waitMsMax });
  try {
    // Held by the session, so it also ends with it.
    await connection.query('SELECT pg_advisory_lock($1)', [advisoryLocks.firstStart]);
    return await work();
  } finally {
    await connection.close();
  }
};
