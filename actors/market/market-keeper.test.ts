import { expect, test } from 'vitest';
import { LocalBus } from '#kernel';
import { VirtualClock } from '#kernel/testing';
import type { KeptMarket } from '#ports';
import { marketKeeper, marketStateChannel } from './market-keeper.ts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const marketOf = (symbol: string, at: number): KeptMarket => ({
  symbol,
  at,
  last: '10',
  day: { date: 0, open: '10', high: '10', low: '10', volume: '1' },
  bar: null,
});

const running = async (stored: readonly KeptMarket[] = []) => {
  const clock = new VirtualClock();
  const bus = new LocalBus();
  const written: KeptMarket[][] = [];
  const store = {
    isAway: false,
    kept: () => Promise.resolve(stored),
    keep(markets: readonly KeptMarket[]): Promise<void> {
      if (store.isAway) return Promise.reject(new Error('away'));
      written.push([...markets]);
      return Promise.resolve();
    },
  };
  const { service, keptOf } = marketKeeper({ bus, clock, store });
  const run = async () => {
    const stopping = new AbortController();
    const started = Promise.withResolvers<void>();
    const ended = service.run({ signal: stopping.signal, started: started.resolve });
    await started.promise;
    const stop = async (): Promise<void> => {
      stopping.abort();
      await ended;
    };
    return { ended, stop };
  };
  const tell = (market: KeptMarket): void =>
    bus.publish({ channel: marketStateChannel, key: market.symbol, data: market });
  const pass = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second++) {
      clock.advance(1_000);
      await settled();
    }
  };
  return { run, keptOf, tell, pass, store, written };
};

test('knows where each market was, from the process before and as it is told', async () => {
  const { run, keptOf, tell } = await running([marketOf('OLD', 1), marketOf('SEEN', 1)]);
  const { stop } = await run();
  tell(marketOf('SEEN', 2));
  expect([keptOf('OLD')?.at, keptOf('SEEN')?.at, keptOf('NEVER')]).toEqual([1, 2, null]);
  await stop();
});

test('writes what has changed every two seconds, the newest of each, and the rest at the end', async () => {
  const { run, tell, pass, written } = await running([marketOf('OLD', 1)]);
  const { stop } = await run();
  tell(marketOf('A', 1));
  tell(marketOf('A', 2));
  tell(marketOf('B', 2));
  await pass(2);
  tell(marketOf('A', 3));
  await stop();
  expect(written).toEqual([[marketOf('A', 2), marketOf('B', 2)], [marketOf('A', 3)]]);
});

test('waits for a store that is away, tells when it is away for long, and loses nothing by it', async () => {
  const { run, tell, pass, store, written } = await running();
  const first = await run();
  const failure = first.ended.catch((error: unknown) => error);
  store.isAway = true;
  tell(marketOf('A', 1));
  await pass(30);
  tell(marketOf('B', 2));
  await pass(40);
  expect(await failure).toMatchObject({ message: 'away' });
  store.isAway = false;
  const { stop } = await run();
  await stop();
  expect(written).toEqual([[marketOf('A', 1), marketOf('B', 2)]]);
});
