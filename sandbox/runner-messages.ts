/** What a runner is told, and what it answers. */

import type { Feed } from '#domain';
import type { SandboxFailure } from './failure.ts';
import type { ModulesPlace } from './runner-modules.ts';
import type { StrategySource } from './strategy-source.ts';

/** One backtest with the strategy that was compiled last, over the data that are loaded. */
export interface SandboxJob {
  /** Values of parameters; absent ones take their defaults. */
  readonly params: Readonly<Record<string, unknown>>;
  /** The rules, `native` or an engine's name, and their settings. */
  readonly profile: string;
  readonly config: unknown;
  readonly seed: number | string;
  /** `summary` for members of a batch: statistics, hash and a short equity curve. */
  readonly keep: 'full' | 'summary';
  /** Milliseconds UTC, `from` inclusive, `to` exclusive; bars before `tradeFrom` warm indicators only. null for all bars. */
  readonly span: { readonly from: number; readonly to: number; readonly tradeFrom?: number } | null;
}

/** A feed without its columns, which follow as arrays. */
export type FeedMeta = Omit<Feed, 'bars' | 'finer'> & { readonly hasFiner: boolean };

export type RunnerCommand =
  | {
      readonly type: 'Boot';
      readonly addon: string;
      readonly modules: ModulesPlace;
      readonly memoryLimitMiB: number;
      readonly callLimitMs: number | null;
    }
  | { readonly type: 'ClearFeeds' }
  | { readonly type: 'AddFeed'; readonly meta: FeedMeta }
  | { readonly type: 'Compile'; readonly source: StrategySource }
  | { readonly type: 'Judge'; readonly paramsList: readonly unknown[] }
  | { readonly type: 'Run'; readonly jobs: readonly { readonly id: number; readonly job: SandboxJob }[] };

/** What a healthy runner says. The parent believes none of it before it has looked. */
export type RunnerReply =
  | { readonly type: 'Ready'; readonly version: string }
  | { readonly type: 'Done' }
  | { readonly type: 'Described'; readonly declaration: unknown }
  | { readonly type: 'Judged'; readonly allowed: unknown }
  | {
      readonly type: 'Progress';
      readonly id: number;
      readonly step: number;
      readonly steps: number;
      readonly equity: number;
    }
  | { readonly type: 'Rows'; readonly id: number; readonly table: unknown; readonly texts: unknown }
  | { readonly type: 'Finished'; readonly id: number; readonly head: unknown }
  | { readonly type: 'Failed'; readonly id: number | null; readonly failure: SandboxFailure };
