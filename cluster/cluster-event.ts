/** What the cluster reports about itself: values, which the composition root logs and counts. */

export type ClusterEvent =
  | { readonly type: 'member-joined'; readonly node: string; readonly incarnation: string }
  /** It has ended, or its lease is over: its shards go to others. */
  | { readonly type: 'member-gone'; readonly node: string; readonly incarnation: string }
  | { readonly type: 'shards-claimed'; readonly count: number; readonly owned: number }
  | { readonly type: 'shards-given'; readonly count: number; readonly owned: number }
  /** Who has what could not be looked up, or changed: it is tried again. */
  | { readonly type: 'ownership-away'; readonly error: unknown }
  /** The node does not acknowledge what it is told. */
  | { readonly type: 'link-stalled'; readonly node: string; readonly backlogBytes: number }
  | { readonly type: 'link-recovered'; readonly node: string }
  | { readonly type: 'nats-lost' }
  | { readonly type: 'nats-back' }
  /** A message that nobody waits for could not be brought to its actor. */
  | { readonly type: 'message-dropped'; readonly kind: string; readonly id: string; readonly reason: string };

export type ReportCluster = (event: ClusterEvent) => void;
