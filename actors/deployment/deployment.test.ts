import { describe, expect, test } from 'vitest';
import type { LiveOutcome } from '#domain';
import { given } from '#kernel/testing';
import { deploymentKind } from './deployment.ts';
import { deploymentLists } from './deployment-lists.ts';
import type { SignalOutcome } from './deployment-messages.ts';
import type { Deployment, DeploymentEvent, KeyedSignal } from './deployment-state.ts';
import {
  accountId,
  closed,
  deploymentId as id,
  minuteMs,
  orderOf,
  outcomeOf,
  rowOf,
  spec,
  standing,
  start,
  started,
  startedAt,
  wanted,
} from './testing/specs.ts';

const timeOf = (minute: number): number => start + minute * minuteMs;
/** Half a second after minute number `minute` has ended. */
const after = (minute: number): number => timeOf(minute + 1) + 500;

const deployment = (events: readonly DeploymentEvent[], now = startedAt) => given(deploymentKind, events, { id, now });

/** The decision of the newest bar of what has happened so far. */
const decided = (events: readonly DeploymentEvent[], outcome: LiveOutcome, minute: number, now = after(minute)) =>
  deployment(events, now).when({
    type: 'TakeDecision',
    until: timeOf(minute),
    facts: { time: timeOf(minute), standing, news: [] },
    feeRate: 0,
    outcome,
  });

const eventsOf = (decision: { readonly events?: readonly DeploymentEvent[] }): readonly DeploymentEvent[] =>
  decision.events ?? [];

const signalsIn = (events: readonly DeploymentEvent[]): readonly KeyedSignal[] =>
  events.flatMap((event) => (event.type === 'BarsDecided' ? event.signals : []));

const tasksIn = (decision: { readonly effects?: readonly { readonly type: string }[] }): readonly string[] =>
  (decision.effects ?? []).flatMap((effect) => ('task' in effect ? [`${effect.type} ${String(effect.task)}`] : []));

/** A state that is there. */
const stateOf = (events: readonly DeploymentEvent[]): Deployment => {
  const { state } = deployment(events);
  if (state === null) throw new Error('It was started.');
  return state;
};

const decidedOnce = (outcome = outcomeOf({ placed: [wanted(0)] })): readonly DeploymentEvent[] => {
  const before = [started, closed(0)];
  return [...before, ...eventsOf(decided(before, outcome, 0).decision)];
};

const orderId = `${accountId}.d1-${timeOf(0).toString(36)}-0`;
const signalId = `${id}.${timeOf(0).toString(36)}-0`;
const acted: SignalOutcome = { signalId, status: 'acted', code: null, reason: null, order: orderOf(orderId) };

