/** Deployments for tests: one on minutes of BTC-USD, and what happens to it. */

import type { LiveOutcome, WantedOrder } from '#domain';
import type { OrderView } from '../../account/account-messages.ts';
import type { DeploymentSpec } from '../deployment-messages.ts';
import type { DeploymentEvent } from '../deployment-state.ts';

export const minuteMs = 60_000;
export const start = Date.UTC(2026, 0, 5, 12);
export const accountId = 'u1.a1';
export const deploymentId = 'u1.d1';

export const spec: DeploymentSpec = {
  strategyId: 'u1.s1',
  strategyName: 'Cross',
  strategyVersion: 3,
  source: { files: { 'strategy.ts': 'cross' }, entry: 'strategy.ts' },
  accountId,
  params: {},
  feeds: [{ id: 'main', symbol: 'BTC-USD', interval: '1m', tick: '0.5', lot: '0.001' }],
  seed: 1,
};

/** Ten seconds after a minute has begun. */
export const startedAt = start + 10_000;
export const started: DeploymentEvent = { type: 'DeploymentStarted', spec, slot: 0, from: start, at: startedAt };

/** Minute number `minute` after the start has closed at that price. */
export const closed = (minute: number, price = 100, since = startedAt): DeploymentEvent => ({
  type: 'BarsTaken',
  feeds: [{ rows: rowOf(minute, price), partial: null, next: start + (minute + 1) * minuteMs }],
  since,
  at: start + (minute + 1) * minuteMs,
});

export const rowOf = (minute: number, price = 100): readonly number[] => [
  start + minute * minuteMs,
  price,
  price,
  price,
  price,
  1,
];

export const wanted = (minute: number, part: Partial<WantedOrder> = {}): WantedOrder => ({
  action: 'place',
  key: { time: start + minute * minuteMs, place: 0 },
  feed: 0,
  side: 'buy',
  type: 'market',
  timeInForce: 'GTC',
  quantity: 0.25,
  limit: null,
  tag: null,
  problem: null,
  ...part,
});

export const outcomeOf = (part: Partial<LiveOutcome> = {}): LiveOutcome => {
  const { placed = [] } = part;
  const times = [...new Set(placed.map(({ key }) => key.time))];
  return {
    bars: times.map((time) => ({
      time,
      orders: placed
        .filter(({ key }) => key.time === time)
        .map(({ feed, side, type, quantity, limit }) => ({ feed, side, type, quantity, limit })),
    })),
    placed,
    changed: [],
    differences: 0,
    isWarm: true,
    ...part,
  };
};

export const standing = {
  cash: 10_000,
  free: 10_000,
  elsewhere: 0,
  positions: [{ quantity: 0, averagePrice: 0 }],
};

export const orderOf = (id: string, part: Partial<OrderView> = {}): OrderView => ({
  id,
  accountId,
  clientOrderId: id.slice(id.lastIndexOf('.') + 1),
  symbol: 'BTC-USD',
  side: 'buy',
  type: 'market',
  timeInForce: 'GTC',
  quantity: '0.25',
  limitPrice: null,
  filledQuantity: '0',
  filledPrice: null,
  status: 'accepted',
  reason: null,
  placedAt: start,
  updatedAt: start,
  ...part,
});
