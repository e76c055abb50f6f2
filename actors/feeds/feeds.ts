/** Feeds: what gives each market its quotes. One service runs those of all symbols and follows their settings. */

import { decimal, decimalText } from '#domain';
import type { Bars } from '#domain';
import type { ActorSystem, Bus, Clock, Service } from '#kernel';
import type { History, KeptMarket, Lists } from '#ports';
import { marketKind } from '../market/market.ts';
import { symbolsChannel } from '../symbol/symbol.ts';
import type { Quote, QuoteArrived } from '../market/market-messages.ts';
import type { FeedSettings, SymbolView } from '../symbol/symbol-messages.ts';
import { BarRecorder } from './bar-recorder.ts';
import { replayBar } from './replay-quotes.ts';
import { syntheticWalk } from './synthetic-walk.ts';

export interface FeedNeeds {
  readonly system: Pick<ActorSystem, 'tell'>;
  readonly lists: Pick<Lists, 'page'>;
  readonly history: Pick<History, 'bars' | 'coverage' | 'insert'>;
  readonly clock: Clock;
  readonly bus: Bus;
  /** What a symbol's market was in the middle of when it was last heard of. */
  readonly keptOf: (symbol: string) => KeptMarket | null;
}

/** Symbols that one process feeds. */
const feedsMax = 1_000;
/** Bars of a replay that are held at a time. */
const replayBarsHeld = 5_000;
/** How often a feed that has nothing to say looks again. */
const idleMs = 5_000;
const intervalMs = { '1m': 60_000, '1d': 86_400_000 } as const;

type Emit = (quote: Quote) => void;
/** Runs until the signal aborts; rejects on an outage. */
type Feed = (symbol: SymbolView, emit: Emit, signal: AbortSignal) => Promise<void>;

/** The service `feeds`, to hang on the tree. */
export const feedsService = (needs: FeedNeeds): Service => {
  // Outlives a run of the service: what it could not write it still has.
  const recorder = new BarRecorder(needs);
  return { name: 'feeds', run: ({ signal, started }) => runFeeds({ ...needs, recorder }, signal, started) };
};

const runFeeds = async (
  needs: FeedNeeds & { readonly recorder: BarRecorder },
  signal: AbortSignal,
  started: () => void,
): Promise<void> => {
  const { recorder } = needs;
  const running = new Map<string, { readonly settings: string; readonly stop: AbortController }>();
  const everything = new AbortController();
  const abort = (): void => everything.abort();
  signal.addEventListener('abort', abort, { once: true });
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => undefined); // raced below
  const wake = new Wake();
  // Listings as they are told: the list may be behind them.
  const changed = new Map<string, SymbolView>();
  const unsubscribe = needs.bus.subscribe(symbolsChannel, ({ data }) => {
    const listing = data as SymbolView; // on this channel there is nothing else
    changed.set(listing.symbol, listing);
    wake.now();
  });
  const recording = recorder.run(everything.signal);
  recording.catch(failure.reject);
  try {
    for (const listed of await readSymbols(needs.lists))
      if (!changed.has(listed.symbol)) changed.set(listed.symbol, listed);
    let isStarted = false;
    while (!everything.signal.aborted) {
      const symbols = [...changed.values()];
      changed.clear();
      for (const symbol of symbols) {
        const settings = JSON.stringify([symbol.feed, symbol.tick, symbol.lot]);
        const current = running.get(symbol.symbol);
        if (current?.settings === settings) continue;
        current?.stop.abort();
        recorder.unwatch(symbol.symbol);
        running.delete(symbol.symbol);
        if (symbol.feed === null || running.size >= feedsMax) continue;
        const stop = new AbortController();
        running.set(symbol.symbol, { settings, stop });
        if (symbol.feed.type === 'synthetic') recorder.watch(symbol.symbol);
        feedOf(symbol.feed, needs)(
          symbol,
          (quote) => {
            const command: QuoteArrived = { type: 'QuoteArrived', quote };
            needs.system.tell(marketKind, symbol.symbol, command);
          },
          AbortSignal.any([stop.signal, everything.signal]),
        ).catch((error: unknown) => failure.reject(error));
      }
      if (!isStarted) started();
      isStarted = true;
      await Promise.race([wake.wait(everything.signal), failure.promise]);
    }
  } finally {
    signal.removeEventListener('abort', abort);
    unsubscribe();
    everything.abort();
    await recording;
  }
};

/** Wakes a loop, also when it is woken before it waits. */
class Wake {
  #isWanted = false;
  #resume: (() => void) | null = null;