describe('a deployment', () => {
  test('starts with the bar in progress, claims its place and its symbol, follows the market and tells the strategy', () => {
    const { decision } = deployment([]).when({ type: 'StartDeployment', spec, slot: 4 });
    expect(decision.events).toEqual([{ ...started, slot: 4 }]);
    expect(decision.reply).toMatchObject({ id, status: 'active', actsFromAt: start, lastBarAt: null, openOrders: 0 });
    expect(decision.claims).toMatchObject([
      { scope: 'deployment-slot', value: 'u1/4', refusal: { code: 'deployments-max' } },
      { scope: 'deployed-symbol', value: 'u1.a1/BTC-USD', refusal: { code: 'deployment-symbol-taken' } },
    ]);
    expect(tasksIn(decision)).toEqual(['task follow']);
    expect(decision.send).toMatchObject([
      { to: { kind: 'strategy', id: 'u1.s1' }, command: { type: 'NoteDeployment', status: 'active', seq: 1 } },
    ]);
    expect(decision.timers).toMatchObject([{ name: 'wake', at: startedAt + 60_000 }]);
    deployment([started])
      .when({ type: 'StartDeployment', spec, slot: 0 })
      .then({ refusal: { code: 'deployment-exists' } });
  });

  test('that was never started is unknown', () => {
    for (const type of ['PauseDeployment', 'ResumeDeployment', 'StopDeployment', 'GetDeployment'] as const)
      deployment([])
        .when({ type })
        .then({ refusal: { code: 'deployment-unknown' } });
    deployment([]).when({ type: 'WakeDeployment' }).then({ events: [], reply: null });
  });

  test('decides a bar when it has closed, and goes on following', () => {
    const rows = rowOf(0);
    const feeds = [{ rows, partial: null, next: timeOf(1) }];
    const { decision, state } = deployment([started], after(0)).when({
      type: 'TakeBars',
      feeds,
      since: startedAt,
      startOver: null,
    });
    expect(decision.events).toEqual([{ type: 'BarsTaken', feeds, since: startedAt, at: after(0) }]);
    expect(tasksIn(decision)).toEqual(['task decide', 'task follow']);
    expect(state?.deciding).toBe(timeOf(0));
  });

  test('takes bars while one is decided, and decides them after it', () => {
    const before = [started, closed(0)];
    const { decision, state } = deployment(before).when({
      type: 'TakeBars',
      feeds: [{ rows: rowOf(1), partial: null, next: timeOf(2) }],
      since: startedAt,
      startOver: null,
    });
    expect(tasksIn(decision)).toEqual(['task follow']);
    expect(state?.deciding).toBe(timeOf(0));
    const next = decided([...before, closed(1)], outcomeOf(), 0);
    expect(tasksIn(next.decision)).toEqual(['task decide']);
    expect(next.state?.deciding).toBe(timeOf(1));
  });

  test('leaves out a bar that comes when its time has been decided without it', () => {
    const late = {
      ...closed(0, 90),
      feeds: [{ rows: rowOf(0, 90), partial: null, next: timeOf(1) }],
    } as DeploymentEvent;
    const two = { ...spec, feeds: [...spec.feeds, { ...spec.feeds[0], id: 'other', symbol: 'ETH-USD' }] };
    const begun = { ...started, spec: two } as DeploymentEvent;
    const first = {
      ...closed(0),
      feeds: [
        { rows: rowOf(0), partial: null, next: timeOf(1) },
        { rows: [], partial: null, next: start },
      ],
    };
    const second = {
      ...late,
      feeds: [
        { rows: [], partial: null, next: timeOf(1) },
        { rows: rowOf(0), partial: null, next: timeOf(1) },
      ],
    };
    const state = stateOf([begun, first, second]);
    expect(state.feeds.map(({ rows }) => rows.length)).toEqual([6, 0]);
    expect(state.feeds[1]?.next).toBe(timeOf(1));
  });

  test('asks for nothing twice: the answer to another question changes nothing', () => {
    decided(decidedOnce(outcomeOf()), outcomeOf({ placed: [wanted(0)] }), 0).then({ events: [], reply: null });
    deployment(decidedOnce())
      .when({ type: 'SettleSignals', outcomes: [{ ...acted, signalId: 'u1.d1.other' }] })
      .then({ events: [], reply: null });
  });

  test('wakes itself for as long as it runs', () => {
    const { decision } = deployment([started], startedAt + 60_000).when({ type: 'WakeDeployment' });
    expect(decision.timers).toMatchObject([{ name: 'wake', at: startedAt + 120_000 }]);
    deployment([started, { type: 'DeploymentStopped', at: startedAt }])
      .when({ type: 'WakeDeployment' })
      .then({ events: [], timers: [] });
  });
});

