import { describe, expect, test } from 'vitest';
import { allocateBars } from '#domain';
import { VirtualClock } from '#kernel/testing';
import type { BarsQuery, History } from '#ports';
import type { Deployment, DeploymentEvent } from './deployment-state.ts';
import { evolveDeployment } from './deployment-state.ts';
import { followBars } from './follow-bars.ts';
import type { LivePieces } from './live-bars.ts';
import { withRows } from './taken-bars.ts';
import type { Row } from './taken-bars.ts';
import { closed, minuteMs, rowOf, spec, start, started, startedAt } from './testing/specs.ts';

const live = (minute: number, price = 100): Row => rowOf(minute, price) as Row; // six numbers
const hourly: DeploymentEvent = {
  ...started,
  spec: { ...spec, feeds: spec.feeds.map((feed) => ({ ...feed, interval: '1h' })) },
} as DeploymentEvent;

const follow = async (
  events: readonly DeploymentEvent[],
  pieces: readonly Row[],
  stored: Readonly<Record<string, readonly (readonly number[])[]>> = {},
) => {
  const asked: BarsQuery[] = [];
  const history: Pick<History, 'bars'> = {
    bars: (query) => {
      asked.push(query);
      const rows = (stored[query.interval] ?? []).filter(([time = 0]) => time >= query.from && time < query.to);
      return Promise.resolve(withRows(allocateBars(0), rows.slice(0, query.limit).flat()));
    },
  };
  const told: LivePieces = { since: startedAt, pieces: [pieces] };
  const state = events.reduce<Deployment | null>(evolveDeployment, null);
  if (state === null) throw new Error('It was started.');
  const clock = new VirtualClock(start + 10 * minuteMs);
  const needs = { liveBars: { next: () => Promise.resolve(told) }, history, clock };
  return { command: await followBars(needs, state, new AbortController().signal), asked };
};

describe('following the market', () => {
  test('takes the bars that have closed', async () => {
    const { command, asked } = await follow([started], [live(0)]);
    expect(command).toEqual({
      type: 'TakeBars',
      feeds: [{ rows: rowOf(0), partial: null, next: start + minuteMs }],
      since: startedAt,
      startOver: null,
    });
    expect(asked).toEqual([]);
  });

  test('brings what was missed from the history', async () => {
    const stored = { '1m': [rowOf(1, 50), rowOf(2, 60), rowOf(3, 70)] };
    const { command } = await follow([started, closed(0)], [live(3)], stored);
    expect(command.feeds[0]?.rows).toEqual([rowOf(1, 50), rowOf(2, 60), rowOf(3)].flat());
  });

  test('takes whole bars that were missed whole, and minutes of the one in progress', async () => {
    const hour = (number: number, price: number) => [start + number * 60 * minuteMs, price, price, price, price, 60];
    const before: DeploymentEvent = {
      type: 'BarsTaken',
      feeds: [{ rows: [], partial: [start, 100, 100, 100, 100, 1], next: start + minuteMs }],
      since: startedAt,
      at: startedAt,
    };
    const stored = { '1h': [hour(0, 40), hour(1, 50)], '1m': [rowOf(120, 60), rowOf(121, 65)] };
    const { command, asked } = await follow([hourly, before], [live(125, 70)], stored);
    expect(command.feeds[0]).toEqual({
      rows: [hour(0, 40), hour(1, 50)].flat(),
      partial: [start + 120 * minuteMs, 60, 70, 60, 70, 3],
      next: start + 126 * minuteMs,
    });
    expect(asked).toHaveLength(2);
    // What the history does not have ends as it was.
    const without = await follow([hourly, before], [live(125, 70)], { '1h': [hour(1, 50)] });
    expect(without.command.feeds[0]?.rows).toEqual([[start, 100, 100, 100, 100, 1], hour(1, 50)].flat());
  });

  test('begins anew where more was missed than can be made up for', async () => {
    const stored = { '1m': Array.from({ length: 6_000 }, (_, place) => rowOf(place + 1)) };
    const { command } = await follow([started, closed(0)], [live(6_001)], stored);
    expect(command.startOver).toBe(start + 10 * minuteMs);
    expect(command.feeds[0]?.rows).toEqual(rowOf(6_001));
  });
});
