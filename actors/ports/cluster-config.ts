/** Settings of the whole cluster, as an operator sees and changes them; which there are, and what they take, is not known here. */

/** A setting as it counts on the node that is asked. */
export interface ClusterSetting {
  readonly name: string;
  readonly help: string;
  /** null: not set, and as each node's environment says. */
  readonly value: string | null;
  readonly byDefault: string | null;
  readonly isSet: boolean;
  /** Of the newest change, also of one that unset it; null: there was none. */
  readonly revision: number | null;
  readonly author: string | null;
  /** Milliseconds UTC. */
  readonly at: number | null;
  /** Why what is stored does not count; null where it does. */
  readonly problem: string | null;
}

export interface ClusterSettingChange {
  readonly revision: number;
  /** null: it was unset. */
  readonly value: string | null;
  readonly author: string;
  /** Milliseconds UTC. */
  readonly at: number;
}

export interface ClusterSettingRefusal {
  readonly setting: string;
  /** In words: `a whole number from 1 to 1024`. */
  readonly needed: string;
  readonly example: string;
}

export type ClusterSettingOutcome =
  | { readonly type: 'changed'; readonly setting: ClusterSetting }
  | { readonly type: 'unknown' }
  | { readonly type: 'invalid'; readonly refusal: ClusterSettingRefusal }
  /** Somebody has changed it since it was seen: as it is now. */
  | { readonly type: 'overtaken'; readonly setting: ClusterSetting };

export interface ClusterSettingAuthor {
  /** The user's id. */
  readonly author: string;
  /** The revision that the author has seen, null for none; absent: the one that this node knows. */
  readonly seen?: number | null;
}

/** Rejections are outages. */
export interface ClusterSettings {
  /** `memory`: what is set is gone when the program ends. */
  readonly store: 'nats' | 'memory';
  /** What is set, as text; null: nothing that counts. */
  text(name: string): string | null;
  all(): readonly ClusterSetting[];
  /** Why the text can't be set; null: it can, or there is no such setting. */
  refusalOf(name: string, text: string): ClusterSettingRefusal | null;
  set(name: string, text: string, by: ClusterSettingAuthor): Promise<ClusterSettingOutcome>;
  unset(name: string, by: ClusterSettingAuthor): Promise<ClusterSettingOutcome>;
  /** The newest last; null: there is no such setting. */
  history(name: string): Promise<readonly ClusterSettingChange[] | null>;
}
