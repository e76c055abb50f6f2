/** What was answered to requests that carried an idempotency key, for a day. */

/** How long an answer is kept. */
export const idempotencyKeptMs = 24 * 3_600_000;
/** A request that has not ended by then has died with its node: the next one with its key takes over. */
export const idempotencyLeaseMs = 60_000;
/** Larger answers are not kept: the request is then done again, under the same command id. */
export const idempotencyAnswerBytesMax = 1_048_576;

export interface IdempotentAnswer {
  readonly status: number;
  /** Those that belong to the answer: `location`, `etag`, `content-type`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type IdempotencyBegin =
  /** Nobody else has it: go on, then `finish` or `release`. */
  | { readonly type: 'begun' }
  | { readonly type: 'in-flight' }
  /** The key was used for a request with another fingerprint. */
  | { readonly type: 'differs' }
  | { readonly type: 'answered'; readonly answer: IdempotentAnswer };

/** Rejections are outages. */
export interface IdempotencyStore {
  /**
   * Takes the key, which already contains user and route, or says what it was used for. Atomic: of two
   * requests at once one begins. A key older than {@link idempotencyKeptMs}, and one under way for
   * longer than {@link idempotencyLeaseMs}, is free again.
   */
  begin(key: string, fingerprint: string, now: number): Promise<IdempotencyBegin>;
  /** Keeps the answer; an answer that is there stays. */
  finish(key: string, answer: IdempotentAnswer): Promise<void>;
  /** Nothing was decided: the next request with the key begins anew, with the same fingerprint or another. */
  release(key: string): Promise<void>;
}
