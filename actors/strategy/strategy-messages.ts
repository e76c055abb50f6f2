/** What a strategy is told and answers: source with its history, what it declares, and its life. */

import type { Command, Refusal } from '#kernel';
import type { Declared, Diagnostic, SourceFiles } from '#ports';

export interface VersionView {
  /** From 1, one a save. */
  readonly version: number;
  /** Id of the Git commit. */
  readonly commit: string;
  readonly message: string;
  readonly at: number;
  /** The user who saved it. */
  readonly by: string;
}

export interface TestOutcome {
  readonly version: number;
  readonly at: number;
  readonly ok: boolean;
  readonly diagnostics: readonly Diagnostic[];
  /** Of the short sample run; null when it did not get so far. */
  readonly trades: number | null;
  readonly bars: number | null;
}

/** Where a strategy runs live. */
export interface LiveRun {
  readonly deploymentId: string;
  readonly accountId: string;
  readonly status: 'active' | 'paused' | 'failed';
}

export interface StrategyView {
  /** `USER.LOCAL`. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** By its deployments: `stopped` when all have ended or failed, `draft` before the first. */
  readonly status: 'draft' | 'active' | 'paused' | 'stopped';
  /** Deployments that are not stopped. */
  readonly live: readonly LiveRun[];
  readonly head: VersionView;
  readonly source: SourceFiles;
  /** What the newest version that compiles declares; null until one did. */
  readonly declared: Declared | null;
  readonly lastTest: TestOutcome | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  /**
   * Changes that people made so far: the ETag. Tests and the keeping of Git objects do not count, for
   * they would break a save under way in an editor.
   */
  readonly version: number;
}

export interface CreateStrategy extends Command<StrategyView> {
  readonly type: 'CreateStrategy';
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly source: SourceFiles;
  readonly message: string;
  readonly by: string;
}

/** Saves a new version where the source differs from the head, and changes what else is given. */
export interface SaveStrategy extends Command<StrategyView> {
  readonly type: 'SaveStrategy';
  readonly expectedVersion: number;
  readonly name?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly source?: SourceFiles;
  readonly message?: string;
  readonly by: string;
}

/** Makes an older version the newest again, as a new version. The gateway reads its files from Git. */
export interface RestoreVersion extends Command<StrategyView> {
  readonly type: 'RestoreVersion';
  readonly version: number;
  readonly source: SourceFiles;
  readonly by: string;
}

export interface DeleteStrategy extends Command<null> {
  readonly type: 'DeleteStrategy';
  readonly expectedVersion: number;
}

export interface RecordTest extends Command<StrategyView> {
  readonly type: 'RecordTest';
  readonly outcome: TestOutcome;
  readonly declared: Declared | null;
}

export interface GetStrategy extends Command<StrategyView> {
  readonly type: 'GetStrategy';
}

/** Newest first, at most the newest 1,000. */
export interface ListVersions extends Command<readonly VersionView[]> {
  readonly type: 'ListVersions';
}

/** From a durable timer: versions may still wait to be written as Git objects. */
export interface KeepObjects extends Command<null> {
  readonly type: 'KeepObjects';
}

/** From the actor's own task: the Git objects of these versions are in their store. */
export interface ObjectsKept extends Command<null> {
  readonly type: 'ObjectsKept';
  readonly versions: readonly number[];
}

/** From a deployment of it: what has become of that. */
export interface NoteDeployment extends Command<null> {
  readonly type: 'NoteDeployment';
  readonly deploymentId: string;
  readonly accountId: string;
  readonly status: LiveRun['status'] | 'stopped';
  /** Of the deployment's events: older news than what is known changes nothing. */
  readonly seq: number;
  readonly at: number;
}

export type StrategyCommand =
  | CreateStrategy
  | SaveStrategy
  | RestoreVersion
  | DeleteStrategy
  | RecordTest
  | GetStrategy
  | ListVersions
  | KeepObjects
  | ObjectsKept
  | NoteDeployment;

export interface StrategyRefusal extends Refusal {
  readonly code:
    | 'strategy-unknown'
    | 'strategy-exists'
    | 'strategy-name-taken'
    | 'strategy-version-unknown'
    | 'version-conflict'
    | 'strategy-source'
    | 'strategy-deployed'
    | 'strategy-history-behind';
}
