/** Token buckets that all gateways share, so that more nodes do not mean more requests for anybody. */

export interface BucketShare {
  readonly key: string;
  /** What this gateway has taken since it last said so. */
  readonly taken: number;
  /** What the bucket holds, and what flows into it in a minute. */
  readonly perMinute: number;
}

export interface SharedBuckets {
  /**
   * Takes from all of them in one round trip; what is left in each then, in the same order. Below zero: together
   * the gateways have let more through than there was. Rejects while the store is away.
   */
  take(shares: readonly BucketShare[]): Promise<readonly number[]>;
}
