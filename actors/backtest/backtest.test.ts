import { describe, expect, test } from 'vitest';
import { given } from '#kernel/testing';
import type { Diagnostic } from '#ports';
import { backtestKind } from './backtest.ts';
import type { BacktestEvent } from './backtest-state.ts';
import { attemptIdOf, leaseMs, slotNameOf } from './lease.ts';
import { specOf, statisticsOf } from './testing/specs.ts';

const at = Date.UTC(2026, 0, 1);
const spec = specOf();
const statistics = statisticsOf({ return: 0.123, sharpe: 1.05, maxDrawdown: -0.084, trades: 42 });
const tradeHash = '0'.repeat(32);
const first = attemptIdOf(slotNameOf('aaaa', 1), 1);
const second = attemptIdOf(slotNameOf('bbbb', 1), 1);
const options = { id: 'b1', now: at };

const recorded: BacktestEvent = { type: 'BacktestRecorded', spec, at };
const reservedBy = (attemptId: string, attempts = 1): BacktestEvent => ({
  type: 'CapacityReserved',
  lease: { attemptId, slot: 'one', until: at + leaseMs },
  attempts,
});
const running: readonly BacktestEvent[] = [recorded, reservedBy(first), { type: 'RunStarted', attemptId: first, at }];
const lostOnce: readonly BacktestEvent[] = [
  ...running,
  { type: 'AttemptLost', attemptId: first, reason: 'gone', blame: 'place' },
  { type: 'CapacityReleased', attemptId: first },
];
const completed: readonly BacktestEvent[] = [
  ...running,
  { type: 'ResultsStored', attemptId: first, statistics, tradeHash },
  { type: 'BacktestCompleted', attemptId: first, statistics, tradeHash, at },
  { type: 'CapacityReleased', attemptId: first },
  { type: 'OwnerNotified', at },
];

const announce = {
  type: 'tell',
  message: {
    to: { kind: 'dispatcher', id: 'main' },
    command: {
      type: 'Announce',
      work: { address: { kind: 'backtest', id: 'b1' }, userId: 'ann', priority: 5, since: at, slotsMax: 1 },
    },
  },
} as const;
const withdraw = {
  type: 'tell',
  message: {
    to: { kind: 'dispatcher', id: 'main' },
    command: { type: 'Withdraw', address: { kind: 'backtest', id: 'b1' }, userId: 'ann' },
  },
} as const;
const remove = (...input: readonly string[]) => ({ type: 'task', task: 'remove-results', input }) as const;
const diagnostic: Diagnostic = {
  code: 'strategy-threw',
  message: 'x is not defined.',
  remedy: null,
  file: 'strategy.ts',
  line: 3,
  column: 5,
  codeFrame: null,
};

