/**
 * A user's inbox: the newest notifications and which of them are unread. The list of all lies in the
 * projection; what has been pushed out of the newest counts as read, so that both agree.
 */

import type { ActorKind, DecideContext } from '#kernel';
import type { InboxCommand, InboxRefusal, NotificationView } from './inbox-messages.ts';

export type InboxEvent =
  | { readonly type: 'Notified'; readonly notification: NotificationView }
  | { readonly type: 'NotificationsRead'; readonly ids: readonly string[]; readonly at: number };

export interface InboxState {
  /** Newest last. */
  readonly latest: readonly NotificationView[];
  /** Notifications so far; each id carries its number. */
  readonly count: number;
}

/** What an inbox keeps in memory: days of a busy user. */
export const latestMax = 256;
/** Of those in a snapshot for a subscriber. */
const shownMax = 50;
/** Lengths that a list can show; longer texts are cut, for a notification is a hint and no document. */
const titleLengthMax = 200;
const textLengthMax = 4_000;

const idOf = (userId: string, number: number): string => `${userId}-${number}`;

const cut = (text: string, lengthMax: number): string =>
  text.length > lengthMax ? `${text.slice(0, lengthMax - 1)}…` : text;

const unreadOf = ({ latest }: InboxState): readonly NotificationView[] =>
  latest.filter(({ readAt }) => readAt === null);

/** Whether an id is one of this inbox's, though it may no longer be among the newest. */
const isKnown = (id: string, { count }: InboxState, context: DecideContext): boolean => {
  const prefix = idOf(context.id, 0).slice(0, -1);
  const number = /^[1-9]\d{0,14}$/.test(id.slice(prefix.length)) ? Number(id.slice(prefix.length)) : Infinity;
  return id.startsWith(prefix) && number <= count;
};

export const inboxKind: ActorKind<InboxCommand, InboxState, InboxEvent, InboxRefusal> = {
  name: 'inbox',
  durability: 'journal',
  initialState: () => ({ latest: [], count: 0 }),
  decide: {
    Notify: ({ kind, title, text, about }, state, { id, now }) => {
      const pushedOut = state.latest.length < latestMax ? undefined : state.latest[0];
      const notification: NotificationView = {
        id: idOf(id, state.count + 1),
        kind,
        title: cut(title, titleLengthMax),
        text: cut(text, textLengthMax),
        about,
        at: now,
        readAt: null,
      };
      return {
        events: [
          ...(pushedOut?.readAt === null ? [{ type: 'NotificationsRead', ids: [pushedOut.id], at: now } as const] : []),
          { type: 'Notified', notification },
        ],
        reply: null,
      };
    },
    MarkRead: ({ ids }, state, context) => {
      const unread = unreadOf(state);
      const unknown = ids === 'all' ? undefined : ids.find((id) => !isKnown(id, state, context));
      if (unknown !== undefined)
        return {
          refusal: {
            code: 'notification-unknown',
            message: `There is no notification ${unknown.slice(0, 80)}.`,
            remedy: 'List the notifications for their ids.',
            field: '/ids',
          },
        };
      const marked = ids === 'all' ? unread : unread.filter(({ id }) => ids.includes(id));
      return {
        events:
          marked.length === 0 ? [] : [{ type: 'NotificationsRead', ids: marked.map(({ id }) => id), at: context.now }],
        reply: { marked: marked.length, unread: unread.length - marked.length },
      };
    },
    GetInbox: (_, state) => ({
      reply: { unread: unreadOf(state).length, latest: state.latest.slice(-shownMax).toReversed() },
    }),
  },
  eventTypes: {
    Notified: true,
    NotificationsRead: true,
  },
  evolve: (state, event) => {
    switch (event.type) {
      case 'Notified':
        return { latest: [...state.latest, event.notification].slice(-latestMax), count: state.count + 1 };
      case 'NotificationsRead': {
        const ids = new Set(event.ids);
        return {
          ...state,
          latest: state.latest.map((one) =>
            ids.has(one.id) && one.readAt === null ? { ...one, readAt: event.at } : one,
          ),
        };
      }
    }
  },
  publish: (event, id) => [
    {
      channel: `inbox:${id}`,
      data:
        event.type === 'Notified'
          ? { type: 'notification', notification: event.notification }
          : { type: 'read', ids: event.ids },
    },
  ],
  snapshot: { schema: 1, everyEvents: 100 },
};
