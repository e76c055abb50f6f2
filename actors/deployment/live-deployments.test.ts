/** Live strategies on a running system with time that tests move: bars, decisions, orders, fills, crashes. */

import { describe, expect, test } from 'vitest';
import { allocateBars, defineStrategy } from '#domain';
import type { Context } from '#domain';
import { Outage } from '#kernel';
import type { ActorSystem } from '#kernel';
import { MemoryJournal, startTestSystem, VirtualClock } from '#kernel/testing';
import type { BarsQuery, JobOutcome } from '#ports';
import { accountKind } from '../account/account.ts';
import { failure } from '../backtest/failure.ts';
import { inboxKind } from '../inbox/inbox.ts';
import { strategyKind } from '../strategy/strategy.ts';
import { deploymentKind } from './deployment.ts';
import type { DeploymentEvent } from './deployment-state.ts';
import { wakeDeployments } from './live-deployments.ts';
import { withRows } from './taken-bars.ts';
import { liveParts } from './testing/live-system.ts';
import type { LiveOptions } from './testing/live-system.ts';
import { accountId, deploymentId, minuteMs, rowOf, spec, start, startedAt } from './testing/specs.ts';

const startLive = (
  options: LiveOptions,
  before: Pick<ReturnType<typeof startTestSystem>, 'journal' | 'clock'> = {
    journal: new MemoryJournal(),
    clock: new VirtualClock(startedAt),
  },
) => {
  const parts = liveParts(options);
  return parts.on(startTestSystem({ kinds: parts.kinds, journal: before.journal, clock: before.clock }));
};

const strategyOf = (onBar: (ctx: Context) => void, more: object = {}) =>
  defineStrategy({ name: 'scripted', ...more, onBar: (ctx) => onBar(ctx as Context) });

/** Buys in the first minute, and what it has it closes in the third. */
const seen: string[] = [];
const trader = strategyOf((ctx) => {
  seen.push(`${ctx.step}: ${ctx.position().quantity} held, ${ctx.cash} in cash`);
  if (ctx.step === 0) ctx.buy('main', 2);
  if (ctx.step === 2) ctx.close('main');
});

const signalsOf = (events: readonly DeploymentEvent[]) =>
  events.flatMap((event) => (event.type === 'BarsDecided' ? event.signals.map(({ view }) => view) : []));
const outcomesOf = (events: readonly DeploymentEvent[]) =>
  events.flatMap((event) =>
    event.type === 'SignalsSettled' ? event.outcomes.map(({ status, code }) => [status, code]) : [],
  );

const accountOf = async ({ system }: { readonly system: ActorSystem }) => {
  const answer = await system.ask(accountKind, accountId, { type: 'GetAccount' });
  if (answer.type === 'refused') throw new Error(answer.refusal.message);
  return answer.reply;
};

const ordersPlaced = (journal: MemoryJournal): number =>
  journal.eventsOf({ kind: 'account', id: accountId }).filter(({ type }) => type === 'OrderPlaced').length;

