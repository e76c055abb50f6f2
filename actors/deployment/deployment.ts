/**
 * The kind of actor that is a deployment: a strategy that runs live on an account.
 *
 * Its journal has the bars that it was given, what the account was when each was decided, what the
 * strategy wanted, and what came of that. One thing follows the other: bars are taken as they close;
 * the newest is decided, in a process of the sandbox; what is wanted is recorded, then done, and what
 * came of it recorded too; then comes the next bar. A task works on each step, and ends in a command.
 */

import { barEnd, parseTimeframe } from '#domain';
import type { ActorKind, Decide, DecideContext, Decision, Effect, Message, TimerChange } from '#kernel';
import { claimsOf } from './claims.ts';
import type {
  DeploymentCommand,
  DeploymentRefusal,
  DeploymentView,
  RetryStep,
  WakeDeployment,
} from './deployment-messages.ts';
import { evolveDeployment, isRunning } from './deployment-state.ts';
import type { Deployment, DeploymentEvent, DeploymentState } from './deployment-state.ts';
import { viewOf } from './deployment-view.ts';
import { keptFacts } from './kept-facts.ts';
import { publicationsOf } from './publications.ts';
import { signalsOf } from './signals.ts';
import { rowLength, startOf } from './taken-bars.ts';
import { cancels, failureNotice, lateCancel, notice } from './tell-others.ts';

export const deploymentKindName = 'deployment';

/** The tasks of a deployment, by what each is given. */
export const followTask = 'follow';
export const decideTask = 'decide';
export const actTask = 'act';

/** A program that has just started finds its deployments by their timers, when the list has not shown them yet. */
const wakeEveryMs = 60_000;
/** After an outage of what a step needs. */
const retryAfterMs = 5_000;
/**
 * Bars held in memory, of all feeds: two weeks of minutes, some milliseconds a decision. With more the
 * strategy begins anew, warmed up by the newer half.
 */
const barsHeldMax = 20_000;
/** What is held of orders and of the account, as entries: half a megabyte. With more the strategy begins anew. */
const factsMax = 4_000;

type Outcome<Reply> = Decision<DeploymentEvent, Reply, DeploymentRefusal>;

