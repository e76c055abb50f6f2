/** The live market of one symbol: keeps the latest quote, builds the bar in progress, tells those who watch. Volatile. */

import { decimal, decimalFromText, decimalText } from '#domain';
import type { ActorAddress, ActorKind, Effect, Message } from '#kernel';
import type { KeptMarket, Lists } from '#ports';
import type { QuoteSeen } from '../account/account-messages.ts';
import { marketStateChannel } from './market-keeper.ts';
import type { LiveBar, MarketCommand, MarketRefusal, MarketView, Quote } from './market-messages.ts';

interface MarketState {
  readonly quote: Quote | null;
  readonly bar: LiveBar | null;
  readonly day: KeptMarket['day'] | null;
  readonly trades: MarketView['trades'];
  readonly watchers: readonly ActorAddress[];
  /** True once those who waited before this process began have been asked for. */
  readonly watchersSought: boolean;
}

type MarketEvent =
  | { readonly type: 'WatchersSought' }
  | { readonly type: 'QuoteTaken'; readonly quote: Quote }
  | { readonly type: 'WatcherCame'; readonly watcher: ActorAddress }
  | { readonly type: 'WatcherLeft'; readonly watcher: ActorAddress }
  | { readonly type: 'WatchersFound'; readonly watchers: readonly ActorAddress[] };

/** Trades shown of a symbol. */
const tradesKept = 100;
/** Accounts that may wait for the price of one symbol. */
const watchersMax = 100_000;
/** A market that has had no quote for so long is silent. */
const silentAfterMs = 60_000;
const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Told by the task that looks for accounts with open orders in the symbol. */
interface WatchersFound {
  readonly type: 'WatchersFound';
  readonly watchers: readonly ActorAddress[];
}

export interface MarketNeeds {
  readonly lists: Pick<Lists, 'page'>;
  /** What a symbol's market was in the middle of when it was last heard of. */
  readonly keptOf: (symbol: string) => KeptMarket | null;
}

type Market = ActorKind<MarketCommand | WatchersFound, MarketState, MarketEvent, MarketRefusal>;

/** For asking markets; running ones are made by {@link marketKindWith}. */
export const marketKind: Market = {
  name: 'market',
  durability: 'volatile',
  passivateAfterMs: 'never',
  initialState: () => ({
    quote: null,
    bar: null,
    day: null,
    trades: [],
    watchers: [],
    watchersSought: false,
  }),
  evolve: (state, event) => evolve(state, event),
  decide: {
    QuoteArrived({ quote }, state, { id }) {
      if (!isSound(quote))
        return {
          refusal: {
            code: 'quote-invalid',
            message: 'A quote needs a bid, an ask and a last price above 0, the bid not above the ask.',
            field: '/quote',
          },
        };
      const told: Effect[] = state.watchers.map((watcher) => ({ type: 'tell', message: seen(watcher, quote) }));
      const after = afterQuote(state, quote);
      const ended = state.bar !== null && after.bar.time > state.bar.time ? state.bar : null;
      return {
        events: [{ type: 'QuoteTaken', quote }, ...(state.watchersSought ? [] : [{ type: 'WatchersSought' as const }])],
        reply: null,
        effects: [
          ...told,
          publish(`md:quote:${id}`, quote),
          ...(ended === null ? [] : [publish(`md:bar:${id}`, { ...ended, closed: true })]),
          publish(`md:bar:${id}`, { ...after.bar, closed: false }),
          keep({ symbol: id, at: quote.at, last: quote.last, day: after.day, bar: after.bar }),
          ...(state.watchersSought ? [] : [{ type: 'task' as const, task: 'findWatchers', input: id }]),
        ],
      };
    },
    GetMarket: (_, state, { id, now }) => ({ reply: view(id, state, now) }),
    Watch({ watcher }, { watchers, quote }) {
      const effects: Effect[] = quote === null ? [] : [{ type: 'tell', message: seen(watcher, quote) }];
      if (watchers.some((each) => isSame(each, watcher)) || watchers.length >= watchersMax)
        return { reply: null, effects };
      return { events: [{ type: 'WatcherCame', watcher }], reply: null, effects };
    },
    Unwatch: ({ watcher }) => ({ events: [{ type: 'WatcherLeft', watcher }], reply: null }),
    WatchersFound: ({ watchers }, { quote }) => ({
      events: [{ type: 'WatchersFound', watchers }],
      reply: null,
      effects: quote === null ? [] : watchers.map((watcher) => ({ type: 'tell', message: seen(watcher, quote) })),
    }),
  },
};

