/** How far those outside have been told what has happened, by this node. */

export interface EventPublishing {
  /** Messages since the start. */
  readonly published: number;
  /** Events of this node's shards that have not been looked at yet. */
  readonly eventsBehind: number;
  /** Time since all that was written by then was told; 0 while nothing is missing. */
  readonly secondsBehind: number;
}
