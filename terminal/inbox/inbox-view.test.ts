import { expect, it } from 'vitest';
import type { Notification } from '#sdk';
import { afterInboxEvent } from './inbox-view.ts';

const notification = (id: string, readAt: string | null = null): Notification => ({
  id,
  kind: 'message',
  title: id,
  text: '',
  about: {},
  at: '2026-01-31T09:00:00Z',
  readAt,
});
const now = '2026-01-31T10:00:00Z';

it('puts a new notification first and counts it, once', () => {
  const event = { type: 'notification', notification: notification('b') } as const;
  const after = afterInboxEvent({ latest: [notification('a')], unread: 1 }, event, now);
  expect(after.latest.map(({ id }) => id)).toEqual(['b', 'a']);
  expect(after.unread).toBe(2);
  expect(afterInboxEvent(after, event, now)).toEqual(after);
});

it('marks some read, once', () => {
  const before = { latest: [notification('a'), notification('b')], unread: 5 };
  const after = afterInboxEvent(before, { type: 'read', ids: ['b', 'z'] }, now);
  expect(after.unread).toBe(4);
  expect(after.latest.map(({ readAt }) => readAt)).toEqual([null, now]);
  expect(afterInboxEvent(after, { type: 'read', ids: ['b'] }, now)).toEqual(after);
});

it('marks all read, also those that it does not show', () => {
  const after = afterInboxEvent({ latest: [notification('a')], unread: 70 }, { type: 'read', ids: 'all' }, now);
  expect(after).toEqual({ latest: [notification('a', now)], unread: 0 });
});