describe('a strategy that runs live', () => {
  test('trades at each bar that closes, and sees at the next what has come of it', async () => {
    seen.length = 0;
    const live = startLive({ strategies: { cross: trader } });
    await live.deploy();
    await live.quote(15, '100');
    await live.quote(60, '101');
    await live.decided(0);
    expect(await accountOf(live)).toMatchObject({ positions: [{ quantity: '2', averagePrice: '101' }] });
    await live.quote(120, '102');
    await live.decided(1);
    await live.quote(180, '103');
    await live.decided(2);
    expect(await accountOf(live)).toMatchObject({ positions: [], cash: '10004', realisedProfit: '4' });
    await live.quote(240, '104');
    await live.decided(3);
    // Each run is done again over all bars, and comes out the same.
    expect(seen.slice(-4)).toEqual([
      '0: 0 held, 10000 in cash',
      '1: 2 held, 9798 in cash',
      '2: 2 held, 9798 in cash',
      '3: 0 held, 10004 in cash',
    ]);
    expect(signalsOf(live.eventsOf())).toMatchObject([
      { barAt: start, side: 'buy', quantity: '2', status: 'pending' },
      { barAt: start + 2 * minuteMs, side: 'sell', quantity: '2' },
    ]);
    expect(await live.view()).toMatchObject({
      status: 'active',
      lastBarAt: start + 3 * minuteMs,
      isWarm: true,
      differences: 0,
      signals: { acted: 2, pending: 0 },
      openOrders: 0,
    });
    await live.system.stop();
  });

  test('shows where it runs, and is not deleted meanwhile', async () => {
    const live = startLive({ strategies: { cross: trader } });
    const { source } = spec;
    const create = {
      type: 'CreateStrategy',
      name: 'Cross',
      description: '',
      tags: [],
      source,
      message: '',
      by: 'u1',
    } as const;
    await live.system.ask(strategyKind, spec.strategyId, create);
    await live.deploy();
    const strategy = async () => {
      const answer = await live.system.ask(strategyKind, spec.strategyId, { type: 'GetStrategy' });
      return answer.type === 'replied' ? answer.reply : null;
    };
    const noted = async (count: number) =>
      live.journal.until(
        () =>
          live.journal
            .eventsOf({ kind: 'strategy', id: spec.strategyId })
            .filter(({ type }) => type === 'DeploymentNoted').length === count,
      );
    await noted(1);
    expect(await strategy()).toMatchObject({
      status: 'active',
      live: [{ deploymentId, accountId, status: 'active' }],
      version: 1,
    });
    const remove = { type: 'DeleteStrategy', expectedVersion: 1 } as const;
    expect(await live.system.ask(strategyKind, spec.strategyId, remove)).toMatchObject({
      refusal: { code: 'strategy-deployed' },
    });
    await live.system.ask(deploymentKind, deploymentId, { type: 'PauseDeployment' });
    await noted(2);
    expect(await strategy()).toMatchObject({ status: 'paused' });
    await live.system.ask(deploymentKind, deploymentId, { type: 'StopDeployment' });
    await noted(3);
    expect(await strategy()).toMatchObject({ status: 'stopped', live: [] });
    expect(await live.system.ask(strategyKind, spec.strategyId, remove)).toMatchObject({ type: 'replied' });
    await live.system.stop();
  });

  test('warms up on the history, and begins to act where it was started', async () => {
    const asked: BarsQuery[] = [];
    const warm = defineStrategy({
      name: 'warm',
      init: ({ bars, ta }) => ({ mean: ta.sma(bars.main.close, 3) }),
      onBar(ctx, { mean }) {
        ctx.buy('main', 1, { limit: mean.value });
      },
    });
    const history = {
      bars: (query: BarsQuery) => {
        asked.push(query);
        const rows = [rowOf(-1, 110), rowOf(-2, 90)].flat();
        return Promise.resolve(query.descending === true ? withRows(allocateBars(0), rows) : allocateBars(0));
      },
    };
    const live = startLive({ strategies: { cross: warm }, history });
    await live.deploy();
    await live.quote(15, '100');
    await live.quote(60, '101');
    await live.decided(0);
    expect(signalsOf(live.eventsOf())).toMatchObject([{ barAt: start, orderType: 'limit', limitPrice: '100' }]);
    expect(asked).toMatchObject([{ symbol: 'BTC-USD', interval: '1m', to: start, descending: true }]);
    await live.system.stop();
  });

  test('wants what the account does not take, and is told so', async () => {
    const wishful = strategyOf((ctx) => {
      if (ctx.step > 0) return;
      ctx.buy('main', 1, { stopLoss: 90 });
      ctx.buy('main', 1_000);
    });
    const live = startLive({ strategies: { cross: wishful } });
    await live.deploy();
    await live.quote(15, '100');
    await live.quote(60, '101');
    await live.decided(0);
    expect(signalsOf(live.eventsOf())).toMatchObject([
      { status: 'skipped', code: 'signal-unsupported' },
      { status: 'pending', quantity: '1000' },
    ]);
    // A market order is taken, and rejected by the first quote that it can't pay.
    expect(outcomesOf(live.eventsOf())).toEqual([['acted', null]]);
    await live.quote(120, '100');
    await live.decided(1);
    expect(await live.view()).toMatchObject({ differences: 0, signals: { skipped: 1, acted: 1 }, openOrders: 0 });
    await live.system.stop();
  });

  test('is told by the signal why the account refuses', async () => {
    const dear = strategyOf((ctx) => {
      if (ctx.step === 0) ctx.buy('main', 1_000, { limit: 100 });
    });
    const live = startLive({ strategies: { cross: dear } });
    await live.deploy();
    await live.quote(15, '100');
    await live.quote(60, '101');
    await live.decided(0);
    expect(outcomesOf(live.eventsOf())).toEqual([['refused', 'insufficient-funds']]);
    await live.system.stop();
  });

  test('cancels and changes its orders', async () => {
    const careful = strategyOf((ctx) => {
      if (ctx.step === 0) for (const limit of [90, 80]) ctx.buy('main', 1, { limit });
      if (ctx.step === 1) ctx.openOrders()[0]?.amend({ limit: 91 });
      if (ctx.step === 2) ctx.cancelAll();
    });
    const live = startLive({ strategies: { cross: careful } });
    await live.deploy();
    await live.quote(15, '100');
    for (const minute of [0, 1, 2, 3]) {
      await live.quote(60 * (minute + 1), '100');
      await live.decided(minute);
    }
    expect(signalsOf(live.eventsOf()).map(({ action, limitPrice }) => [action, limitPrice])).toEqual([
      ['place', '90'],
      ['place', '80'],
      ['amend', '91'],
      ['cancel', '91'],
      ['cancel', '80'],
    ]);
    expect(await live.view()).toMatchObject({ differences: 0, openOrders: 0, signals: { acted: 5 } });
    expect(await accountOf(live)).toMatchObject({ openOrders: 0 });
    await live.system.stop();
  });

  test('that throws fails with its reason, and its owner hears of it; the others go on', async () => {
    const broken = strategyOf((ctx) => {
      if (ctx.step === 1) throw new Error('Out of luck.');
      if (ctx.step === 0) ctx.buy('main', 1, { limit: 50 });
    });
    const endless = (): JobOutcome => ({ ok: false, diagnostic: failure('time-limit', 'It took too long.') });
    const live = startLive({ strategies: { broken, endless, cross: trader } });
    const source = (text: string) => ({ files: { 'strategy.ts': text }, entry: 'strategy.ts' });
    const other = { ...spec, accountId: 'u2.a1' };
    await live.deploy({ source: source('broken') });
    for (const [id, text] of [
      ['u2.d1', 'endless'],
      ['u2.d2', 'cross'],
    ] as const) {
      const account = text === 'cross' ? 'u2.a2' : 'u2.a1';
      await live.system.ask(accountKind, account, {
        type: 'OpenAccount',
        name: 'P',
        currency: 'USD',
        initialCash: '5000',
      });
      await live.system.ask(deploymentKind, id, {
        type: 'StartDeployment',
        spec: { ...other, accountId: account, source: source(text) },
        slot: id === 'u2.d1' ? 0 : 1,
      });
    }
    await live.quote(15, '100');
    for (const minute of [0, 1]) {
      await live.quote(60 * (minute + 1), '100');
      await live.decided(minute, 'u2.d2');
      if (minute === 0) await live.decided(0);
    }
    await live.journal.until(() => live.eventsOf().some(({ type }) => type === 'DeploymentFailed'));
    expect(await live.view()).toMatchObject({
      status: 'failed',
      failure: { code: 'strategy-threw', message: 'Out of luck.' },
    });
    expect(await live.view('u2.d1')).toMatchObject({ status: 'failed', failure: { code: 'time-limit' } });
    expect(await live.view('u2.d2')).toMatchObject({ status: 'active', signals: { acted: 1 } });
    const isTold = (kind: string, id: string, type: string): boolean =>
      live.journal.eventsOf({ kind, id }).some((event) => event.type === type);
    // Nobody looks after its order any more.
    await live.journal.until(() => isTold('account', accountId, 'OrderClosed') && isTold('inbox', 'u1', 'Notified'));
    expect(await accountOf(live)).toMatchObject({ openOrders: 0 });
    const inbox = await live.system.ask(inboxKind, 'u1', { type: 'GetInbox' });
    expect(inbox).toMatchObject({
      reply: { latest: [{ kind: 'deployment.failed', text: expect.stringContaining('Out of luck.') as string }] },
    });
    await live.system.stop();
  });

  test('is refused where another one trades the symbol of the account, until that has stopped', async () => {
    const live = startLive({ strategies: { cross: trader } });
    await live.deploy();
    const again = { type: 'StartDeployment', spec, slot: 1 } as const;
    expect(await live.system.ask(deploymentKind, 'u1.d2', again)).toMatchObject({
      refusal: { code: 'deployment-symbol-taken' },
    });
    const elsewhere = { ...again, slot: 0, spec: { ...spec, accountId: 'u1.a2' } };
    expect(await live.system.ask(deploymentKind, 'u1.d2', elsewhere)).toMatchObject({
      refusal: { code: 'deployments-max' },
    });
    await live.system.ask(deploymentKind, deploymentId, { type: 'StopDeployment' });
    expect(await live.system.ask(deploymentKind, 'u1.d2', again)).toMatchObject({ type: 'replied' });
    await live.system.stop();
  });
});

