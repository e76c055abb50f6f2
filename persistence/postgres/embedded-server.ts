/** The Postgres of a single machine: made, started, found again and stopped in a data folder of the program. */

import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseError as ServerRefusal, escapeIdentifier } from 'pg';
import { lockFolder } from '../folder-lock.ts';
import { openCluster, userName } from './embedded-cluster.ts';
import { findEmbeddedPrograms, notRun } from './embedded-programs.ts';
import type { EmbeddedPrograms } from './embedded-programs.ts';
import { cannotStart, failureSince, loggedBytes } from './server-log.ts';
import { endServer, findServer } from './server-process.ts';
import { startServer } from './server-start.ts';
import { connectSingle } from './single-connection.ts';
import type { SingleConnection } from './single-connection.ts';

export interface EmbeddedPostgres {
  /** For `pg`: `postgres://…`. */
  readonly url: string;
  readonly pid: number;
  /** Resolves when the server has gone: with the reason, after which opening again starts it again; null after `stop`. */
  readonly lost: Promise<Error | null>;
  /** Ends the server in order and waits until it has gone. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** An absolute path; belongs to the embedded server alone; made when it is not there. */
  readonly dataFolder: string;
  /** Of one that has been running: its files must be there. A new database in their place would be an empty one. */
  readonly isKnown?: boolean;
  /** Told what is waited for whenever that changes: a former server may take its time. */
  readonly onWait?: (what: string) => void;
  /** How long a server that says it is ready may leave us without an answer until it is ended. Default 20 s. */
  readonly unansweredMsMax?: number;
}

/**
 * Opens the server of a data folder for this program alone. A server that a killed program has left
 * running is used again. Throws a {@link DatabaseError}: `database-in-use` when another program
 * has it, `database-version` when another Postgres made it, `database-start`, `database-programs`.
 */
export const openEmbeddedPostgres = async ({
  dataFolder,
  isKnown = false,
  onWait = () => {},
  unansweredMsMax = unansweredMsDefault,
}: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> => {
  // From here on every server that is found belongs to nobody: it was left by a program that has gone.
  const lock = await lockFolder(dataFolder);
  try {
    const programs = await findEmbeddedPrograms();
    programs.hand(dataFolder);
    const cluster = await openCluster(programs, { dataFolder, isKnown, onWait });
    const { pid, socketFolder } = await runningServer({
      programs,
      dataFolder,
      cluster,
      onWait,
      unansweredMsMax,
    });
    const watch = await connectSingle({ url: urlOf(socketFolder, 'postgres'), name: 'watch', ...watchBounds });
    try {
      await makeDatabase(watch);
    } catch (error) {
      await watch.close();
      throw error;
    }
    let isStopping = false;
    const lost = watch.lost.then((reason) => {
      lock.release();
      return isStopping ? null : reason;
    });
    return {
      url: urlOf(socketFolder, databaseName),
      pid,
      lost,
      async stop() {
        isStopping = true;
        await endServer(cluster, pid);
        await watch.close();
        await lost;
        // A folder aside is made for each start.
        if (!socketFolder.startsWith(dataFolder)) rmSync(socketFolder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
};

const databaseName = 'xtrading';

/** The server has just answered, so it is there; a busy machine copies the empty database in seconds. */
const watchBounds = { connectMsMax: 10_000, statementMsMax: 60_000 };

const urlOf = (socketFolder: string, database: string): string =>
  `postgres://${userName}@localhost/${database}?host=${encodeURIComponent(socketFolder)}`;

const makeDatabase = async (connection: SingleConnection): Promise<void> => {
  const found = await connection.query('SELECT FROM pg_database WHERE datname = $1', [databaseName]);
  if (found.length === 0) await connection.query(`CREATE DATABASE ${escapeIdentifier(databaseName)}`);
};

interface Search {
  readonly programs: EmbeddedPrograms;
  readonly dataFolder: string;
  readonly cluster: string;
  readonly onWait: (what: string) => void;
  readonly unansweredMsMax: number;
}

/** After a crash the log is read first, which on a slow disk takes its time. */
const startMsMax = 120_000;
/** A server that says it is ready and has not answered for so long never will: it is stopped, or stuck. */
const unansweredMsDefault = 20_000;
const pollMs = 10;
/** A server that begins and ends, again and again, finds its files broken. */
const beginningsMax = 3;

/** Started by a program that was killed just now, or not wholly gone after a kill; all other reasons last. */
const passingFailure = /already exists|still in use|is empty/;

/** A server that answers: the one that runs, or one that is started. */
const runningServer = async ({
  programs,
  dataFolder,
  cluster,
  onWait,
  unansweredMsMax,
}: Search): Promise<{ readonly pid: number; readonly socketFolder: string }> => {
  const started = performance.now();
  let readySince: number | null = null;
  const logged = loggedBytes(dataFolder);
  let reason = 'it does not answer';
  let begun = 0;
  while (performance.now() - started < startMsMax) {
    const server = findServer(cluster);
    if (server?.status !== 'ready') readySince = null;
    if (server === null) {
      if (begun === beginningsMax) throw cannotStart(dataFolder, failureSince(dataFolder, logged));
      onWait('Postgres to begin');
      const failure = await startServer(programs, dataFolder, cluster);
      if (failure === null) begun++;
      else {
        reason = failure.said;
        if (!passingFailure.test(reason)) throw notRun(failure) ?? cannotStart(dataFolder, reason);
        onWait(`the last of a former Postgres: ${reason}`);
      }
    } else if (server.status === 'stopping') {
      onWait(`a former Postgres (process ${server.pid}) to stop`);
      await endServer(cluster, server.pid);
    } else if (server.status === 'ready') {
      onWait(`an answer of Postgres (process ${server.pid})`);
      if (await answers(dataFolder, server.socketFolder)) return server;
      readySince ??= performance.now();
      if (performance.now() - readySince > unansweredMsMax) await endServer(cluster, server.pid, { atOnce: true });
    } else {
      onWait(`Postgres (process ${server.pid}) to read its log`);
    }
    await delay(pollMs);
  }
  throw cannotStart(dataFolder, reason);
};

/** Whether a server takes connections; false while it starts or stops. Rejects when it refuses us for good. */
const answers = async (dataFolder: string, socketFolder: string): Promise<boolean> => {
  try {
    const connection = await connectSingle({ url: urlOf(socketFolder, 'postgres'), name: 'start', ...answerBounds });
    await connection.close();
    return true;
  } catch (error) {
    if (error instanceof ServerRefusal && !passingRefusals.some((start) => error.code?.startsWith(start) === true))
      throw cannotStart(dataFolder, error.message);
    return false;
  }
};

/** It starts, stops or crashes; a killed program's connections are not all gone yet. */
const passingRefusals = ['57P', '53'];

/** A killed server's orphans may hold its socket open for a moment: they take connections and never answer. */
const answerBounds = { connectMsMax: 5_000, statementMsMax: 5_000 };
