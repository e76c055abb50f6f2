/** What an inbox shows after something has happened to it. */

import type { InboxEvent, Notification } from '#sdk';

export interface InboxView {
  readonly latest: readonly Notification[];
  readonly unread: number;
}

/** Older ones are fetched page by page. */
const latestMax = 200;

/** Telling the same event twice changes nothing. */
export const afterInboxEvent = (view: InboxView, event: InboxEvent, readAt: string): InboxView => {
  if (event.type === 'notification') {
    const { notification } = event;
    const isKnown = view.latest.some(({ id }) => id === notification.id);
    if (isKnown) return view;
    return { latest: [notification, ...view.latest].slice(0, latestMax), unread: view.unread + 1 };
  }
  const isMeant = ({ id, readAt: before }: Notification): boolean =>
    before === null && (event.ids === 'all' || event.ids.includes(id));
  const marked = view.latest.filter(isMeant).length;
  return {
    latest: view.latest.map((notification) => (isMeant(notification) ? { ...notification, readAt } : notification)),
    unread: event.ids === 'all' ? 0 : Math.max(0, view.unread - marked),
  };
};
