/**
 * Bars as markets close them, for whoever follows some in this process: minutes as the market makes
 * them, shorter ones made of its quotes. The newest are kept for a while, so that nothing is lost
 * between one question and the next.
 */

import { minuteMs } from '#domain';
import type { Bus, Clock } from '#kernel';
import type { LiveBar, Quote } from '../market/market-messages.ts';
import { Bell } from '../slots/bell.ts';
import type { Row } from './taken-bars.ts';

/** Closed bars that are kept of a market: whoever asks more seldom finds a gap, and fills it from the history. */
const keptMax = 240;
/** How long other markets are waited for when one has closed a bar: each closes with its first quote after it. */
const graceMs = 2_000;
/** How long a market is followed after the last one asked for it. */
const lingerMs = 300_000;

/** Bars of one symbol that are wanted: of that length, from that time on. */
interface Wanted {
  readonly symbol: string;
  readonly pieceMs: number;
  readonly next: number;
}

export interface LivePieces {
  /** Since when all of them have been followed without a break. */
  readonly since: number;
  /** For each of those wanted, times ascending. */
  readonly pieces: readonly (readonly Row[])[];
}

interface LiveBarsNeeds {
  readonly bus: Pick<Bus, 'subscribe'>;
  readonly clock: Clock;
}

export class LiveBars {
  readonly #needs: LiveBarsNeeds;
  readonly #followed = new Map<string, FollowedMarket>();
  #isClosed = false;

  constructor(needs: LiveBarsNeeds) {
    this.#needs = needs;
  }

  /** Resolves when at least one market has closed a bar that is wanted, and the others had their time to do the same. */
  async next(wanted: readonly Wanted[], signal: AbortSignal): Promise<LivePieces> {
    const { clock } = this.#needs;
    const bell = new Bell();
    const markets = wanted.map((one) => this.#follow(one, bell));
    try {
      let until: number | null = null;
      for (;;) {
        signal.throwIfAborted();
        const pieces = wanted.map(({ next }, place) => markets[place]?.after(next) ?? []);
        const now = clock.now();
        if (pieces.some((some) => some.length > 0)) until ??= now + graceMs;
        if (until !== null && (now >= until || pieces.every((some) => some.length > 0)))
          return { since: Math.max(...markets.map(({ since }) => since)), pieces };
        await bell.wait({ ms: until === null ? lingerMs : until - now, clock, signal });
      }
    } finally {
      for (const market of markets) this.#leave(market, bell);
    }
  }

  /** Leaves all markets at once: nobody asks any more. */
  close(): void {
    this.#isClosed = true;
    for (const market of this.#followed.values()) market.end();
    this.#followed.clear();
  }

  #follow({ symbol, pieceMs }: Wanted, bell: Bell): FollowedMarket {
    const key = `${symbol} ${pieceMs}`;
    const known = this.#followed.get(key);
    const market = known ?? new FollowedMarket(key, { symbol, pieceMs }, this.#needs);
    this.#followed.set(key, market);
    market.bells.add(bell);
    market.staysOn();
    return market;
  }

  #leave(market: FollowedMarket, bell: Bell): void {
    market.bells.delete(bell);
    if (market.bells.size > 0 || this.#isClosed) return;
    market.endsIn(lingerMs, () => this.#followed.delete(market.key));
  }
}

/** One symbol's bars of one length, as they close. */
class FollowedMarket {
  readonly key: string;
  readonly since: number;
  readonly bells = new Set<Bell>();
  readonly #clock: Clock;
  readonly #unsubscribe: () => void;
  #pieces: Row[] = [];
  #disarm: () => void = () => undefined;

  constructor(key: string, { symbol, pieceMs }: Pick<Wanted, 'symbol' | 'pieceMs'>, { bus, clock }: LiveBarsNeeds) {
    this.key = key;
    this.#clock = clock;
    this.since = clock.now();
    this.#unsubscribe =
      pieceMs === minuteMs
        ? bus.subscribe(`md:bar:${symbol}`, ({ data }) => {
            const bar = data as LiveBar & { readonly closed: boolean }; // the market's own publications
            if (bar.closed) this.#add(rowOf(bar));
          })
        : bus.subscribe(
            `md:quote:${symbol}`,
            quotesInto(pieceMs, this.since, (row) => this.#add(row)),
          );
  }

  /** Bars that begin at that time or later. */
  after(time: number): readonly Row[] {
    return this.#pieces.filter((piece) => piece[0] >= time);
  }

  staysOn(): void {
    this.#disarm();
  }

  endsIn(ms: number, onEnd: () => void): void {
    this.#disarm = this.#clock.at(this.#clock.now() + ms, () => {
      this.end();
      onEnd();
    });
  }

  end(): void {
    this.#disarm();
    this.#unsubscribe();
  }

  #add(row: Row): void {
    this.#pieces = [...this.#pieces.slice(1 - keptMax), row];
    for (const bell of this.bells) bell.ring();
  }
}

const rowOf = ({ time, open, high, low, close, volume }: LiveBar): Row => [
  time,
  Number(open),
  Number(high),
  Number(low),
  Number(close),
  Number(volume),
];

/** Makes bars of quotes; the first whole one is the first that is told. */
const quotesInto = (
  pieceMs: number,
  since: number,
  add: (row: Row) => void,
): ((publication: { readonly data: unknown }) => void) => {
  let open: Row | null = null;
  return ({ data }) => {
    const { at, last, size } = data as Quote; // the market's own publications
    const price = Number(last);
    const time = Math.floor(at / pieceMs) * pieceMs;
    if (open !== null && time > open[0]) {
      if (open[0] >= since) add(open);
      open = null;
    }
    open =
      open === null
        ? [time, price, price, price, price, Number(size)]
        : [open[0], open[1], Math.max(open[2], price), Math.min(open[3], price), price, open[5] + Number(size)];
  };
};
