/** Answers to requests with an idempotency key, in the memory of one node. A restart forgets them; actors still apply a command once. */

import { idempotencyKeptMs, idempotencyLeaseMs } from '#ports';
import type { IdempotencyBegin, IdempotencyStore, IdempotentAnswer } from '#ports';

/** Of all answers together; the oldest leave first. */
const bytesMax = 64 * 1_048_576;
/** What an entry takes beside its answer, about. */
const entryBytes = 400;

interface Entry {
  readonly fingerprint: string;
  readonly at: number;
  answer: IdempotentAnswer | null;
}

export class MemoryIdempotencyStore implements IdempotencyStore {
  /** In order of age. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  begin(key: string, fingerprint: string, now: number): Promise<IdempotencyBegin> {
    const entry = this.#entries.get(key);
    if (entry !== undefined && !isFree(entry, now)) {
      if (entry.fingerprint !== fingerprint) return Promise.resolve({ type: 'differs' });
      return Promise.resolve(
        entry.answer === null ? { type: 'in-flight' } : { type: 'answered', answer: entry.answer },
      );
    }
    this.#remove(key);
    this.#entries.set(key, { fingerprint, at: now, answer: null });
    this.#bytes += entryBytes;
    this.#shrink();
    return Promise.resolve({ type: 'begun' });
  }

  finish(key: string, answer: IdempotentAnswer): Promise<void> {
    const entry = this.#entries.get(key);
    if (entry !== undefined && entry.answer === null) {
      entry.answer = answer;
      this.#bytes += answer.body.length;
      this.#shrink();
    }
    return Promise.resolve();
  }

  release(key: string): Promise<void> {
    if (this.#entries.get(key)?.answer === null) this.#remove(key);
    return Promise.resolve();
  }

  #shrink(): void {
    for (const [key] of this.#entries) {
      if (this.#bytes <= bytesMax) return;
      this.#remove(key);
    }
  }

  #remove(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= entryBytes + (entry.answer?.body.length ?? 0);
  }
}

const isFree = ({ at, answer }: Entry, now: number): boolean =>
  now - at >= (answer === null ? idempotencyLeaseMs : idempotencyKeptMs);
