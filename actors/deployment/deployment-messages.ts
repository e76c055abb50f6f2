/**
 * A deployment: a version of a strategy that runs live on a paper account. What it is told and answers.
 * Its id is `USER.LOCAL`. Money, prices and quantities are decimal strings, times milliseconds UTC.
 */

import type { BarFacts, LiveOutcome } from '#domain';
import type { Command, Refusal } from '#kernel';
import type { Diagnostic, SourceFiles } from '#ports';
import type { OrderView } from '../account/account-messages.ts';
import type { TakenFeed } from './taken-bars.ts';

/** `failed`: the strategy threw or took too long; what it holds stays as it is. `stopped` is the end. */
export type DeploymentStatus = 'active' | 'paused' | 'stopped' | 'failed';

/** A feed of the strategy's own data, and the grid of its symbol as it was when the deployment began. */
export interface DeployedFeed {
  readonly id: string;
  readonly symbol: string;
  readonly interval: string;
  readonly tick: string;
  readonly lot: string;
}

export interface DeploymentSpec {
  readonly strategyId: string;
  readonly strategyName: string;
  readonly strategyVersion: number;
  readonly source: SourceFiles;
  readonly accountId: string;
  /** Values that were given; absent ones take their defaults. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly feeds: readonly DeployedFeed[];
  readonly seed: number | string;
}

/**
 * `pending`: decided, and not yet known to be done. `acted`: the account has taken it. `refused`: the
 * account has not. `skipped`: the account was never asked.
 */
export type SignalStatus = 'pending' | 'acted' | 'refused' | 'skipped';

/** Why a signal was not acted on, where it is not the account that refused. */
export const signalCodes = [
  'signal-paused',
  'signal-missed',
  'signal-stale',
  'signal-overtaken',
  'signal-unsupported',
  'signal-unsound',
  'signal-order-gone',
] as const;
export type SignalCode = (typeof signalCodes)[number];

/** What the strategy wants at a bar, and what became of it. */
export interface SignalView {
  readonly id: string;
  readonly deploymentId: string;
  readonly strategyId: string;
  readonly strategyName: string;
  readonly accountId: string;
  readonly symbol: string;
  /** A new order, or the cancel or change of one from an earlier bar. */
  readonly action: 'place' | 'cancel' | 'amend';
  readonly side: 'buy' | 'sell';
  /** As the strategy asks: `market`, `limit`, or one that accounts do not take. */
  readonly orderType: string;
  readonly timeInForce: string;
  readonly quantity: string;
  /** null where it has none. */
  readonly limitPrice: string | null;
  /** The strategy's own label. */
  readonly tag: string | null;
  /** When the bar began at which it was wanted. */
  readonly barAt: number;
  /** When it was decided. */
  readonly at: number;
  readonly status: SignalStatus;
  /** A code of the account's refusals or a {@link SignalCode}, and the same in words; null unless refused or skipped. */
  readonly code: string | null;
  readonly reason: string | null;
  /** The order that was placed, cancelled or changed; null where there is none. */
  readonly orderId: string | null;
}

export interface DeploymentView {
  readonly id: string;
  readonly strategyId: string;
  readonly strategyName: string;
  readonly strategyVersion: number;
  readonly accountId: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly feeds: readonly Pick<DeployedFeed, 'id' | 'symbol' | 'interval'>[];
  readonly seed: number | string;
  readonly status: DeploymentStatus;
  /** Why it has failed, the last time that it did. */
  readonly failure: Diagnostic | null;
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** The first bar at which the strategy acted with the memory that it has now. */
  readonly actsFromAt: number;
  /** The newest bar that was decided, and when; null before the first. */
  readonly lastBarAt: number | null;
  readonly lastDecidedAt: number | null;
  /** False while the indicators have not seen enough bars; null before the first decision. */
  readonly isWarm: boolean | null;
  /** Orders of past bars that the strategy, run again at the newest bar, would make otherwise than it did then. */
  readonly differences: number;
  readonly signals: Readonly<Record<SignalStatus, number>>;
  /** Its orders that wait in the account. */
  readonly openOrders: number;
  /** The newest first, at most 20. */
  readonly latestSignals: readonly SignalView[];
  readonly version: number;
}

export interface StartDeployment extends Command<DeploymentView> {
  readonly type: 'StartDeployment';
  readonly spec: DeploymentSpec;
  /** Which of the user's places for deployments it takes, from 0. */
  readonly slot: number;
}

/** It goes on deciding, so that it knows what it would do, and acts on nothing. */
export interface PauseDeployment extends Command<DeploymentView> {
  readonly type: 'PauseDeployment';
}

/** A failed one begins anew, with the next bar. */
export interface ResumeDeployment extends Command<DeploymentView> {
  readonly type: 'ResumeDeployment';
}

/** For good. Its open orders are cancelled; positions stay. */
export interface StopDeployment extends Command<DeploymentView> {
  readonly type: 'StopDeployment';
}

export interface GetDeployment extends Command<DeploymentView> {
  readonly type: 'GetDeployment';
}

/** From its durable timer, and after a start of the program: what is under way is taken up again. */
export interface WakeDeployment extends Command<null> {
  readonly type: 'WakeDeployment';
}

/** From a durable timer, after an outage. */
export interface RetryStep extends Command<null> {
  readonly type: 'RetryStep';
}

/** From the task that follows the market. */
export interface TakeBars extends Command<null> {
  readonly type: 'TakeBars';
  readonly feeds: readonly TakenFeed[];
  /** Since when the market has been followed without a break. */
  readonly since: number;
  /** Set where too much was missed: the strategy begins anew with the bar of this time. */
  readonly startOver: number | null;
}

/** From the task that runs the strategy: what it wants at the bars up to `until`. */
export interface TakeDecision extends Command<null> {
  readonly type: 'TakeDecision';
  readonly until: number;
  /** What the strategy was told at that bar. */
  readonly facts: BarFacts;
  readonly feeRate: number;
  readonly outcome: LiveOutcome;
}

/** From the same: the strategy threw, took too long, or has no account any more. */
export interface TakeFailure extends Command<null> {
  readonly type: 'TakeFailure';
  readonly until: number;
  readonly diagnostic: Diagnostic;
}

/** From any of its tasks: what they need is away for the moment. */
export interface PostponeStep extends Command<null> {
  readonly type: 'PostponeStep';
}

/** What an account answered to a signal. */
export interface SignalOutcome {
  readonly signalId: string;
  readonly status: Exclude<SignalStatus, 'pending'>;
  readonly code: string | null;
  readonly reason: string | null;
  /** The order as it then was; null where the account did not take it. */
  readonly order: OrderView | null;
}

/** From the task that acts. */
export interface SettleSignals extends Command<null> {
  readonly type: 'SettleSignals';
  readonly outcomes: readonly SignalOutcome[];
}

export type DeploymentCommand =
  | StartDeployment
  | PauseDeployment
  | ResumeDeployment
  | StopDeployment
  | GetDeployment
  | WakeDeployment
  | RetryStep
  | TakeBars
  | TakeDecision
  | TakeFailure
  | PostponeStep
  | SettleSignals;

export interface DeploymentRefusal extends Refusal {
  readonly code:
    | 'deployment-unknown'
    | 'deployment-exists'
    | 'deployment-state'
    | 'deployments-max'
    | 'deployment-symbol-taken';
}

/** Deployments of one user that are not stopped: each is decided at each of its bars. */
export const deploymentsPerUserMax = 10;
