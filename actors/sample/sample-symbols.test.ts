import { describe, expect, test } from 'vitest';
import { dayMs, detectTimeframe, formatTimeframe } from '#domain';
import type { Bars } from '#domain';
import { given } from '#kernel/testing';
import { symbolKind } from '../symbol/symbol.ts';
import { sampleHistory, sampleListing, sampleSymbols } from './sample-symbols.ts';

const midnight = Date.UTC(2026, 4, 20);
const now = midnight + 13.5 * 3_600_000;

const isAscending = ({ time }: Bars): boolean => time.every((at, k) => k === 0 || at > (time[k - 1] ?? at));

describe('the sample symbols', () => {
  test('are of different kinds', () => {
    expect(new Set(sampleSymbols.map(({ kind }) => kind))).toEqual(new Set(['stock', 'crypto', 'forex', 'future']));
    expect(new Set(sampleSymbols.map(({ symbol }) => symbol)).size).toBe(sampleSymbols.length);
  });

  describe.each(sampleSymbols.map((sample) => [sample.symbol, sample] as const))('%s', (symbol, sample) => {
    const history = sampleHistory(sample, now);
    const { daily, minutes } = history;

    test('has five years of days and thirty days of minutes, up to midnight', () => {
      expect(formatTimeframe(detectTimeframe(daily.time) ?? 0)).toBe('1d');
      expect(formatTimeframe(detectTimeframe(minutes.time) ?? 0)).toBe('1m');
      expect([isAscending(daily), isAscending(minutes)]).toEqual([true, true]);
      expect(daily.time.length).toBeGreaterThan(1_200);
      expect(minutes.time.length).toBeGreaterThan(18 * 390);
      // The start may fall on a weekend.
      expect((daily.time[0] ?? 0) - (midnight - 1_826 * dayMs)).toBeLessThan(4 * dayMs);
      expect(daily.time.at(-1)).toBe(midnight - dayMs);
      expect(minutes.time.at(-1)).toBeLessThan(midnight);
      expect(minutes.time[0]).toBeGreaterThanOrEqual(midnight - 30 * dayMs);
    });

    test('has days that its minutes make', () => {
      expect(daily.close.at(-1)).toBe(minutes.close.at(-1));
      const joint = daily.time.findIndex((time) => time >= midnight - 30 * dayMs);
      const jump = (daily.open[joint] ?? 0) / (daily.close[joint - 1] ?? 1) - 1;
      expect(Math.abs(jump)).toBeLessThan(0.15);
    });

    test('keeps to its grid', () => {
      const tick = Number(sample.tick);
      const isOnGrid = (price: number): boolean => Math.abs(price / tick - Math.round(price / tick)) < 1e-4;
      expect(minutes.close.every(isOnGrid)).toBe(true);
    });

    test('is the same when it is made again', () => {
      expect(sampleHistory(sample, midnight)).toEqual(history);
    });

    test('can be listed, with a live market from its last price on', () => {
      const { decision } = given(symbolKind, [], { id: symbol }).when(sampleListing(sample, history));
      expect(decision.reply).toMatchObject({ symbol, tick: sample.tick, feed: { type: 'synthetic' } });
      const feed = decision.reply?.feed;
      expect(feed?.type === 'synthetic' ? Number(feed.startPrice) : null).toBe(minutes.close.at(-1));
    });
  });
});
