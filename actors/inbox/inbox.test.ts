import { describe, expect, test } from 'vitest';
import { given } from '#kernel/testing';
import { inboxKind, latestMax } from './inbox.ts';
import type { InboxEvent } from './inbox.ts';
import { notificationsList } from './inbox-lists.ts';
import type { GetInbox, NotificationView } from './inbox-messages.ts';

const start = Date.UTC(2026, 0, 1);
const id = 'u1';

const note = (number: number): NotificationView => ({
  id: `u1-${number}`,
  kind: 'message',
  title: `Note ${number}`,
  text: 'Text',
  about: {},
  at: start,
  readAt: null,
});
const notified = (number: number): InboxEvent => ({ type: 'Notified', notification: note(number) });
const inbox = (...events: readonly InboxEvent[]) => given(inboxKind, events, { id, now: start });
const notify = (number: number) =>
  ({ type: 'Notify', kind: 'message', title: `Note ${number}`, text: 'Text', about: {} }) as const;

describe('an inbox', () => {
  test('takes a notification and numbers it', () => {
    inbox(notified(1))
      .when(notify(2))
      .then({ events: [notified(2)], reply: null });
  });

  test('cuts texts that no list could show', () => {
    const { decision } = inbox().when({ ...notify(1), title: 'x'.repeat(300) });
    expect(decision.events).toMatchObject([{ notification: { title: `${'x'.repeat(199)}…` } }]);
  });

  test('marks some or all as read and tells how many are left', () => {
    const three = inbox(notified(1), notified(2), notified(3));
    three.when({ type: 'MarkRead', ids: ['u1-2'] }).then({
      events: [{ type: 'NotificationsRead', ids: ['u1-2'], at: start }],
      reply: { marked: 1, unread: 2 },
    });
    three.when({ type: 'MarkRead', ids: 'all' }).then({
      events: [{ type: 'NotificationsRead', ids: ['u1-1', 'u1-2', 'u1-3'], at: start }],
      reply: { marked: 3, unread: 0 },
    });
  });

  test('marks nothing twice', () => {
    inbox(notified(1), { type: 'NotificationsRead', ids: ['u1-1'], at: start })
      .when({ type: 'MarkRead', ids: ['u1-1'] })
      .then({ events: [], reply: { marked: 0, unread: 0 } });
  });

  test.each(['u1-2', 'u1-0', 'u1-', 'u2-1', 'x'])('refuses the unknown id %s', (unknown) => {
    inbox(notified(1))
      .when({ type: 'MarkRead', ids: [unknown] })
      .then({ refusal: { code: 'notification-unknown', field: '/ids' } });
  });

  test('keeps the newest; what is pushed out unread counts as read', () => {
    const full = inbox(...Array.from({ length: latestMax }, (_, k) => notified(k + 1)));
    const outcome = full.when(notify(latestMax + 1)).then({
      events: [{ type: 'NotificationsRead', ids: ['u1-1'], at: start }, notified(latestMax + 1)],
      reply: null,
    });
    expect(outcome.state.latest).toHaveLength(latestMax);
    expect(outcome.state.latest[0]?.id).toBe('u1-2');
    // It can still be named.
    inbox(...Array.from({ length: latestMax + 1 }, (_, k) => notified(k + 1)))
      .when({ type: 'MarkRead', ids: ['u1-1'] })
      .then({ events: [], reply: { marked: 0, unread: latestMax } });
  });

  test('shows the newest first, at most fifty', () => {
    const many = inbox(...Array.from({ length: 60 }, (_, k) => notified(k + 1)));
    const { reply } = many.when<GetInbox>({ type: 'GetInbox' }).decision;
    expect(reply?.unread).toBe(60);
    expect(reply?.latest).toHaveLength(50);
    expect(reply?.latest[0]?.id).toBe('u1-60');
  });

  test('tells those who watch', () => {
    expect(inboxKind.publish?.(notified(1), id)).toEqual([
      { channel: 'inbox:u1', data: { type: 'notification', notification: note(1) } },
    ]);
    expect(inboxKind.publish?.({ type: 'NotificationsRead', ids: ['u1-1'], at: start }, id)).toEqual([
      { channel: 'inbox:u1', data: { type: 'read', ids: ['u1-1'] } },
    ]);
  });
});

test('the list of notifications has each with whether it was read', () => {
  const context = { id, seq: 1, at: start };
  const [put] = notificationsList.changes(notified(1), context);
  if (put?.type !== 'put') throw new Error('A notification is put.');
  expect(put.entry).toMatchObject({ id: 'u1-1', owner: 'u1', status: 'unread', doc: note(1) });
  const [patch] = notificationsList.changes({ type: 'NotificationsRead', ids: ['u1-1'], at: start + 1 }, context);
  if (patch?.type !== 'patch') throw new Error('A reading patches.');
  expect(patch.patch(put.entry)).toMatchObject({ status: 'read', doc: { id: 'u1-1', readAt: start + 1 } });
});
