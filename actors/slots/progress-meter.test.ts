import { expect, test } from 'vitest';
import { VirtualClock } from '#kernel/testing';
import { PortionSize } from './portion-size.ts';
import { ProgressMeter } from './progress-meter.ts';

test('progress is told four times a second, with the speed and the time left', () => {
  const clock = new VirtualClock();
  const meter = new ProgressMeter(clock);
  expect(meter.at({ done: 0, total: 100 })).toEqual({ percent: 0, perSecond: 0, etaSeconds: null });
  clock.advance(100);
  expect(meter.at({ done: 5, total: 100 })).toBeNull();
  clock.advance(150);
  expect(meter.at({ done: 10, total: 100 })).toEqual({ percent: 10, perSecond: 40, etaSeconds: 2.25 });
});

test('progress counts what was done before, but not for the speed', () => {
  const clock = new VirtualClock();
  const meter = new ProgressMeter(clock);
  clock.advance(1_000);
  expect(meter.at({ done: 10, total: 100, before: 50 })).toEqual({ percent: 60, perSecond: 10, etaSeconds: 4 });
});

test('a portion is sized to take a second, by how long the last one of the same batch took', () => {
  const size = new PortionSize();
  expect(size.of('one')).toBe(16);
  size.took('one', { members: 16, ms: 160 });
  expect(size.of('one')).toBe(100);
  expect(size.of('two')).toBe(16);
  size.took('two', { members: 16, ms: 1 });
  expect(size.of('two')).toBe(128); // grows eightfold at most
  size.took('two', { members: 128, ms: 60_000 });
  expect(size.of('two')).toBe(2);
});
