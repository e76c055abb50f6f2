/**
 * Results that need not be computed again, in a folder of bounded size. A result is found by the hash
 * of all that it depends on, so it is never out of date: what has changed is not found.
 */

import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { BacktestResult, Feed } from '#domain';
import { removeOldest } from './cache-size.ts';
import { readKept, writeKept } from './kept-file.ts';
import { KeptSearch } from './kept-search.ts';
import { drawerKey, pricesKey } from './result-key.ts';
import type { RunIdentity, SearchIdentity } from './result-key.ts';

export interface ResultCacheOptions {
  readonly folder: string;
  /** Stands for the engine and everything else of the platform that a result depends on. */
  readonly platform: string;
  /** Told once, when results can't be kept. */
  readonly onUnwritable: (reason: string) => void;
}

/** Milliseconds that a single run must have taken: looking up a quicker one would take as long as running it. */
const worthKeepingMs = 100;

/** Bytes of one full result, an eighth of the cache: no single one pushes all others out. About four million bars. */
const runBytesMax = 64 * 2 ** 20;

export class ResultCache {
  readonly #options: ResultCacheOptions;
  /** Prices are read through once, however often they are used. */
  readonly #pricesKeys = new WeakMap<readonly Feed[], string>();
  #isWritable = true;
  #hasWritten = false;

  constructor(options: ResultCacheOptions) {
    this.#options = options;
  }

  /** The full result of a run, equal to the last bit to a new one; null where it has to be run. */
  async recallRun(run: RunIdentity): Promise<BacktestResult | null> {
    const drawer = drawerKey(run, this.#options.platform);
    if ((await this.#namesIn(drawer)).length === 0) return null; // without looking at the prices
    const content = await readKept({ folder: this.#options.folder, drawer, name: this.#runName(run) });
    return content === null ? null : (deserialize(content) as BacktestResult); // written below, unchanged since
  }

  /** Keeps a full result, where running it again would take longer than reading it. */
  async keepRun(run: RunIdentity, result: BacktestResult, tookMs: number): Promise<void> {
    if (tookMs < worthKeepingMs || result.equity.byteLength + result.timeline.byteLength > runBytesMax) return;
    const content = serialize(result);
    if (content.length > runBytesMax) return;
    await this.#write(drawerKey(run, this.#options.platform), this.#runName(run), content);
  }

  /** The members of a search that are known. */
  async openSearch(search: SearchIdentity): Promise<KeptSearch> {
    const { folder, platform } = this.#options;
    const drawer = drawerKey(search, platform);
    const names = await this.#namesIn(drawer);
    const blocks: Uint8Array[] = [];
    if (names.length > 0) {
      const prices = this.#pricesKey(search.feeds);
      for (const name of names.filter((each) => each.startsWith(`${prices}-`) && each.endsWith('.members'))) {
        const block = await readKept({ folder, drawer, name });
        if (block !== null) blocks.push(block);
      }
    }
    return new KeptSearch(blocks, async (block) => {
      const content = createHash('sha256').update(block).digest('hex').slice(0, 16);
      await this.#write(drawer, `${this.#pricesKey(search.feeds)}-${content}.members`, block);
    });
  }

  /** Brings the folder back to its size. */
  async close(): Promise<void> {
    if (!this.#hasWritten) return;
    this.#hasWritten = false;
    try {
      await removeOldest(this.#options.folder);
    } catch (error) {
      this.#giveUp(error as Error); // fs rejects with Error
    }
  }

  async #namesIn(drawer: string): Promise<readonly string[]> {
    return readdir(join(this.#options.folder, drawer)).catch(() => []); // no drawer: nothing is known
  }

  /** A folder that can't be written takes nothing from the result: it is told, and then left alone. */
  async #write(drawer: string, name: string, content: Uint8Array): Promise<void> {
    if (!this.#isWritable) return;
    try {
      await writeKept({ folder: this.#options.folder, drawer, name }, content);
      this.#hasWritten = true;
    } catch (error) {
      this.#giveUp(error as Error); // fs rejects with Error
    }
  }

  #giveUp({ message }: Error): void {
    this.#isWritable = false;
    this.#options.onUnwritable(message);
  }

  #runName({ feeds }: RunIdentity): string {
    return `${this.#pricesKey(feeds)}.run`;
  }

  #pricesKey(feeds: readonly Feed[]): string {
    let key = this.#pricesKeys.get(feeds);
    if (key === undefined) {
      key = pricesKey(feeds);
      this.#pricesKeys.set(feeds, key);
    }
    return key;
  }
}