describe('a backtest', () => {
  test('is recorded, announced, and wakes itself later in case nobody came', () => {
    given(backtestKind, [], options)
      .when({ type: 'SubmitBacktest', spec })
      .then({
        events: [recorded],
        effects: [announce],
        timers: [{ type: 'set', name: 'resume', at: at + 30_000, command: { type: 'Resume', alive: null } as never }],
      });
  });

  test('is submitted once', () => {
    given(backtestKind, [recorded], options)
      .when({ type: 'SubmitBacktest', spec })
      .then({ refusal: { code: 'backtest-exists' } });
  });

  test('is reserved by one slot, which is told what to run; another comes too late', () => {
    given(backtestKind, [recorded], options)
      .when({ type: 'ReserveCapacity', attemptId: first, slot: 'one' })
      .then({ events: [reservedBy(first)], reply: spec });
    given(backtestKind, running, options)
      .when({ type: 'ReserveCapacity', attemptId: second, slot: 'two' })
      .then({ refusal: { code: 'attempt-stale' } });
  });

  test('completes in one step from stored results to the notified owner', () => {
    given(backtestKind, running, options)
      .when({ type: 'ResultsStored', attemptId: first, statistics, tradeHash })
      .then({
        events: completed.slice(running.length),
        timers: [{ type: 'clear', name: 'resume' }],
        effects: [withdraw],
        send: [
          {
            to: { kind: 'inbox', id: 'ann' },
            command: {
              type: 'Notify',
              kind: 'backtest.completed',
              title: 'SMA cross on GOOG (1d)',
              text: 'return +12.30 %, Sharpe 1.05, maximum drawdown −8.40 %, 42 trades.',
              about: { backtestId: 'b1' },
            } as never, // a message's command is known by its type alone
          },
        ],
      });
  });

  test('takes the same result again, and none of another attempt', () => {
    given(backtestKind, completed, options)
      .when({ type: 'ResultsStored', attemptId: first, statistics, tradeHash })
      .then({ reply: null });
    given(backtestKind, completed, options)
      .when({ type: 'ResultsStored', attemptId: second, statistics, tradeHash })
      .then({ refusal: { code: 'backtest-finished' } });
    given(backtestKind, lostOnce, options)
      .when({ type: 'ResultsStored', attemptId: first, statistics, tradeHash })
      .then({ refusal: { code: 'attempt-stale' } });
  });

  test('does not begin an attempt again that was lost, though its slot did not hear that it had it', () => {
    given(backtestKind, lostOnce, options)
      .when({ type: 'ReserveCapacity', attemptId: first, slot: 'one' })
      .then({ refusal: { code: 'attempt-stale' } });
  });

  test("fails at once with the strategy's own mistake", () => {
    const { state } = given(backtestKind, running, options)
      .when({ type: 'RunFailed', attemptId: first, diagnostic })
      .then({
        events: [
          { type: 'BacktestFailed', diagnostic, at },
          { type: 'CapacityReleased', attemptId: first },
          { type: 'OwnerNotified', at },
        ],
        effects: [withdraw],
      });
    expect(state).toMatchObject({ status: 'failed', failure: diagnostic, lease: null });
  });

  test('goes back into the queue when its attempt is lost, and has removed what that may have stored', () => {
    given(backtestKind, running, options)
      .when({ type: 'AttemptLost', attemptId: first, reason: 'gone', blame: 'place' })
      .then({ events: lostOnce.slice(running.length), effects: [announce, remove(first)] });
    given(backtestKind, lostOnce, options)
      .when({ type: 'ReserveCapacity', attemptId: second, slot: 'one' })
      .then({ events: [reservedBy(second, 2)], reply: spec });
  });

  test('fails with the reason when it has brought its place down three times', () => {
    const crash = (number: number): BacktestEvent[] => {
      const attemptId = attemptIdOf(slotNameOf('aaaa', 1), number);
      return [
        reservedBy(attemptId, number),
        { type: 'AttemptLost', attemptId, reason: 'killed', blame: 'work' },
        { type: 'CapacityReleased', attemptId },
      ];
    };
    const third = attemptIdOf(slotNameOf('aaaa', 1), 3);
    const { state } = given(backtestKind, [recorded, ...crash(1), ...crash(2), reservedBy(third, 3)], options).when({
      type: 'AttemptLost',
      attemptId: third,
      reason: 'killed',
      blame: 'work',
    });
    expect(state).toMatchObject({ status: 'failed', attempts: 3, failure: { code: 'attempts-exhausted' } });
  });

  test('gives up the attempt of a process that no longer lives, and keeps that of one that does', () => {
    given(backtestKind, running, options)
      .when({ type: 'Resume', alive: ['bbbb'] })
      .then({
        events: [
          { type: 'AttemptLost', attemptId: first, reason: 'The process of slot one has ended.', blame: 'place' },
          { type: 'CapacityReleased', attemptId: first },
        ],
        effects: [announce, remove(first)],
      });
    given(backtestKind, running, options)
      .when({ type: 'Resume', alive: ['aaaa'] })
      .then({ effects: [] });
  });

  test('gives up an attempt whose lease has ended, not one whose lease was renewed', () => {
    const later = { now: at + leaseMs };
    expect(given(backtestKind, running, options).when({ type: 'Resume', alive: null }, later).state?.status).toBe(
      'queued',
    );
    const renewed: BacktestEvent = { type: 'LeaseRenewed', attemptId: first, until: at + 2 * leaseMs };
    given(backtestKind, [...running, renewed], options)
      .when({ type: 'Resume', alive: null }, later)
      .then({
        timers: [
          { type: 'set', name: 'resume', at: at + 2 * leaseMs, command: { type: 'Resume', alive: null } as never },
        ],
      });
  });

  test('is cancelled while it waits and while it runs, and refuses what its slot says afterwards', () => {
    given(backtestKind, [recorded], options)
      .when({ type: 'CancelBacktest' })
      .then({
        events: [
          { type: 'BacktestCancelled', at },
          { type: 'OwnerNotified', at },
        ],
        effects: [withdraw],
      });
    const { decision } = given(backtestKind, running, options).when({ type: 'CancelBacktest' });
    expect(decision.reply).toMatchObject({ status: 'cancelled', version: running.length + 3 });
    given(backtestKind, [...running, ...(decision.events ?? [])], options)
      .when({ type: 'ResultsStored', attemptId: first, statistics, tradeHash })
      .then({ refusal: { code: 'backtest-finished' } });
  });

  test('that has ended comes back until what does not count is removed, and then sleeps', () => {
    const timer = {
      type: 'set',
      name: 'resume',
      at: at + 30_000,
      command: { type: 'Resume', alive: null } as never,
    } as const;
    const { decision } = given(backtestKind, running, options)
      .when({ type: 'CancelBacktest' })
      .then({
        events: [
          { type: 'BacktestCancelled', at },
          { type: 'CapacityReleased', attemptId: first },
          { type: 'OwnerNotified', at },
        ],
        effects: [withdraw, remove(first)],
        timers: [timer],
      });
    const cancelled = [...running, ...(decision.events ?? [])];
    given(backtestKind, cancelled, options)
      .when({ type: 'Resume', alive: null })
      .then({ effects: [remove(first)], timers: [timer] });
    const removed: BacktestEvent = { type: 'ResultsRemoved', attemptIds: [first] };
    given(backtestKind, cancelled, options)
      .when(removed)
      .then({ events: [removed], timers: [{ type: 'clear', name: 'resume' }] });
    given(backtestKind, [...cancelled, removed], options)
      .when({ type: 'Resume', alive: null })
      .then({ timers: [], effects: [] });
    given(backtestKind, [...cancelled, removed], options)
      .when(removed)
      .then({ events: [] });
  });

  test('tells watchers of changes that show, from the event alone', () => {
    expect(completed.flatMap((event) => backtestKind.publish?.(event, 'b1') ?? [])).toMatchObject(
      ['queued', 'reserved', 'running', 'completed'].map((status) => ({
        channel: 'backtest:b1',
        data: { type: 'state', view: { id: 'b1', status } },
      })),
    );
  });

  test('is announced again when it comes back into memory while it waits', () => {
    const state = lostOnce.reduce(backtestKind.evolve, null);
    expect(backtestKind.recovered?.(state, { id: 'b1', now: at, seq: 5 })).toEqual([announce, remove(first)]);
  });
});
