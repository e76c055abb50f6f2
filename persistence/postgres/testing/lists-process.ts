/** A program that moves the lists whenever it may, for tests that freeze and kill it: it tells its parent how each run goes. */

import { ordersList, runLists } from './orders.ts';

export type ListsTold = 'runs' | 'lost';

const main = async (url: string): Promise<never> => {
  const tell = (told: ListsTold): unknown => process.send?.(told);
  for (;;) {
    const { done } = await runLists(url, [ordersList]);
    tell('runs');
    // As its supervisor would start it again.
    await done.catch(() => tell('lost'));
  }
};

const [, file, url] = process.argv;
if (import.meta.filename === file && url !== undefined) await main(url);