describe('what a strategy wants', () => {
  test('becomes a signal, and is acted on', () => {
    const { decision, state } = decided([started, closed(0)], outcomeOf({ placed: [wanted(0, { tag: 'up' })] }), 0);
    const [signal] = signalsIn(eventsOf(decision));
    expect(signal).toEqual({
      key: { time: timeOf(0), place: 0 },
      orderId,
      actBefore: timeOf(1) + 60_000,
      view: {
        id: signalId,
        deploymentId: id,
        strategyId: 'u1.s1',
        strategyName: 'Cross',
        accountId,
        symbol: 'BTC-USD',
        action: 'place',
        side: 'buy',
        orderType: 'market',
        timeInForce: 'GTC',
        quantity: '0.25',
        limitPrice: null,
        tag: 'up',
        barAt: timeOf(0),
        at: after(0),
        status: 'pending',
        code: null,
        reason: null,
        orderId: null,
      },
    });
    expect(tasksIn(decision)).toEqual(['task act']);
    expect(state).toMatchObject({ counts: { pending: 1 }, latest: [{ status: 'pending' }] });
  });

  test('is settled with the order, which is then followed', () => {
    const { decision, state } = deployment(decidedOnce(), after(0)).when({ type: 'SettleSignals', outcomes: [acted] });
    expect(eventsOf(decision)).toEqual([{ type: 'SignalsSettled', outcomes: [acted], at: after(0) }]);
    expect(state).toMatchObject({
      pending: [],
      counts: { pending: 0, acted: 1 },
      tracked: [{ id: orderId, key: { time: timeOf(0), place: 0 }, quantity: 0.25 }],
      latest: [{ status: 'acted', orderId }],
    });
  });

  test('is told to it as rejected at the next bar, where the account refuses', () => {
    const refused: SignalOutcome = {
      ...acted,
      status: 'refused',
      code: 'insufficient-funds',
      reason: 'Too dear.',
      order: null,
    };
    const { state } = deployment(decidedOnce()).when({ type: 'SettleSignals', outcomes: [refused] });
    expect(state).toMatchObject({
      tracked: [],
      news: [{ time: timeOf(0), place: 0, status: 'rejected', reason: 'Too dear.' }],
      latest: [{ status: 'refused', code: 'insufficient-funds', orderId: null }],
    });
  });

  test('waits for what was wanted before: the next bar is decided when that is settled', () => {
    const before = [...decidedOnce(), closed(1)];
    expect(stateOf(before).deciding).toBeNull();
    const { decision, state } = deployment(before).when({ type: 'SettleSignals', outcomes: [acted] });
    expect(tasksIn(decision)).toEqual(['task decide']);
    expect(state?.deciding).toBe(timeOf(1));
  });

  test('is tried again where the account could not be reached for all of it', () => {
    const both = outcomeOf({ placed: [wanted(0), wanted(0, { key: { time: timeOf(0), place: 1 } })] });
    const { decision } = deployment(decidedOnce(both), after(0)).when({ type: 'SettleSignals', outcomes: [acted] });
    expect(decision.timers).toMatchObject([{ name: 'retry', at: after(0) + 5_000 }]);
    const events = [...decidedOnce(both), ...eventsOf(decision)];
    expect(tasksIn(deployment(events).when({ type: 'RetryStep' }).decision)).toEqual(['task act']);
  });

  const skipped = (events: readonly DeploymentEvent[], minute: number, now = after(minute)) =>
    signalsIn(eventsOf(decided(events, outcomeOf({ placed: [wanted(minute)] }), minute, now).decision)).map(
      ({ view }) => [view.status, view.code],
    );

  test('is not acted on while paused, though it is decided', () => {
    const paused: DeploymentEvent = { type: 'DeploymentPaused', at: startedAt };
    expect(skipped([started, paused, closed(0)], 0)).toEqual([['skipped', 'signal-paused']]);
    const state = stateOf([
      started,
      paused,
      closed(0),
      ...eventsOf(decided([started, paused, closed(0)], outcomeOf({ placed: [wanted(0)] }), 0).decision),
    ]);
    expect(state).toMatchObject({ pending: [], news: [{ status: 'rejected', reason: 'The deployment is paused.' }] });
  });

  test('is not acted on too late after its bar', () => {
    expect(skipped([started, closed(0)], 0, timeOf(2) + 1)).toEqual([['skipped', 'signal-stale']]);
    expect(skipped([started, closed(0)], 0, timeOf(2))).toEqual([['pending', null]]);
  });

  test('is not acted on when the next bar has closed meanwhile', () => {
    expect(skipped([started, closed(0), closed(1)], 0)).toEqual([['skipped', 'signal-overtaken']]);
  });

  test('at bars that were missed is made up for, and recorded so that the run can be done again', () => {
    // The market is followed again since the middle of minute 3.
    const since = timeOf(3) + 30_000;
    const before = [
      started,
      closed(0, 100, since),
      closed(1, 100, since),
      closed(2, 100, since),
      closed(3, 100, since),
    ];
    const all = [0, 1, 2, 3].map((minute) => wanted(minute));
    // The first question was for minute 0 alone; by then it is over.
    const first = decided(before, outcomeOf({ placed: [wanted(0)] }), 0, after(3));
    const events = [...before, ...eventsOf(first.decision)];
    const { decision } = decided(events, outcomeOf({ placed: all.slice(1) }), 3);
    expect(signalsIn(eventsOf(first.decision)).map(({ view }) => view.code)).toEqual(['signal-missed']);
    expect(signalsIn(eventsOf(decision)).map(({ view }) => [view.barAt, view.status, view.code])).toEqual([
      [timeOf(1), 'skipped', 'signal-missed'],
      [timeOf(2), 'skipped', 'signal-missed'],
      [timeOf(3), 'pending', null],
    ]);
    const [event] = eventsOf(decision);
    expect(event).toMatchObject({
      facts: [
        { time: timeOf(1), isMissed: true, orders: [{ quantity: 0.25 }] },
        { time: timeOf(2), isMissed: true },
        { time: timeOf(3), orders: [{ quantity: 0.25 }] },
      ],
    });
  });

  test('is not acted on where an account does not take it, and says so', () => {
    const problem = { type: 'unsupported', reason: 'Accounts do not take stop orders.' } as const;
    const outcome = outcomeOf({ placed: [wanted(0, { type: 'stop', problem })] });
    const { decision, state } = decided([started, closed(0)], outcome, 0);
    expect(signalsIn(eventsOf(decision))[0]?.view).toMatchObject({
      orderType: 'stop',
      status: 'skipped',
      code: 'signal-unsupported',
      reason: 'Accounts do not take stop orders.',
    });
    // The run itself has told it.
    expect(state?.news).toEqual([]);
  });

  const open = [
    ...decidedOnce(),
    { type: 'SignalsSettled', outcomes: [acted], at: after(0) } as DeploymentEvent,
    closed(1),
  ];
  const key = { time: timeOf(0), place: 0 };

  test('may be the end of an order, or its change', () => {
    const outcome = outcomeOf({
      changed: [
        { action: 'cancel', key },
        { action: 'amend', key: { time: timeOf(0), place: 9 }, quantity: 2, limit: 99.5 },
      ],
    });
    const { decision } = decided(open, outcome, 1);
    expect(signalsIn(eventsOf(decision)).map(({ view }) => view)).toMatchObject([
      {
        action: 'cancel',
        status: 'pending',
        orderId,
        side: 'buy',
        quantity: '0.25',
        id: `${id}.${timeOf(1).toString(36)}-0x`,
      },
      {
        action: 'amend',
        status: 'skipped',
        code: 'signal-order-gone',
        orderId: null,
        quantity: '2',
        limitPrice: '99.5',
      },
    ]);
  });

  test('makes an order doubtful whose cancel was not done, so that its truth is told', () => {
    const events = [
      ...open,
      ...eventsOf(decided(open, outcomeOf({ changed: [{ action: 'cancel', key }] }), 1).decision),
    ];
    const cancelId = `${id}.${timeOf(1).toString(36)}-0x`;
    const refused: SignalOutcome = {
      signalId: cancelId,
      status: 'refused',
      code: 'order-closed',
      reason: 'Closed.',
      order: null,
    };
    expect(deployment(events).when({ type: 'SettleSignals', outcomes: [refused] }).state?.tracked).toMatchObject([
      { id: orderId, isDoubtful: true },
    ]);
    const done: SignalOutcome = { ...refused, status: 'acted', code: null, reason: null, order: orderOf(orderId) };
    expect(deployment(events).when({ type: 'SettleSignals', outcomes: [done] }).state?.tracked).toEqual([]);
  });

  test('keeps of a bar only what is new: nothing where all is as before', () => {
    const once = decidedOnce(outcomeOf());
    expect(once.at(-1)).toMatchObject({ type: 'BarsDecided', facts: [{ time: timeOf(0), standing }] });
    const again = decided([...once, closed(1)], outcomeOf(), 1);
    expect(eventsOf(again.decision)).toMatchObject([{ type: 'BarsDecided', facts: [] }]);
  });
});

