/**
 * Keeps what the live markets are in the middle of, so that a market that begins again, in this
 * process or in the next one, takes up the same day and the same minute.
 */

import type { Bus, Clock, Service } from '#kernel';
import type { KeptMarket, LiveMarkets } from '#ports';
import { writeSteadily } from './steady-writing.ts';

/** Markets tell here what they are in the middle of; the data is a {@link KeptMarket}. */
export const marketStateChannel = 'market-state';

export interface MarketKeeperNeeds {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly store: LiveMarkets;
  /** Whether a market is one of this node's, which it writes down; all of them where it is alone. */
  readonly isOwn?: (symbol: string) => boolean;
}

export interface MarketKeeper {
  /** To be started before the feeds, and so to end after them. */
  readonly service: Service;
  /** What a market was in the middle of when it was last heard of; null when it never was. */
  readonly keptOf: (symbol: string) => KeptMarket | null;
}

/** What a kill costs at most of a day's figures. A write of all symbols takes some milliseconds. */
const keptEveryMs = 2_000;

export const marketKeeper = ({ bus, clock, store, isOwn = () => true }: MarketKeeperNeeds): MarketKeeper => {
  const markets = new Map<string, KeptMarket>();
  let changed = new Set<string>();
  let isLoaded = false;

  const write = async (): Promise<void> => {
    const writing = changed;
    changed = new Set();
    try {
      await store.keep([...writing].flatMap((symbol) => markets.get(symbol) ?? []));
    } catch (error) {
      for (const symbol of writing) changed.add(symbol);
      throw error;
    }
  };

  return {
    keptOf: (symbol) => markets.get(symbol) ?? null,
    service: {
      name: 'market-keeper',
      async run({ signal, started }) {
        if (!isLoaded) for (const market of await store.kept()) markets.set(market.symbol, market);
        isLoaded = true;
        const unsubscribe = bus.subscribe(marketStateChannel, ({ data }) => {
          const market = data as KeptMarket; // on this channel there is nothing else
          markets.set(market.symbol, market);
          if (isOwn(market.symbol)) changed.add(market.symbol);
        });
        started();
        try {
          await writeSteadily({ clock, everyMs: keptEveryMs, write, signal });
        } finally {
          unsubscribe();
        }
      },
    },
  };
};
