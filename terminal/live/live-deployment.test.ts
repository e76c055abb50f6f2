import { expect, it } from 'vitest';
import type { Deployment, Signal } from '#sdk';
import { afterEvent } from './live-deployment.ts';

const counts = { pending: 0, acted: 3, refused: 0, skipped: 0 };
// The fields that events change.
const deployment = { status: 'active', lastBarAt: null, signals: counts, latestSignals: [] } as unknown as Deployment;
const signal = (id: string, status: Signal['status']) => ({ id, status, symbol: 'BTC-USD' }) as Signal; // as above

it('takes what has changed of a deployment, and keeps the rest', () => {
  expect(afterEvent(deployment, { type: 'state', deployment: { status: 'paused' } })).toEqual({
    ...deployment,
    status: 'paused',
  });
});

it('counts signals as they are made and settled, the newest first', () => {
  const decided = afterEvent(deployment, {
    type: 'decision',
    deployment: { lastBarAt: '2026-01-05T12:00:00.000Z' },
    signals: [signal('a', 'pending'), signal('b', 'skipped')],
  });
  expect(decided.signals).toEqual({ pending: 1, acted: 3, refused: 0, skipped: 1 });
  expect(decided.latestSignals.map(({ id }) => id)).toEqual(['b', 'a']);
  const settled = afterEvent(decided, {
    type: 'signals',
    signals: [{ id: 'a', status: 'refused', code: 'insufficient-funds', reason: 'Too dear.' }],
  });
  expect(settled.signals).toEqual({ pending: 0, acted: 3, refused: 1, skipped: 1 });
  expect(settled.latestSignals[1]).toMatchObject({
    id: 'a',
    symbol: 'BTC-USD',
    status: 'refused',
    reason: 'Too dear.',
  });
});
