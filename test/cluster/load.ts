/** Clients that pay from purse to purse through whichever node lives, and send each payment until it is answered. */

import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Checker } from './checker.ts';
import type { NodeProcess } from './node-process.ts';
import type { PurseView } from './purses.ts';

export interface Load {
  readonly checker: Checker;
  readonly purses: readonly string[];
  /** Resolves when so many more payments have been acknowledged. */
  untilMore(payments: number): Promise<void>;
  /** Ends it: resolves when everything that was begun has been answered. */
  end(): Promise<void>;
  /** Milliseconds until every purse has answered somebody who asks from now on, not through the one in trouble. */
  untilAllAnswer(troubled?: NodeProcess): Promise<number>;
  /** Of every purse. */
  views(): Promise<ReadonlyMap<string, PurseView>>;
  /** How often each outage was heard. */
  readonly heard: ReadonlyMap<string, number>;
}

export interface LoadOptions {
  /** Those that can be asked: living, and perhaps frozen or cut off. */
  readonly living: () => readonly NodeProcess[];
  /** 0 to 1. */
  readonly chance: () => number;
}

interface Through {
  readonly commandId?: string;
  readonly troubled?: NodeProcess | undefined;
}

const clientCount = 14;
const purseCount = 40;
/** Between two requests of a client: the machine has other things to do. */
const thinkMs = 15;
const retryMs = 20;
/** A node that does not answer is left for another one. */
const patienceMs = 1_500;

export const startLoad = ({ living, chance }: LoadOptions): Load => {
  const checker = new Checker();
  const purses = Array.from({ length: purseCount }, (_, i) => `purse-${i}`);
  const heard = new Map<string, number>();
  const ending = new AbortController();
  let watchers: { readonly at: number; readonly resolve: () => void }[] = [];

  const oneOf = <T>(list: readonly T[]): T | undefined => list[Math.floor(chance() * list.length)];
  const purse = (): string => oneOf(purses) ?? 'purse-0';
  /** Asks again, each time through any node, until there is an answer. */
  const ask = async <Reply>(id: string, command: object, through: Through = {}): Promise<Reply> => {
    const { commandId, troubled } = through;
    for (;;) {
      const node = oneOf(living().filter((one) => one !== troubled));
      try {
        if (node === undefined) throw new Error('nobody-there');
        const options = { timeoutMs: patienceMs, ...(commandId === undefined ? {} : { commandId }) };
        return await within(node.ask<Reply>(id, command, options), patienceMs + 500);
      } catch (error) {
        const code = error instanceof Error ? error.message : String(error);
        heard.set(code, (heard.get(code) ?? 0) + 1);
        await delay(retryMs);
      }
    }
  };
  const pay = async (): Promise<void> => {
    const [from, to, amount] = [purse(), purse(), 1 + Math.floor(chance() * 9)];
    const payment = checker.paying({ commandId: randomUUID(), from, to, amount });
    const command = { type: 'Pay', to, amount };
    checker.paid(payment, await ask<number>(from, command, payment));
    const met = watchers.filter(({ at }) => at <= checker.acknowledged);
    watchers = watchers.filter((watcher) => !met.includes(watcher));
    for (const { resolve } of met) resolve();
    // Whoever has lost the answer asks again, and hears the same.
    if (chance() < 0.1) checker.paid(payment, await ask<number>(from, command, payment));
  };
  const look = async (id = purse(), troubled?: NodeProcess): Promise<PurseView> => {
    const looking = checker.looking(id);
    const view = await ask<PurseView>(id, { type: 'Look' }, { troubled });
    checker.looked(looking, view);
    return view;
  };
  const client = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      await (chance() < 0.7 ? pay() : look());
      await delay(thinkMs * 2 * chance());
    }
  };
  const clients = Array.from({ length: clientCount }, client);
  return {
    checker,
    purses,
    heard,
    untilMore: (payments) =>
      new Promise((resolve) => {
        watchers.push({ at: checker.acknowledged + payments, resolve });
      }),
    async end() {
      ending.abort();
      await Promise.all(clients);
    },
    async untilAllAnswer(troubled) {
      const began = performance.now();
      await Promise.all(purses.map((id) => look(id, troubled)));
      return performance.now() - began;
    },
    async views() {
      return new Map(await Promise.all(purses.map(async (id) => [id, await look(id)] as const)));
    },
  };
};

/** A frozen node's answer may come when nobody waits for it any more. */
const within = <T>(answer: Promise<T>, ms: number): Promise<T> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no-answer')), ms);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