/** The kind with what it needs the others for: those who wait for its price, and where it was when it last ended. */
export const marketKindWith = ({ lists, keptOf }: MarketNeeds): Market => ({
  ...marketKind,
  initialState(id) {
    const begun = marketKind.initialState(id);
    const kept = keptOf(id);
    // The quote is not taken up: nobody may trade at a price of before.
    return kept === null ? begun : { ...begun, day: kept.day, bar: kept.bar };
  },
  tasks: {
    /** Accounts that had open orders in the symbol when this market began. */
    async findWatchers(symbol: string): Promise<WatchersFound> {
      const accounts = new Set<string>();
      let after: { readonly at: number; readonly id: string } | undefined;
      for (;;) {
        const { entries, hasMore } = await lists.page({
          list: 'orders',
          owner: null,
          symbol,
          status: ['accepted', 'partially-filled'],
          limit: 1_000,
          ...(after === undefined ? {} : { after }),
        });
        for (const { parent } of entries) if (parent !== null) accounts.add(parent);
        const last = entries.at(-1);
        if (!hasMore || last === undefined) break;
        after = { at: last.at, id: last.id };
      }
      return { type: 'WatchersFound', watchers: [...accounts].map((id) => ({ kind: 'account', id })) };
    },
  },
});

const evolve = (state: MarketState, event: MarketEvent): MarketState => {
  switch (event.type) {
    case 'QuoteTaken':
      return afterQuote(state, event.quote);
    case 'WatchersSought':
      return { ...state, watchersSought: true };
    case 'WatcherCame':
      return { ...state, watchers: [...state.watchers, event.watcher] };
    case 'WatcherLeft':
      return { ...state, watchers: state.watchers.filter((each) => !isSame(each, event.watcher)) };
    case 'WatchersFound': {
      const fresh = event.watchers.filter((found) => !state.watchers.some((each) => isSame(each, found)));
      return { ...state, watchers: [...state.watchers, ...fresh] };
    }
  }
};

const afterQuote = (state: MarketState, quote: Quote) => {
  const date = dateOf(quote.at);
  const { last, size } = quote;
  const { day } = state;
  return {
    ...state,
    quote,
    bar: nextBar(state.bar, quote),
    day:
      day?.date === date
        ? { ...day, high: higher(day.high, last), low: lower(day.low, last), volume: plus(day.volume, size) }
        : { date, open: last, high: last, low: last, volume: size },
    trades: [...state.trades.slice(1 - tradesKept), { price: last, size, at: quote.at }],
  } satisfies MarketState;
};

const dateOf = (at: number): number => Math.floor(at / dayMs);

const minuteOf = (at: number): number => Math.floor(at / minuteMs) * minuteMs;

const nextBar = (bar: LiveBar | null, { at, last, size }: Quote): LiveBar => {
  const time = minuteOf(at);
  if (bar === null || time > bar.time) return { time, open: last, high: last, low: last, close: last, volume: size };
  return {
    ...bar,
    high: higher(bar.high, last),
    low: lower(bar.low, last),
    close: last,
    volume: plus(bar.volume, size),
  };
};

const higher = (a: string, b: string): string => (decimal(b) > decimal(a) ? b : a);
const lower = (a: string, b: string): string => (decimal(b) < decimal(a) ? b : a);
const plus = (a: string, b: string): string => decimalText(decimal(a) + decimal(b));

const isSound = ({ bid, ask, last, size }: Quote): boolean => {
  const [bidValue, askValue, lastValue, sizeValue] = [bid, ask, last, size].map(decimalFromText);
  return (
    bidValue != null &&
    askValue != null &&
    lastValue != null &&
    sizeValue != null &&
    bidValue > 0n &&
    lastValue > 0n &&
    sizeValue >= 0n &&
    bidValue <= askValue
  );
};

const isSame = (a: ActorAddress, b: ActorAddress): boolean => a.kind === b.kind && a.id === b.id;

const seen = (to: ActorAddress, { symbol, bid, ask, last, at }: Quote): Message => {
  const command: QuoteSeen = { type: 'QuoteSeen', symbol, bid, ask, last, at };
  return { to, command };
};

const publish = (channel: string, data: unknown): Effect => ({
  type: 'publish',
  publication: { channel, key: channel, data },
});

const keep = (market: KeptMarket): Effect => ({
  type: 'publish',
  publication: { channel: marketStateChannel, key: market.symbol, data: market },
});

const view = (symbol: string, { quote, bar, day: newest, trades }: MarketState, now: number): MarketView => {
  // A market that has been silent since yesterday has no day yet.
  const day = newest?.date === dateOf(now) ? newest : null;
  return {
    symbol,
    status: quote !== null && now - quote.at < silentAfterMs ? 'live' : 'silent',
    quote,
    bar,
    dayOpen: day?.open ?? null,
    dayHigh: day?.high ?? null,
    dayLow: day?.low ?? null,
    dayVolume: day?.volume ?? '0',
    trades,
  };
};