const decide: Decide<DeploymentCommand, DeploymentState, DeploymentEvent, DeploymentRefusal> = {
  StartDeployment: ({ spec, slot }, state, context) => {
    const { id, now } = context;
    if (state !== null)
      return { refusal: { code: 'deployment-exists', message: `The deployment ${id} was started before.` } };
    const event: DeploymentEvent = {
      type: 'DeploymentStarted',
      spec,
      slot,
      from: startOf(intervalOf({ spec }), now),
      at: now,
    };
    const after = evolved(state, [event]);
    return {
      ...stepped(null, [event]),
      reply: viewOf(id, after, context.seq + 1),
      claims: claimsOf(id, after),
      timers: [wakeTimer(now)],
      send: [notice(id, after, context)],
    };
  },

  PauseDeployment: (_command, state, context) =>
    known<DeploymentView>(state, context, (deployment) => {
      if (deployment.status === 'paused') return { reply: viewOf(context.id, deployment, context.seq) };
      if (deployment.status !== 'active') return refuseState(deployment, 'paused');
      return changed(deployment, [{ type: 'DeploymentPaused', at: context.now }], context);
    }),

  ResumeDeployment: (_command, state, context) =>
    known<DeploymentView>(state, context, (deployment) => {
      const { now } = context;
      const { status } = deployment;
      if (status === 'active') return { reply: viewOf(context.id, deployment, context.seq) };
      if (status === 'stopped') return refuseState(deployment, 'resumed');
      const resumed: DeploymentEvent = { type: 'DeploymentResumed', at: now };
      if (status === 'paused') return changed(deployment, [resumed], context);
      // What has failed would fail again on the same bars.
      const from = startOf(intervalOf(deployment), now);
      const over: DeploymentEvent = { type: 'StartedOver', from, keepBars: barsKept(deployment), at: now };
      return { ...changed(deployment, [over, resumed], context), timers: [wakeTimer(now)] };
    }),

  StopDeployment: (_command, state, context) =>
    known(state, context, (deployment) => {
      if (deployment.status === 'stopped') return { reply: viewOf(context.id, deployment, context.seq) };
      const stopped = changed(deployment, [{ type: 'DeploymentStopped', at: context.now }], context);
      return {
        ...stopped,
        releases: claimsOf(context.id, deployment),
        timers: ended,
        send: [...stopped.send, ...cancels(deployment)],
        effects: [...stopped.effects, ...stopTasks],
      };
    }),

  GetDeployment: (_command, state, context) =>
    known(state, context, (deployment) => ({ reply: viewOf(context.id, deployment, context.seq) })),

  WakeDeployment: (_command, state, { now }) =>
    // Whatever was under way has been taken up when the actor came into memory.
    state !== null && isRunning(state) ? { reply: null, timers: [wakeTimer(now)] } : { reply: null },

  RetryStep: (_command, state) => ({ reply: null, effects: state === null ? [] : stepEffects(state) }),

  TakeBars: ({ feeds, since, startOver }, state, { now }) => {
    if (state === null || !isRunning(state)) return { reply: null };
    const events: DeploymentEvent[] = [{ type: 'BarsTaken', feeds, since, at: now }];
    if (startOver !== null) events.unshift({ type: 'StartedOver', from: startOver, keepBars: 0, at: now });
    const { effects, ...step } = stepped(state, events);
    return { ...step, reply: null, effects: [...effects, follow(evolved(state, events))] };
  },

  TakeDecision: ({ until, facts, feeRate, outcome }, state, { id, now }) => {
    if (state?.deciding !== until) return { reply: null };
    const decidedEvent: DeploymentEvent = {
      type: 'BarsDecided',
      until,
      facts: keptFacts(state, facts, outcome),
      signals: signalsOf(state, outcome, { id, now, until }),
      feeRate,
      differences: outcome.differences,
      isWarm: outcome.isWarm,
      at: now,
    };
    return { ...stepped(state, [decidedEvent], now), reply: null };
  },

  TakeFailure: ({ until, diagnostic }, state, context) => {
    if (state?.deciding !== until) return { reply: null };
    const failed = changed(state, [{ type: 'DeploymentFailed', diagnostic, at: context.now }], context);
    return {
      ...failed,
      reply: null,
      timers: ended,
      send: [...failed.send, failureNotice(context.id, state, diagnostic), ...cancels(state)],
      effects: [...failed.effects, ...stopTasks],
    };
  },

  PostponeStep: (_command, _state, { now }) => ({ reply: null, timers: [retryTimer(now)] }),

  SettleSignals: ({ outcomes }, state, { now }) => {
    const settled = state === null ? [] : outcomes.filter(({ signalId }) => isPending(state, signalId));
    if (state === null || settled.length === 0) return { reply: null };
    const events: DeploymentEvent[] = [{ type: 'SignalsSettled', outcomes: settled, at: now }];
    const step = stepped(state, events, now);
    // What was under way when it ended has been done all the same: it is undone as far as it can be.
    const late = isRunning(state) ? [] : settled.flatMap((outcome) => lateCancel(state, outcome));
    const isPartly = evolved(state, events).pending.length > 0;
    return { ...step, reply: null, send: late, timers: isPartly ? [retryTimer(now)] : [] };
  },
};

export const deploymentKind: ActorKind<DeploymentCommand, DeploymentState, DeploymentEvent, DeploymentRefusal> = {
  name: deploymentKindName,
  durability: 'journal',
  initialState: () => null,
  decide,
  eventTypes: {
    DeploymentStarted: true,
    BarsTaken: true,
    BarsDecided: true,
    SignalsSettled: true,
    StartedOver: true,
    DeploymentPaused: true,
    DeploymentResumed: true,
    DeploymentStopped: true,
    DeploymentFailed: true,
  },
  evolve: evolveDeployment,
  recovered: (state) => (state === null ? [] : [...(isRunning(state) ? [follow(state)] : []), ...stepEffects(state)]),
  publish: publicationsOf,
  // States of many bars weigh up to a megabyte: seldom enough not to write them over and over.
  snapshot: { schema: 1, everyEvents: 300 },
};