/** As if the program were killed before the account has heard of an order, or before the deployment has heard of the account's answer. */
const cutOff = (moment: 'before' | 'after') => {
  const { promise: cut, resolve } = Promise.withResolvers<void>();
  const askThrough: LiveOptions['askThrough'] = (ask) => async (kind, id, command, options) => {
    if (command.type !== 'PlaceOrder') return ask(kind, id, command, options);
    if (moment === 'after') await ask(kind, id, command, options);
    resolve();
    return new Promise(() => undefined);
  };
  return { askThrough, cut };
};

describe('after a crash', () => {
  const buyer = strategyOf((ctx) => {
    if (ctx.step === 0) ctx.buy('main', 2);
  });

  test.each(['before', 'after'] as const)(
    'an order is placed once, though the program ended %s the account had it',
    async (moment) => {
      const { askThrough, cut } = cutOff(moment);
      const first = startLive({ strategies: { cross: buyer }, askThrough });
      await first.deploy();
      await first.quote(15, '100');
      await first.quote(60, '100');
      await cut;
      await first.system.stop();
      const live = startLive({ strategies: { cross: buyer } }, first);
      await live.system.ask(deploymentKind, deploymentId, { type: 'WakeDeployment' });
      await live.decided(0);
      await live.quote(75, '100');
      expect(ordersPlaced(live.journal)).toBe(1);
      expect(outcomesOf(live.eventsOf())).toEqual([['acted', null]]);
      await live.quote(120, '100');
      await live.decided(1);
      expect(await accountOf(live)).toMatchObject({ positions: [{ quantity: '2' }] });
      expect(await live.view()).toMatchObject({ differences: 0 });
      await live.system.stop();
    },
  );

  test.each(['before', 'after'] as const)(
    'an order is not begun any more when it is too late, but counts where it was placed: ended %s the account had it',
    async (moment) => {
      const { askThrough, cut } = cutOff(moment);
      const first = startLive({ strategies: { cross: buyer }, askThrough });
      await first.deploy();
      await first.quote(15, '100');
      await first.quote(60, '100');
      await cut;
      await first.system.stop();
      first.clock.advance(10 * minuteMs);
      const live = startLive({ strategies: { cross: buyer } }, first);
      // Nobody asks for it: its timer finds it.
      await live.decided(0);
      expect(ordersPlaced(live.journal)).toBe(moment === 'after' ? 1 : 0);
      expect(outcomesOf(live.eventsOf())).toEqual([moment === 'after' ? ['acted', null] : ['skipped', 'signal-stale']]);
      await live.system.stop();
    },
  );

  test('it goes on by itself; bars that were missed are made up for, and not acted on', async () => {
    const eager = strategyOf((ctx) => void ctx.buy('main', 1));
    const first = startLive({ strategies: { cross: eager } });
    await first.deploy();
    await first.quote(15, '100');
    await first.quote(60, '100');
    await first.decided(0);
    await first.system.stop();
    const history = {
      bars: ({ from, to, descending }: BarsQuery) =>
        Promise.resolve(
          withRows(
            allocateBars(0),
            descending === true
              ? []
              : [1, 2, 3]
                  .flatMap((minute) => rowOf(minute))
                  .filter(() => from <= start + minuteMs && to > start + minuteMs),
          ),
        ),
    };
    first.clock.advance(3 * minuteMs + 20_000);
    const live = startLive({ strategies: { cross: eager }, history }, first);
    const entry = { id: deploymentId, owner: 'u1', at: start, symbol: null, status: 'active', parent: null, doc: {} };
    await live.system.supervise(
      wakeDeployments({
        system: live.system,
        lists: {
          page: (query) => Promise.resolve({ entries: query.after === undefined ? [entry] : [], hasMore: false }),
        },
      }),
    );
    await live.clock.armed(300_000);
    await live.quote(260, '100');
    await live.quote(300, '100');
    await live.decided(4);
    expect(
      signalsOf(live.eventsOf()).map(({ barAt, status, code }) => [(barAt - start) / minuteMs, status, code]),
    ).toEqual([
      [0, 'pending', null],
      [1, 'skipped', 'signal-missed'],
      [2, 'skipped', 'signal-missed'],
      [3, 'skipped', 'signal-missed'],
      [4, 'pending', null],
    ]);
    expect(ordersPlaced(live.journal)).toBe(2);
    expect(await live.view()).toMatchObject({ differences: 0, signals: { acted: 2, skipped: 3 } });
    await live.system.stop();
  });

  test('and after an outage of what it needs, it tries again', async () => {
    let isAway = true;
    const askThrough: LiveOptions['askThrough'] = (ask) => (kind, id, command, options) =>
      isAway && command.type === 'GetStanding'
        ? Promise.reject(new Outage('storage-away', 'It is away.'))
        : ask(kind, id, command, options);
    const live = startLive({ strategies: { cross: buyer }, askThrough });
    await live.deploy();
    await live.quote(15, '100');
    await live.quote(60, '100');
    await live.clock.armed(200);
    isAway = false;
    live.clock.advance(200);
    await live.decided(0);
    expect(ordersPlaced(live.journal)).toBe(1);
    await live.system.stop();
  });
});
