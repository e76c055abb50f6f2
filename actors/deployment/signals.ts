/** Makes signals of what a strategy wants: each with whether it is to be acted on, and why not. Pure. */

import { barEnd, decimal, decimalFromText, decimalText, parseTimeframe } from '#domain';
import type { LiveOutcome, OrderKey, WantedChange, WantedOrder } from '#domain';
import { isOf, newestBarOf } from './deployment-state.ts';
import type { Deployment, KeyedSignal, TrackedOrder } from './deployment-state.ts';
import type { SignalCode, SignalView } from './deployment-messages.ts';

/** How long after its bar's end a decision is still acted on: later it would be about a market that has moved on. */
const actWithinMs = 60_000;

interface Moment {
  /** The deployment's id. */
  readonly id: string;
  readonly now: number;
  /** The newest bar that was decided. */
  readonly until: number;
}

type WhyNot = { readonly code: SignalCode; readonly reason: string };

export const signalsOf = (
  deployment: Deployment,
  { placed, changed }: LiveOutcome,
  moment: Moment,
): readonly KeyedSignal[] => [
  ...placed.map((want) => placedSignal(deployment, want, moment)),
  ...changed.map((want, place) => changedSignal(deployment, want, place, moment)),
];

const placedSignal = (deployment: Deployment, want: WantedOrder, moment: Moment): KeyedSignal => {
  const { key, feed, side, type, timeInForce, quantity, limit, tag, problem } = want;
  const whyNot: WhyNot | null =
    problem === null
      ? barProblem(deployment, key.time, moment)
      : { code: problem.type === 'unsupported' ? 'signal-unsupported' : 'signal-unsound', reason: problem.reason };
  const local = `${moment.id.slice(moment.id.indexOf('.') + 1)}-${textOf(key)}`;
  return {
    key,
    orderId: `${deployment.spec.accountId}.${local}`,
    actBefore: endOf(deployment, key.time) + actWithinMs,
    view: {
      ...aboutOf(deployment, moment),
      id: `${moment.id}.${textOf(key)}`,
      symbol: deployment.spec.feeds[feed]?.symbol ?? '',
      action: 'place',
      side,
      orderType: type,
      timeInForce,
      quantity: decimalOf(quantity),
      limitPrice: limit === null ? null : decimalOf(limit),
      tag,
      barAt: key.time,
      ...statusOf(whyNot),
      orderId: null,
    },
  };
};

const changedSignal = (deployment: Deployment, want: WantedChange, place: number, moment: Moment): KeyedSignal => {
  const { until } = moment;
  const order = deployment.tracked.find(({ key }) => isOf(want.key)(key));
  const whyNot = order === undefined ? orderGone : barProblem(deployment, until, moment);
  return {
    key: want.key,
    orderId: order?.id ?? '',
    actBefore: endOf(deployment, until) + actWithinMs,
    view: {
      ...aboutOf(deployment, moment),
      id: `${moment.id}.${textOf({ time: until, place })}x`,
      ...changedOrder(deployment, want, order),
      action: want.action,
      timeInForce: 'GTC',
      tag: null,
      barAt: until,
      ...statusOf(whyNot),
      orderId: order?.id ?? null,
    },
  };
};

const changedOrder = (
  { spec }: Deployment,
  want: WantedChange,
  order: TrackedOrder | undefined,
): Pick<SignalView, 'symbol' | 'side' | 'orderType' | 'quantity' | 'limitPrice'> => {
  const { quantity = 0, limit = null } = want.action === 'amend' ? want : (order ?? {});
  return {
    symbol: spec.feeds[order?.feed ?? 0]?.symbol ?? '',
    side: order?.side ?? 'buy',
    orderType: order?.type ?? 'limit',
    quantity: decimalOf(quantity),
    limitPrice: limit === null ? null : decimalOf(limit),
  };
};

const aboutOf = (
  { spec }: Deployment,
  { id, now }: Moment,
): Pick<SignalView, 'deploymentId' | 'strategyId' | 'strategyName' | 'accountId' | 'at'> => ({
  deploymentId: id,
  strategyId: spec.strategyId,
  strategyName: spec.strategyName,
  accountId: spec.accountId,
  at: now,
});

const statusOf = (whyNot: WhyNot | null): Pick<SignalView, 'status' | 'code' | 'reason'> =>
  whyNot === null
    ? { status: 'pending', code: null, reason: null }
    : { status: 'skipped', code: whyNot.code, reason: whyNot.reason };

/** Why nothing is done at that bar; null when its orders are placed. */
const barProblem = (deployment: Deployment, bar: number, { now, until }: Moment): WhyNot | null => {
  const end = endOf(deployment, bar);
  if (end <= deployment.since) return missed;
  if (bar < until || newestBarOf(deployment) > until) return overtaken;
  if (deployment.status === 'paused') return paused;
  return now - end > actWithinMs ? stale : null;
};

const missed: WhyNot = {
  code: 'signal-missed',
  reason: 'The bar ended while the market was not followed; it was made up for, so that the strategy knows of it.',
};
const overtaken: WhyNot = { code: 'signal-overtaken', reason: 'The next bar had closed before this one was decided.' };
const paused: WhyNot = { code: 'signal-paused', reason: 'The deployment is paused.' };
const stale: WhyNot = {
  code: 'signal-stale',
  reason: `It was decided more than ${actWithinMs / 1_000} seconds after the end of its bar.`,
};
const orderGone: WhyNot = { code: 'signal-order-gone', reason: 'The order had ended, or was never placed.' };

const endOf = ({ spec }: Deployment, bar: number): number =>
  barEnd(bar, parseTimeframe(spec.feeds[0]?.interval ?? '1m'));

/** The same for the same order, however often it is decided: it becomes part of the order's id. */
const textOf = ({ time, place }: OrderKey): string => `${time.toString(36)}-${place}`;

/** The decimal that a double of the engine's grid stands for; as it is, for the account to refuse, where it is none. */
const decimalOf = (value: number): string => {
  const text = value.toFixed(8);
  return decimalFromText(text) === null ? String(value) : decimalText(decimal(text));
};
