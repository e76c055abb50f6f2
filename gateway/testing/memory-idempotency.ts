/** Answers to requests with an idempotency key, in memory, for tests of routes. */

import { idempotencyKeptMs, idempotencyLeaseMs } from '#ports';
import type { IdempotencyBegin, IdempotencyStore, IdempotentAnswer } from '#ports';

interface Entry {
  readonly fingerprint: string;
  readonly at: number;
  answer: IdempotentAnswer | null;
}

export class MemoryIdempotencyStore implements IdempotencyStore {
  readonly #entries = new Map<string, Entry>();

  begin(key: string, fingerprint: string, now: number): Promise<IdempotencyBegin> {
    const entry = this.#entries.get(key);
    if (entry !== undefined && !isFree(entry, now)) {
      if (entry.fingerprint !== fingerprint) return Promise.resolve({ type: 'differs' });
      return Promise.resolve(
        entry.answer === null ? { type: 'in-flight' } : { type: 'answered', answer: entry.answer },
      );
    }
    this.#entries.set(key, { fingerprint, at: now, answer: null });
    return Promise.resolve({ type: 'begun' });
  }

  finish(key: string, answer: IdempotentAnswer): Promise<void> {
    const entry = this.#entries.get(key);
    if (entry !== undefined) entry.answer ??= answer;
    return Promise.resolve();
  }

  release(key: string): Promise<void> {
    if (this.#entries.get(key)?.answer === null) this.#entries.delete(key);
    return Promise.resolve();
  }
}

const isFree = ({ at, answer }: Entry, now: number): boolean =>
  now - at >= (answer === null ? idempotencyLeaseMs : idempotencyKeptMs);
