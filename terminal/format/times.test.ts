import { expect, it } from 'vitest';
import { showAgo, showInstant, showSeconds, showTime } from './times.ts';

const now = Date.parse('2026-01-31T15:00:00Z');

it('leaves the day out where it is today', () => {
  expect(showTime('2026-01-31T14:03:22.500Z', now)).toBe('14:03:22');
  expect(showTime('2026-01-30T14:03:22Z', now)).toBe('2026-01-30 14:03');
});

it('leaves midnight out of an instant', () => {
  expect(showInstant('2026-01-31T00:00:00Z')).toBe('2026-01-31');
  expect(showInstant('2026-01-31T09:30:00Z')).toBe('2026-01-31 09:30');
});

it('says how long ago something was', () => {
  expect(showAgo('2026-01-31T14:59:30Z', now)).toBe('just now');
  expect(showAgo('2026-01-31T14:48:00Z', now)).toBe('12 min ago');
  expect(showAgo('2026-01-31T03:00:00Z', now)).toBe('12 h ago');
  expect(showAgo('2026-01-21T03:00:00Z', now)).toBe('2026-01-21');
});

it('says lengths of time', () => {
  expect([showSeconds(4.2), showSeconds(125), showSeconds(3_720)]).toEqual(['5 s', '2 min 05 s', '1 h 02 min']);
});