  now(): void {
    this.#isWanted = true;
    this.#resume?.();
  }

  async wait(signal: AbortSignal): Promise<void> {
    if (!this.#isWanted && !signal.aborted)
      await new Promise<void>((resolve) => {
        this.#resume = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    this.#isWanted = false;
    this.#resume = null;
  }
}

const readSymbols = async (lists: FeedNeeds['lists']): Promise<readonly SymbolView[]> => {
  const { entries } = await lists.page({ list: 'symbols', owner: null, limit: feedsMax });
  return entries.map(({ doc }) => doc as unknown as SymbolView); // entries of this list are its views
};

const feedOf = (settings: FeedSettings, needs: FeedNeeds): Feed =>
  settings.type === 'synthetic' ? synthetic(settings, needs) : replay(settings, needs);

const synthetic =
  (settings: Extract<FeedSettings, { type: 'synthetic' }>, needs: FeedNeeds): Feed =>
  async (symbol, emit, signal) => {
    const { clock } = needs;
    const now = clock.now();
    const newest = await newestPrice(needs, symbol);
    const next = syntheticWalk({
      symbol: symbol.symbol,
      seed: `${settings.seed}:${now}`,
      startPrice: newest?.price ?? settings.startPrice,
      tick: symbol.tick,
      lot: symbol.lot,
      annualVolatility: settings.annualVolatility,
    });
    const everyMs = 1_000 / settings.quotesPerSecond;
    // A market does not stand still while nobody looks: the first step is as long as the gap, which stays one.
    let before = newest?.at ?? now;
    let due = now + everyMs;
    while (!signal.aborted) {
      await until(clock, due, signal);
      if (signal.aborted) return;
      const at = clock.now();
      emit(next(at, Math.max(1, at - before)));
      before = at;
      due = at + everyMs;
    }
  };

/** Where the prices have ended, so that the chart has no step in it: in the market, as far as it is known, or in the history. */
const newestPrice = async (
  { clock, history, keptOf }: FeedNeeds,
  { symbol, tick }: SymbolView,
): Promise<{ readonly price: string; readonly at: number } | null> => {
  const minutes = { symbol, interval: '1m', from: 0, to: clock.now() + 1, limit: 1, descending: true };
  const stored = await history.bars(minutes);
  const [time, close] = [stored.time[0], stored.close[0]];
  const kept = keptOf(symbol);
  if (kept !== null && (time === undefined || kept.at > time)) return { price: kept.last, at: kept.at };
  return time === undefined || close === undefined ? null : { price: onGrid(close, tick), at: time };
};

const replay =
  (settings: Extract<FeedSettings, { type: 'replay' }>, { clock, history }: FeedNeeds): Feed =>
  async (symbol, emit, signal) => {
    const barMs = intervalMs[settings.interval] / settings.speed;
    while (!signal.aborted) {
      let from = settings.from ?? 0;
      for (;;) {
        const bars = await history.bars({
          symbol: symbol.symbol,
          interval: settings.interval,
          from,
          to: Number.MAX_SAFE_INTEGER,
          limit: replayBarsHeld,
        });
        if (bars.time.length === 0 || signal.aborted) break;
        await playBars(bars, { symbol, barMs, clock, emit, signal });
        from = (bars.time.at(-1) ?? from) + 1;
      }
      if (!settings.loop) return;
      await until(clock, clock.now() + idleMs, signal);
    }
  };

const playBars = async (
  bars: Bars,
  {
    symbol: { symbol, tick },
    barMs,
    clock,
    emit,
    signal,
  }: {
    readonly symbol: SymbolView;
    readonly barMs: number;
    readonly clock: Clock;
    readonly emit: Emit;
    readonly signal: AbortSignal;
  },
): Promise<void> => {
  let begin = clock.now();
  for (let place = 0; place < bars.time.length; place++) {
    for (const { share, ...prices } of replayBar(bars, place, tick)) {
      await until(clock, begin + share * barMs, signal);
      if (signal.aborted) return;
      emit({ symbol, ...prices, at: clock.now() });
    }
    begin += barMs;
  }
  await until(clock, begin, signal);
};

const onGrid = (price: number, tick: string): string => {
  const step = decimal(tick);
  const value = decimal(price.toFixed(8));
  return decimalText(step === 0n || value < step ? value : value - (value % step));
};

const until = (clock: Clock, at: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const end = (): void => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.at(at, end);
    signal.addEventListener('abort', end, { once: true });
  });
