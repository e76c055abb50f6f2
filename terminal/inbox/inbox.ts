/** The inbox of whoever is signed in: its newest notifications and how many are unread, live. */

import { signal } from '@preact/signals';
import type { InboxEvent, Notification } from '#sdk';
import { tell } from '../app/toasts.tsx';
import { client, forEachPerson, live } from '../session/session.ts';
import { afterInboxEvent } from './inbox-view.ts';

export const notifications = signal<readonly Notification[]>([]);
export const unread = signal(0);
/** The snapshot has arrived. */
export const isInboxKnown = signal(false);

const take = (event: InboxEvent): void => {
  const next = afterInboxEvent({ latest: notifications.value, unread: unread.value }, event, new Date().toISOString());
  notifications.value = next.latest;
  unread.value = next.unread;
  if (event.type === 'notification') {
    const { title, text, kind } = event.notification;
    tell(toneOf(kind), title, text);
  }
};

const toneOf = (kind: string): 'good' | 'bad' | 'plain' => {
  if (/failed|rejected/.test(kind)) return 'bad';
  return /filled|completed/.test(kind) ? 'good' : 'plain';
};

export const markRead = async (ids: readonly string[] | 'all'): Promise<void> => {
  await client.notifications.markRead(ids);
  // The server says so on the channel as well; twice is once.
  take({ type: 'read', ids });
};

forEachPerson((user) => {
  const end = live().inbox(user.id, {
    onSnapshot: (snapshot) => {
      notifications.value = snapshot.latest;
      unread.value = snapshot.unread;
      isInboxKnown.value = true;
    },
    onPublication: take,
  });
  return () => {
    end();
    notifications.value = [];
    unread.value = 0;
    isInboxKnown.value = false;
  };
});
