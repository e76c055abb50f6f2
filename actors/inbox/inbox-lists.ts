/** The list of notifications: all there ever were, each with whether it has been read. */

import type { ListProjection } from '#ports';
import type { InboxEvent } from './inbox.ts';
import { inboxKind } from './inbox.ts';

export const notificationsList: ListProjection<InboxEvent> = {
  list: 'notifications',
  version: 1,
  kind: inboxKind.name,
  changes: (event, { id: owner }) => {
    switch (event.type) {
      case 'Notified': {
        const { notification } = event;
        return [
          {
            type: 'put',
            entry: {
              id: notification.id,
              owner,
              at: notification.at,
              symbol: null,
              status: 'unread',
              parent: null,
              doc: { ...notification },
            },
          },
        ];
      }
      case 'NotificationsRead':
        return event.ids.map((id) => ({
          type: 'patch',
          id,
          patch: (entry) => ({ ...entry, status: 'read', doc: { ...entry.doc, readAt: event.at } }),
        }));
    }
  },
};
