/** Members of one search that are known from before, and those that are new, which are written in blocks. */

import { deserialize, serialize } from 'node:v8';
import type { BatchResult } from '#domain';
import { paramsKey } from './result-key.ts';

/** Members of a block: a few megabytes, so that a write costs nothing beside making them. */
const blockMembersMax = 1_024;

/** Milliseconds after which a smaller block is written too: what a killed search loses at most. */
const blockAgeMsMax = 10_000;

/** Bytes of members held of one search, known and new together: about 50,000 members. What comes after them is not kept. */
const searchBytesMax = 256 * 2 ** 20;

/** A member by its parameters. It stays in its written form until it is asked for. */
interface Member {
  readonly key: string;
  readonly bytes: Uint8Array;
}

export class KeptSearch {
  readonly #known = new Map<string, Uint8Array>();
  readonly #write: (block: Uint8Array) => Promise<void>;
  readonly #now: () => number;
  #fresh: Member[] = [];
  #writtenAt: number;
  #bytes = 0;

  /** `blocks` were made by a search of the same identity; `write` puts a new one beside them. `now` is in milliseconds. */
  constructor(
    blocks: readonly Uint8Array[],
    write: (block: Uint8Array) => Promise<void>,
    now: () => number = () => performance.now(),
  ) {
    this.#write = write;
    this.#now = now;
    this.#writtenAt = now();
    for (const block of blocks) {
      // Written below, and unchanged since: its checksum was compared.
      for (const { key, bytes } of deserialize(block) as readonly Member[]) this.#take(key, bytes);
    }
  }

  /** Members known from before. */
  get size(): number {
    return this.#known.size;
  }

  /** The member with these parameters, equal to the last bit to one that is run; null where it has to be run. */
  find(params: Readonly<Record<string, unknown>>): BatchResult | null {
    const bytes = this.#known.get(paramsKey(params));
    return bytes === undefined ? null : (deserialize(bytes) as BatchResult); // written by `keep`
  }

  /** Keeps a finished member; waits only when a block is full and is written. */
  async keep(params: Readonly<Record<string, unknown>>, result: BatchResult): Promise<void> {
    const bytes = serialize(result);
    if (this.#bytes + bytes.length > searchBytesMax) return;
    this.#bytes += bytes.length;
    this.#fresh.push({ key: paramsKey(params), bytes });
    if (this.#fresh.length >= blockMembersMax || this.#now() - this.#writtenAt >= blockAgeMsMax) await this.flush();
  }

  /** Writes what is new. */
  async flush(): Promise<void> {
    const fresh = this.#fresh;
    this.#fresh = [];
    this.#writtenAt = this.#now();
    if (fresh.length > 0) await this.#write(serialize(fresh));
  }

  #take(key: string, bytes: Uint8Array): void {
    if (this.#bytes + bytes.length > searchBytesMax || this.#known.has(key)) return;
    this.#bytes += bytes.length;
    this.#known.set(key, bytes);
  }
}
