/**
 * Bars of whole series, kept on this machine's disk: what one runner, batch or process has read from
 * ClickHouse, the next one reads from a file. Nothing is given out without the history saying that it
 * is current, so that answers are the same with and without it, to the last bit; and nothing that goes
 * wrong here is felt otherwise than in time.
 */

import type { Bars } from '#domain';
import type { Clock } from '#kernel';
import type { BarsQuery, RevisedHistory, SeriesCacheFigures } from '#ports';
import { aboutBytesMax, readSeries, seriesBytes, writeSeries } from './series-file.ts';
import { SeriesFolder } from './series-folder.ts';

export type SeriesCacheEvent =
  /** The folder can't be used: the disk is full, or its rights do not suffice. Told once, until it can be. */
  | { readonly type: 'series-cache-away'; readonly folder: string; readonly error: unknown }
  | { readonly type: 'series-cache-back'; readonly folder: string }
  | { readonly type: 'series-broken'; readonly file: string }
  /** The history gives bars and can't tell whether they have changed, so nothing is kept. Told once. */
  | { readonly type: 'series-revision-unknown'; readonly error: unknown };

export interface SeriesCacheOptions {
  readonly folder: string;
  /** Bytes of all files. */
  readonly bytesMax: number;
  readonly entriesMax?: number;
  readonly history: Pick<RevisedHistory, 'bars' | 'revision'>;
  /** Of the program: another one may make other bars of the same rows. */
  readonly version: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly report: (event: SeriesCacheEvent) => void;
  /** Milliseconds that reading a series has to take for it to be kept. */
  readonly keptFromMs?: number;
}

/** Reading from the disk costs as much, most of it the question whether the bars are current. */
const keptFromMsUsual = 20;

/** Of series that wait to be written, which are held in memory for it. Where a disk does not keep up, what comes is not kept. */
const waitingBytesMax = 256 * 2 ** 20;

/** How long nothing is written after a failure, in milliseconds: a full disk is full for longer. */
const pauseMs = 60_000;

interface Entry {
  readonly query: BarsQuery;
  readonly revision: string;
  readonly path: string;
  readonly about: string;
  /** Milliseconds UTC. */
  readonly askedAt: number;
}

/** Opens the cache; a folder that can't be used is reported, and everything is read from the history. */
export const openSeriesCache = async (options: SeriesCacheOptions): Promise<SeriesCache> => {
  const cache = new SeriesCache(options);
  await cache.open();
  return cache;
};

export class SeriesCache {
  readonly #options: SeriesCacheOptions;
  readonly #folder: SeriesFolder;
  /** By key and revision: whoever asks for the same at the same time gets the same. */
  readonly #loads = new Map<string, Promise<Bars>>();
  #writes: Promise<void> = Promise.resolve();
  #waitingBytes = 0;
  /** Milliseconds UTC: nothing is written before. */
  #pausedUntil = 0;
  #isAway = false;
  #isRevisionUnknown = false;
  #isClosed = false;
  #hits = 0;
  #misses = 0;

  constructor(options: SeriesCacheOptions) {
    this.#options = options;
    this.#folder = new SeriesFolder(options.folder, options);
  }

  async open(): Promise<void> {
    try {
      await this.#folder.makeRoom({ bytes: 0, entries: 0 }, this.#options.clock.now());
    } catch (error) {
      this.#away(error);
    }
  }

  /** As the history gives them. The columns are shared by whoever asks for the same, and may share memory. */
  async bars(query: BarsQuery): Promise<Bars> {
    const { history, version } = this.#options;
    const found = await this.#revision(query);
    // Whether it is the history that is away or the question is a mistake, it says so itself.
    if (found.revision === null) {
      const bars = await history.bars(query);
      if (found.error !== undefined) this.#revisionUnknown(found.error);
      return bars;
    }
    // Bounds may be infinite, which JSON has no word for.
    const { symbol, interval, from, to, limit, descending = false } = query;
    const key = JSON.stringify([version, symbol, interval, String(from), String(to), limit, descending]);
    const about = JSON.stringify([key, found.revision]);
    if (Buffer.byteLength(about) > aboutBytesMax) return history.bars(query);
    const path = this.#folder.pathOf(key);
    return this.#loadOnce({ query, revision: found.revision, about, path, askedAt: this.#options.clock.now() });
  }

