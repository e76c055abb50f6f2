/** Settings of the whole cluster: read at once from a copy, set by operators, told of when they change. */

import type { Service } from '#kernel';
import type { ClusterSettingName, ClusterSettingValue } from './settings.ts';

/** A setting as it counts here and now. */
export interface SettingView {
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

export interface SettingChange {
  readonly revision: number;
  /** null: it was unset. */
  readonly value: string | null;
  readonly author: string;
  /** Milliseconds UTC. */
  readonly at: number;
}

/** Why a value can not be set. */
export interface SettingRefusal {
  readonly setting: string;
  /** `a whole number from 1 to 1024` */
  readonly needed: string;
  readonly example: string;
}

export type SettingOutcome =
  | { readonly type: 'changed'; readonly setting: SettingView }
  | { readonly type: 'unknown' }
  | { readonly type: 'invalid'; readonly refusal: SettingRefusal }
  /** Somebody has changed it since it was seen: as it is now. */
  | { readonly type: 'overtaken'; readonly setting: SettingView };

export interface SettingAuthor {
  /** The user's id. */
  readonly author: string;
  /** The revision that the author has seen, null for none; absent: the one that this node knows. */
  readonly seen?: number | null;
}

/** What is stored goes over restarts, or (`memory`) ends with the process. */
export type SettingStore = 'nats' | 'memory';

export interface ClusterConfig {
  readonly store: SettingStore;
  get<N extends ClusterSettingName>(name: N): ClusterSettingValue<N>;
  /** What is set, as text; null: nothing that counts. */
  text(name: string): string | null;
  all(): readonly SettingView[];
  /** Why the text can't be set; null: it can. */
  refusalOf(name: string, text: string): SettingRefusal | null;
  /** Rejects with an outage when the store is away. */
  set(name: string, text: string, by: SettingAuthor): Promise<SettingOutcome>;
  unset(name: string, by: SettingAuthor): Promise<SettingOutcome>;
  /** The newest last, at most {@link changesKept}; null: there is no such setting. */
  history(name: string): Promise<readonly SettingChange[] | null>;
  /** Tells what counts differently from now on; the returned function ends it. The listener must not throw. */
  watch(listener: (name: ClusterSettingName) => void): () => void;
  /** Keeps the copy up to date; to be supervised. */
  readonly service: Service;
}

export type ConfigReport =
  /** A later version may know it. */
  | { readonly type: 'setting-not-known'; readonly name: string }
  /** The default counts. */
  | { readonly type: 'setting-unreadable'; readonly name: string; readonly reason: string }
  /** The last known values count. */
  | { readonly type: 'config-waits'; readonly reason: string }
  | { readonly type: 'config-goes-on' }
  /** The store had lost what was set, and has it again from this node. */
  | { readonly type: 'settings-written-back'; readonly names: readonly string[] };

/** Of each setting. */
export const changesKept = 64;