describe('the life of a deployment', () => {
  test('is paused and resumed as often as one likes', () => {
    const paused = deployment([started]).when({ type: 'PauseDeployment' });
    expect(paused.decision).toMatchObject({
      events: [{ type: 'DeploymentPaused' }],
      reply: { status: 'paused' },
      send: [{ command: { type: 'NoteDeployment', status: 'paused', seq: 2 } }],
    });
    const events = [started, ...eventsOf(paused.decision)];
    deployment(events).when({ type: 'PauseDeployment' }).then({ events: [] });
    const resumed = deployment(events).when({ type: 'ResumeDeployment' });
    expect(resumed.decision).toMatchObject({ events: [{ type: 'DeploymentResumed' }], reply: { status: 'active' } });
    // It has been following all the time.
    expect(tasksIn(resumed.decision)).toEqual([]);
    deployment([started]).when({ type: 'ResumeDeployment' }).then({ events: [] });
  });

  const traded = [...decidedOnce(), { type: 'SignalsSettled', outcomes: [acted], at: after(0) } as DeploymentEvent];

  test('ends for good: what is claimed is free again, and open orders are cancelled', () => {
    const { decision, state } = deployment(traded, after(0)).when({ type: 'StopDeployment' });
    expect(decision.reply).toMatchObject({ status: 'stopped', endedAt: after(0) });
    expect(decision.releases).toMatchObject([{ scope: 'deployment-slot' }, { scope: 'deployed-symbol' }]);
    expect(decision.send).toMatchObject([
      { command: { type: 'NoteDeployment', status: 'stopped' } },
      { to: { kind: 'account', id: accountId }, command: { type: 'CancelOrder', orderId } },
    ]);
    expect(tasksIn(decision)).toEqual(['abort follow', 'abort decide']);
    expect(state?.deciding).toBeNull();
    const over = [...traded, ...eventsOf(decision)];
    deployment(over).when({ type: 'StopDeployment' }).then({ events: [] });
    for (const type of ['PauseDeployment', 'ResumeDeployment'] as const)
      deployment(over)
        .when({ type })
        .then({ refusal: { code: 'deployment-state' } });
    deployment(over)
      .when({ type: 'TakeBars', feeds: [], since: start, startOver: null })
      .then({ events: [], effects: [] });
  });

  test('ends also for an order that was on its way: it is cancelled when it has arrived', () => {
    const over: DeploymentEvent = { type: 'DeploymentStopped', at: after(0) };
    const { decision } = deployment([...decidedOnce(), over]).when({ type: 'SettleSignals', outcomes: [acted] });
    expect(decision.send).toEqual([
      { to: { kind: 'account', id: accountId }, command: { type: 'CancelOrder', orderId } },
    ]);
  });

  const diagnostic = {
    code: 'strategy-threw',
    message: 'x is not defined.',
    remedy: null,
    file: 'strategy.ts',
    line: 7,
    column: 3,
    codeFrame: null,
  };

  test('fails with the place in the source, and its owner hears of it', () => {
    const before = [...traded, closed(1)];
    const { decision } = deployment(before, after(1)).when({ type: 'TakeFailure', until: timeOf(1), diagnostic });
    expect(decision.events).toEqual([{ type: 'DeploymentFailed', diagnostic, at: after(1) }]);
    expect(decision.send).toMatchObject([
      { command: { type: 'NoteDeployment', status: 'failed' } },
      {
        to: { kind: 'inbox', id: 'u1' },
        command: { kind: 'deployment.failed', title: 'Cross has stopped trading', about: { deploymentId: id } },
      },
      { command: { type: 'CancelOrder', orderId } },
    ]);
    expect(JSON.stringify(decision.send)).toContain('strategy.ts:7');
    // Its place and its symbol stay taken until it is stopped: it may be resumed.
    expect(decision.releases).toBeUndefined();
    expect(deployment([...before, ...eventsOf(decision)]).when({ type: 'GetDeployment' }).decision.reply).toMatchObject(
      {
        status: 'failed',
        failure: diagnostic,
      },
    );
  });

  test('begins anew with the bar in progress when it is resumed after a failure', () => {
    const failed: DeploymentEvent = { type: 'DeploymentFailed', diagnostic, at: after(1) };
    const before = [...traded, closed(1), failed];
    const now = timeOf(9) + 20_000;
    const { decision, state } = deployment(before, now).when({ type: 'ResumeDeployment' });
    expect(decision.events).toMatchObject([{ type: 'StartedOver', from: timeOf(9) }, { type: 'DeploymentResumed' }]);
    expect(decision.reply).toMatchObject({ status: 'active', failure: null, actsFromAt: timeOf(9) });
    expect(tasksIn(decision)).toEqual(['task follow']);
    expect(decision.timers).toMatchObject([{ name: 'wake' }]);
    // Its order is still there; the bars since are for warming up.
    expect(state).toMatchObject({ deciding: null, facts: [], carried: [{ id: orderId }], tracked: [{ id: orderId }] });
    expect(state?.feeds[0]?.rows).toHaveLength(12);
  });

  test('goes on after a restart with what was under way', () => {
    const effects = (events: readonly DeploymentEvent[]) =>
      tasksIn({
        effects: deploymentKind.recovered?.(stateOf(events), { id, now: startedAt, seq: events.length }) ?? [],
      });
    expect(effects([started])).toEqual(['task follow']);
    expect(effects([started, closed(0)])).toEqual(['task follow', 'task decide']);
    expect(effects(decidedOnce())).toEqual(['task follow', 'task act']);
    expect(effects([...decidedOnce(), { type: 'DeploymentStopped', at: after(0) }])).toEqual(['task act']);
  });

  test('begins anew when more would be held than there is room for', () => {
    const many = Array.from({ length: 20_001 }, (_, minute) => rowOf(minute)).flat();
    const last = timeOf(20_000);
    const before: readonly DeploymentEvent[] = [
      started,
      {
        type: 'BarsTaken',
        feeds: [{ rows: many, partial: null, next: last + minuteMs }],
        since: startedAt,
        at: last + minuteMs,
      },
    ];
    const { decision, state } = decided(before, outcomeOf(), 20_000);
    expect(eventsOf(decision)).toMatchObject([
      { type: 'BarsDecided' },
      { type: 'StartedOver', from: last + minuteMs, keepBars: 10_000 },
    ]);
    expect(state?.feeds[0]?.rows).toHaveLength(60_000);
    // Not while an order is under way, of which the new beginning would know nothing.
    const busy = decided(before, outcomeOf({ placed: [wanted(20_000)] }), 20_000);
    expect(eventsOf(busy.decision)).toMatchObject([{ type: 'BarsDecided' }]);
  });

  test('begins anew after an absence that was too long', () => {
    const from = timeOf(10_000);
    const { decision, state } = deployment([started, closed(0)], from).when({
      type: 'TakeBars',
      feeds: [{ rows: rowOf(9_999), partial: null, next: from }],
      since: from - 30_000,
      startOver: from,
    });
    expect(eventsOf(decision)).toMatchObject([{ type: 'StartedOver', from, keepBars: 0 }, { type: 'BarsTaken' }]);
    expect(tasksIn(decision)).toEqual(['task follow']);
    expect(state).toMatchObject({ actsFrom: from, deciding: null, feeds: [{ rows: rowOf(9_999) }] });
  });
});

