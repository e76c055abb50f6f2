/**
 * Price data for runs: from the history, with the instrument of the symbol, kept in memory while they
 * are used again and again. What is asked for twice is the same object, so that a place that has it
 * need not be given it anew.
 */

import { barColumns, MarketDataMistake, parseTimeframe, periodEnd } from '#domain';
import type { Bars, Feed, Instrument } from '#domain';
import type { ActorSystem, Bus, Clock } from '#kernel';
import type { History } from '#ports';
import type { BacktestSpec } from '../backtest/backtest-messages.ts';
import { symbolKind } from '../symbol/symbol.ts';
import type { GetSymbol } from '../symbol/symbol-messages.ts';

export interface FeedRequest {
  readonly feeds: BacktestSpec['feeds'];
  /** Milliseconds UTC, half-open; null: all that there is. */
  readonly from: number | null;
  readonly to: number | null;
  readonly profile: string;
}

export interface FeedStoreNeeds {
  readonly system: Pick<ActorSystem, 'ask'>;
  readonly clock: Clock;
  readonly history: Pick<History, 'bars'>;
}

/** Bytes of bars that are kept: five million bars, shared by all slots of a process. */
const bytesMax = 256 * 2 ** 20;

/**
 * How long bars are taken for current, in milliseconds, and how many times as long as it took to read
 * them: live prices grow, and an import on another node is not heard of here.
 */
const freshMs = 5_000;
const freshPerReading = 20;

/** Bars read at a time, and bars of one feed at most: as many as a runner has room for. */
const barsPerRead = 1_000_000;
const barsMax = 20_000_000;

/** Times that every store of history can hold, milliseconds UTC. */
const earliest = Date.UTC(1900, 0, 1);
const latest = Date.UTC(2200, 0, 1);

interface Kept {
  readonly feed: Promise<Feed>;
  /** Milliseconds UTC; no end while it is being read. */
  freshUntil: number;
  bytes: number;
}

export class FeedStore {
  readonly #needs: FeedStoreNeeds;
  /** Least recently used first. */
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  constructor(needs: FeedStoreNeeds) {
    this.#needs = needs;
  }

  /**
   * The feeds as the command line makes them of the same prices. Throws `MarketDataMistake` for what the
   * backtest asks for and does not exist; other rejections are outages.
   */
  async load({ feeds, from, to, profile }: FeedRequest): Promise<readonly Feed[]> {
    const loaded: Feed[] = [];
    for (const { id, symbol, interval } of feeds) {
      const instrument = await this.#instrument(symbol, profile);
      loaded.push(await this.#feed({ id, symbol, interval, from, to, instrument }));
    }
    return loaded;
  }

  /** Forgets everything whenever an import is told to have changed something; the returned function ends it. */
  watchImports(bus: Pick<Bus, 'subscribeFamily'>): () => void {
    return bus.subscribeFamily('import', (publication) => {
      // Progress has no offset.
      if (!('offset' in publication)) return;
      this.#kept.clear();
      this.#bytes = 0;
    });
  }

  async #instrument(symbol: string, profile: string): Promise<Instrument> {
    const command: GetSymbol = { type: 'GetSymbol' };
    const answer = await this.#needs.system.ask(symbolKind, symbol, command);
    if (answer.type === 'refused')
      throw new MarketDataMistake('data-missing', `No symbol ${symbol} is listed.`, 'Import its prices first.');
    const { tick, lot, multiplier, currency } = answer.reply;
    // The rules of other engines know no grid.
    const isGridless = profile !== 'native';
    return {
      symbol,
      tick: isGridless ? 0 : Number(tick),
      lot: isGridless ? 0 : Number(lot),
      multiplier: Number(multiplier),
      currency,
    };
  }

  async #feed(wanted: WantedFeed): Promise<Feed> {
    const key = JSON.stringify(wanted);
    const { clock } = this.#needs;
    const known = this.#kept.get(key);
    if (known !== undefined && clock.now() < known.freshUntil) return this.#use(key, known);
    this.#drop(key);
    const startedAt = clock.now();
    const kept: Kept = { feed: this.#readOrSame(wanted, known), freshUntil: Infinity, bytes: 0 };
    this.#kept.set(key, kept);
    try {
      const feed = await kept.feed;
      kept.freshUntil = clock.now() + Math.max(freshMs, freshPerReading * (clock.now() - startedAt));
      if (this.#kept.get(key) === kept) {
        kept.bytes = feed.bars.time.byteLength * barColumns.length;
        this.#bytes += kept.bytes;
        this.#makeRoom();
      }
      return feed;
    } catch (error) {
      if (this.#kept.get(key) === kept) this.#drop(key);
      throw error;
    }
  }

  /** The feed as it is now; the object known before where nothing has changed. */
  async #readOrSame(wanted: WantedFeed, known: Kept | undefined): Promise<Feed> {
    const [feed, before] = await Promise.all([this.#read(wanted), known?.feed.catch(() => null) ?? null]);
    return before !== null && isSame(feed.bars, before.bars) ? before : feed;
  }

  #use(key: string, kept: Kept): Promise<Feed> {
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    return kept.feed;
  }

  #drop(key: string): void {
    this.#bytes -= this.#kept.get(key)?.bytes ?? 0;
    this.#kept.delete(key);
  }

  #makeRoom(): void {
    for (const key of this.#kept.keys()) {
      if (this.#bytes <= bytesMax) return;
      this.#drop(key);
    }
  }

  async #read({ id, symbol, interval, from, to, instrument }: WantedFeed): Promise<Feed> {
    const timeframe = parseTimeframe(interval);
    const parts: Bars[] = [];
    let bars = 0;
    for (let next = from ?? earliest; ;) {
      const query = { symbol, interval, from: next, to: to ?? latest, limit: barsPerRead };
      const part = await this.#needs.history.bars(query);
      parts.push(part);
      bars += part.time.length;
      if (bars > barsMax)
        throw new MarketDataMistake(
          'data-span',
          `${symbol} has more than ${barsMax} bars of ${interval} in the period.`,
          'Choose a shorter period or a longer interval.',
        );
      if (part.time.length < barsPerRead) break;
      next = periodEnd(part.time[part.time.length - 1] ?? next, timeframe);
    }
    if (bars === 0)
      throw new MarketDataMistake(
        'data-missing',
        `${symbol} has no bars of ${interval}${from === null && to === null ? '' : ' in the period asked for'}.`,
        'Import its prices, or choose a period that they cover.',
      );
    return { id, symbol, timeframeMs: timeframe.ms, instrument, bars: joined(parts, bars) };
  }
}

interface WantedFeed {
  readonly id: string;
  readonly symbol: string;
  readonly interval: string;
  readonly from: number | null;
  readonly to: number | null;
  readonly instrument: Instrument;
}

const joined = (parts: readonly Bars[], length: number): Bars => {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const columns = Object.fromEntries(
    barColumns.map((name) => {
      const column = new Float64Array(length);
      let at = 0;
      for (const part of parts) {
        column.set(part[name], at);
        at += part[name].length;
      }
      return [name, column];
    }),
  );
  return columns as unknown as Bars; // every name of barColumns was set
};

const isSame = (a: Bars, b: Bars): boolean =>
  a.time.length === b.time.length &&
  barColumns.every((name) => a[name].every((value, row) => Object.is(value, b[name][row])));
