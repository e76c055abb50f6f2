/** The writers of the journal, each with the shards that are its own: services, of which one may fail by itself. */

import { untilAborted } from '#kernel';
import type { Append, AppendOutcome, Service } from '#kernel';
import type { Database } from './database.ts';
import { createShardWriter } from './shard-writer.ts';
import type { OwnedShards, ShardWriter } from './shard-writer.ts';

/**
 * Statements under way at once. While one waits for the disk another one is made; more than a few
 * only make the batches smaller.
 */
export const writerCount = 3;

export interface JournalWriters {
  /** By name `journal-writer-1`, …: they write from the beginning, and are to be run so that one that fails comes back. */
  readonly services: readonly Service[];
  append(append: Append): Promise<AppendOutcome>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

interface RunningWriter extends Pick<ShardWriter, 'append' | 'idle'> {
  readonly service: Service;
}

export const createJournalWriters = (database: Database, owned: OwnedShards): JournalWriters => {
  const writers = Array.from({ length: writerCount }, (_, place) =>
    runningWriter(`journal-writer-${place + 1}`, () => createShardWriter(database, owned)),
  );
  return {
    services: writers.map(({ service }) => service),
    append(append) {
      const writer = writers[append.shard % writerCount];
      if (writer === undefined) throw new Error(`no shard ${append.shard}`);
      return writer.append(append);
    },
    async idle() {
      await Promise.all(writers.map((writer) => writer.idle()));
    },
  };
};

const runningWriter = (name: string, begin: () => ShardWriter): RunningWriter => {
  let writer = begin();
  return {
    append: (append) => writer.append(append),
    idle: () => writer.idle(),
    service: {
      name,
      async run({ signal, started }) {
        // A new one knows nothing of what has been written: it reads its places anew.
        if (writer.isBroken) writer = begin();
        started();
        await Promise.race([untilAborted(signal), writer.broken]);
        // Its end is when nothing is under way.
        await writer.idle();
      },
    },
  };
};
