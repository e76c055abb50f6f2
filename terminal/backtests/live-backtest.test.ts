import { expect, it } from 'vitest';
import type { Backtest } from '#sdk';
import { afterEvent } from './live-backtest.ts';

const view = {
  kind: 'single',
  id: 'b',
  status: 'queued',
  strategyName: 'cross',
  statistics: null,
} as unknown as Backtest;

it('takes what has changed and keeps the rest', () => {
  const after = afterEvent({ view, progress: null }, { type: 'state', view: { id: 'b', status: 'running' } });
  expect(after.view).toEqual({ ...view, status: 'running' });
});

it('forgets how far it was when it has ended', () => {
  const progress = { type: 'progress', percent: 40, barsPerSecond: 1_000, etaSeconds: 3, equity: 100 } as const;
  const running = afterEvent({ view, progress: null }, progress);
  expect(running.progress?.percent).toBe(40);
  expect(afterEvent(running, { type: 'state', view: { id: 'b', status: 'storing' } }).progress?.percent).toBe(40);
  expect(afterEvent(running, { type: 'state', view: { id: 'b', status: 'completed' } }).progress).toBeNull();
});