describe('those who watch', () => {
  test('are told of signals as they are made and settled', () => {
    const events = [...decidedOnce(), { type: 'SignalsSettled', outcomes: [acted], at: after(0) } as DeploymentEvent];
    expect(events.flatMap((event) => deploymentKind.publish?.(event, id) ?? [])).toMatchObject([
      { channel: `deployment:${id}`, data: { type: 'state', deployment: { status: 'active' } } },
      {
        data: {
          type: 'decision',
          deployment: { lastBarAt: timeOf(0) },
          signals: [{ id: signalId, status: 'pending' }],
        },
      },
      { data: { type: 'signals', signals: [{ id: signalId, status: 'acted', orderId }] } },
    ]);
  });
});

describe('the lists', () => {
  const changesOf = (list: string, events: readonly DeploymentEvent[]) => {
    const projection = deploymentLists.find((one) => one.list === list);
    return events.flatMap((event) => projection?.changes(event, { id, seq: 1, at: start }) ?? []);
  };

  test('hold a deployment without its source, by its strategy', () => {
    const [put, patch] = changesOf('deployments', [started, { type: 'DeploymentPaused', at: start }]);
    expect(put).toMatchObject({ entry: { id, owner: 'u1', parent: 'u1.s1', symbol: 'BTC-USD', status: 'active' } });
    expect(JSON.stringify(put)).not.toContain('strategy.ts');
    if (put?.type !== 'put' || patch?.type !== 'patch') throw new Error('It is put and patched.');
    expect(patch.patch(put.entry)).toMatchObject({ status: 'paused', doc: { status: 'paused' } });
  });

  test('hold each signal, and what became of it', () => {
    const events = [...decidedOnce(), { type: 'SignalsSettled', outcomes: [acted], at: after(0) } as DeploymentEvent];
    const [put, patch] = changesOf('signals', events);
    if (put?.type !== 'put' || patch?.type !== 'patch') throw new Error('It is put and patched.');
    expect(put.entry).toMatchObject({
      id: signalId,
      parent: 'u1.s1',
      status: 'pending',
      at: after(0),
      symbol: 'BTC-USD',
    });
    expect(patch.patch(put.entry)).toMatchObject({ status: 'acted', doc: { status: 'acted', orderId } });
  });
});