/** Events with the task that comes next, and the new beginning where too much is held. */
const stepped = (
  before: DeploymentState,
  events: readonly DeploymentEvent[],
  now: number | null = null,
): { readonly events: readonly DeploymentEvent[]; readonly effects: readonly Effect[] } => {
  const all = now === null ? events : [...events, ...anew(evolved(before, events), now)];
  const after = evolved(before, all);
  if (before === null) return { events: all, effects: [follow(after)] };
  const decides = after.deciding !== null && after.deciding !== before.deciding;
  const acts = after.pending.length > 0 && before.pending.length === 0;
  return { events: all, effects: [...(decides ? [decideEffect(after)] : []), ...(acts ? [actEffect(after)] : [])] };
};

/** Only while nothing is under way: orders of which the account has not been told would be lost on the way. */
const anew = (deployment: Deployment, at: number): readonly DeploymentEvent[] => {
  const held = deployment.feeds.reduce((sum, { rows }) => sum + rows.length / rowLength, 0);
  const isTooMuch = held > barsHeldMax || deployment.factsSize > factsMax;
  if (!isTooMuch || deployment.pending.length > 0 || !isRunning(deployment)) return [];
  const from = barEnd(deployment.decidedUntil, parseTimeframe(intervalOf(deployment)));
  return [{ type: 'StartedOver', from, keepBars: barsKept(deployment), at }];
};

/** One for all feeds: a run's feeds share a timeframe. */
const intervalOf = ({ spec }: Pick<Deployment, 'spec'>): string => spec.feeds[0]?.interval ?? '1m';

const barsKept = ({ feeds }: Deployment): number => Math.floor(barsHeldMax / 2 / feeds.length);

/** What is under way, after a recovery or an outage. */
const stepEffects = (deployment: Deployment): readonly Effect[] => [
  ...(deployment.deciding === null ? [] : [decideEffect(deployment)]),
  ...(deployment.pending.length === 0 ? [] : [actEffect(deployment)]),
];

const follow = (deployment: Deployment): Effect => ({ type: 'task', task: followTask, input: deployment });
const decideEffect = (deployment: Deployment): Effect => ({ type: 'task', task: decideTask, input: deployment });
const actEffect = ({ pending, spec }: Deployment): Effect => ({
  type: 'task',
  task: actTask,
  input: { pending, spec },
});

const stopTasks: readonly Effect[] = [
  { type: 'abort', task: followTask },
  { type: 'abort', task: decideTask },
];

const wakeTimer = (now: number): TimerChange => {
  const command: WakeDeployment = { type: 'WakeDeployment' };
  return { type: 'set', name: 'wake', at: now + wakeEveryMs, command };
};

const retryTimer = (now: number): TimerChange => {
  const command: RetryStep = { type: 'RetryStep' };
  return { type: 'set', name: 'retry', at: now + retryAfterMs, command };
};

const ended: readonly TimerChange[] = [
  { type: 'clear', name: 'wake' },
  { type: 'clear', name: 'retry' },
];

const evolved = (state: DeploymentState, events: readonly DeploymentEvent[]): Deployment => {
  const after = events.reduce(evolveDeployment, state);
  if (after === null) throw new Error('A deployment that was started is gone.');
  return after;
};

const known = <Reply>(
  state: DeploymentState,
  { id }: DecideContext,
  decision: (deployment: Deployment) => Outcome<Reply>,
): Outcome<Reply> =>
  state === null
    ? { refusal: { code: 'deployment-unknown', message: `There is no deployment ${id}.` } }
    : decision(state);

const refuseState = ({ status }: Deployment, wanted: string): Outcome<never> => ({
  refusal: {
    code: 'deployment-state',
    message: `The deployment is ${status} and can not be ${wanted}.`,
    remedy: status === 'failed' ? 'Resume it, or stop it.' : 'Start another one.',
  },
});

/** A change of its status, told to the strategy. */
const changed = (
  deployment: Deployment,
  events: readonly DeploymentEvent[],
  context: DecideContext,
): {
  readonly events: readonly DeploymentEvent[];
  readonly reply: DeploymentView;
  readonly send: readonly Message[];
  readonly effects: readonly Effect[];
} => {
  const { effects } = stepped(deployment, events);
  const after = evolved(deployment, events);
  const begins = isRunning(after) && !isRunning(deployment);
  return {
    events,
    reply: viewOf(context.id, after, context.seq + events.length),
    send: [notice(context.id, after, context)],
    effects: begins ? [...effects, follow(after)] : effects,
  };
};

const isPending = ({ pending }: Deployment, signalId: string): boolean =>
  pending.some(({ view }) => view.id === signalId);
