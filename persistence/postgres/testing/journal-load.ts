/** Writers that send each command until it is answered, as callers do, and what they have been told. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Journal } from '#kernel';
import { appendOf, outcomeOrOutage, queryOn } from './stored-journal.ts';

export interface JournalLoad {
  /** Resolves when every command of every writer has been acknowledged. */
  readonly done: Promise<void>;
  /** Acknowledged commands in all. */
  readonly acknowledged: () => number;
  /** Resolves when so many more have been acknowledged. */
  readonly untilMore: (count: number) => Promise<void>;
  /** How often each outcome and each outage was heard. */
  readonly heard: ReadonlyMap<string, number>;
  /** What is wrong in the database: of each writer the commands that are missing or there more than once. */
  readonly check: (url: string) => Promise<readonly unknown[]>;
}

interface LoadOptions {
  readonly writers: number;
  readonly commands: number;
}

/** A client that is refused comes back after this time. */
const retryMs = 20;

export const startLoad = (journal: Journal, { writers, commands }: LoadOptions): JournalLoad => {
  const heard = new Map<string, number>();
  let acknowledged = 0;
  let watchers: { readonly at: number; readonly resolve: () => void }[] = [];
  const acknowledge = (): void => {
    acknowledged++;
    const met = watchers.filter(({ at }) => at <= acknowledged);
    watchers = watchers.filter((watcher) => !met.includes(watcher));
    for (const { resolve } of met) resolve();
  };
  const write = async (id: string): Promise<void> => {
    for (let seq = 1; seq <= commands;) {
      const outcome = await outcomeOrOutage(journal.append(appendOf(id, seq)));
      heard.set(outcome, (heard.get(outcome) ?? 0) + 1);
      if (outcome === 'committed' || outcome === 'duplicate') {
        seq++;
        acknowledge();
      } else if (outcome === 'conflict' || outcome === 'fenced') throw new Error(`${id} ended with ${outcome}`);
      else await delay(retryMs);
    }
  };
  const done = Promise.all(Array.from({ length: writers }, (_, i) => write(`writer-${i}`))).then(() => {});
  return {
    done,
    acknowledged: () => acknowledged,
    untilMore: (count) =>
      new Promise((resolve) => {
        watchers.push({ at: acknowledged + count, resolve });
      }),
    heard,
    check: (url) =>
      queryOn(
        url,
        `SELECT 'writer-' || i AS writer, n AS command, count(e.seq)::int AS times
         FROM generate_series(0, ${writers - 1}) AS i CROSS JOIN generate_series(1, ${commands}) AS n
         LEFT JOIN journal.every_event e ON e.persistence_id = 'account/writer-' || i AND e.command_id = 'writer-' || i || '-' || n
         GROUP BY i, n HAVING count(e.seq) <> 1 LIMIT 10`,
      ),
  };
};