  figures(): SeriesCacheFigures {
    const { bytes, entries, bytesMax } = this.#folder;
    return { hits: this.#hits, misses: this.#misses, entries, bytes, bytesMax };
  }

  /** Waits for what is being written; what is read afterwards is not kept. */
  async close(): Promise<void> {
    await this.#writes;
    this.#isClosed = true;
  }

  async #revision(query: BarsQuery): Promise<{ readonly revision: string | null; readonly error?: unknown }> {
    try {
      const revision = await this.#options.history.revision(query);
      return revision === null
        ? { revision, error: new Error('The parts of the table are hidden, or it has several copies.') }
        : { revision };
    } catch (error) {
      return { revision: null, error };
    }
  }

  #loadOnce(entry: Entry): Promise<Bars> {
    const known = this.#loads.get(entry.about);
    // Whoever began it saw the revision that this one has seen: it can't give bars that are older.
    if (known !== undefined) return known;
    const load = this.#load(entry).finally(() => this.#loads.delete(entry.about));
    this.#loads.set(entry.about, load);
    return load;
  }

  async #load(entry: Entry): Promise<Bars> {
    const { history, clock, keptFromMs = keptFromMsUsual } = this.#options;
    const kept = await this.#read(entry);
    if (kept !== null) {
      this.#hits += 1;
      return kept;
    }
    this.#misses += 1;
    const startedAt = clock.now();
    const bars = await history.bars(entry.query);
    if (clock.now() - startedAt >= keptFromMs) this.#write(entry, bars);
    return bars;
  }

  async #read({ query, path, about, askedAt }: Entry): Promise<Bars | null> {
    try {
      const found = await readSeries(path, { about, rowsMax: query.limit });
      if (found === 'broken') {
        this.#options.report({ type: 'series-broken', file: path });
        await this.#folder.remove(path);
      }
      if (typeof found === 'string') return null;
      await this.#folder.touch(path, askedAt).catch(() => undefined); // removed by now: its bars are here
      return found;
    } catch (error) {
      this.#away(error);
      return null;
    }
  }

  /** Nobody waits for it but who closes. */
  #write(entry: Entry, bars: Bars): void {
    const bytes = seriesBytes(entry.about, bars.time.length);
    if (this.#isClosed || bytes > this.#folder.bytesMax || this.#waitingBytes + bytes > waitingBytesMax) return;
    if (this.#options.clock.now() < this.#pausedUntil) return;
    this.#waitingBytes += bytes;
    this.#writes = this.#writes.then(async () => {
      try {
        await this.#keep(entry, bars, bytes);
      } catch (error) {
        this.#away(error);
      } finally {
        this.#waitingBytes -= bytes;
      }
    });
  }

  async #keep({ query, revision, path, about, askedAt }: Entry, bars: Bars, bytes: number): Promise<void> {
    const { clock } = this.#options;
    // What was written while they were read may be among them: then they are of no revision.
    if ((await this.#revision(query)).revision !== revision) return;
    if (!(await this.#folder.makeRoom({ bytes, entries: 1 }, clock.now()))) return;
    await writeSeries(path, { about, bars, usedAt: askedAt });
    await this.#folder.makeRoom({ bytes: 0, entries: 0 }, clock.now());
    this.#back();
  }

  #away(error: unknown): void {
    const { clock, folder, report } = this.#options;
    this.#pausedUntil = clock.now() + pauseMs;
    if (this.#isAway) return;
    this.#isAway = true;
    report({ type: 'series-cache-away', folder, error });
  }

  #back(): void {
    if (!this.#isAway) return;
    this.#isAway = false;
    this.#options.report({ type: 'series-cache-back', folder: this.#options.folder });
  }

  #revisionUnknown(error: unknown): void {
    if (this.#isRevisionUnknown) return;
    this.#isRevisionUnknown = true;
    this.#options.report({ type: 'series-revision-unknown', error });
  }
}
