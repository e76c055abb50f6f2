/** Notifications: those that come live, and older ones page by page. */

import { useState } from 'preact/hooks';
import type { Notification } from '#sdk';
import { Link } from '../app/link.tsx';
import { tellProblem } from '../app/toasts.tsx';
import { showAgo } from '../format/times.ts';
import { Empty, Spinner } from '../parts/states.tsx';
import { client } from '../session/session.ts';
import { isInboxKnown, markRead, notifications, unread } from './inbox.ts';
import { pathOf } from './notification-links.ts';

const pageRows = 50;

const mark = (ids: readonly string[] | 'all'): void => {
  markRead(ids).catch((error: unknown) => tellProblem('It was not marked', error));
};

export const InboxPage = () => {
  const [older, setOlder] = useState<readonly Notification[]>([]);
  /** undefined: not asked so far; null: there are no more. */
  const [cursor, setCursor] = useState<string | null | undefined>(undefined);
  const newest = notifications.value;
  const shown = [...newest, ...older.filter(({ id }) => newest.every((notification) => notification.id !== id))];
  const loadOlder = (): void => {
    client.notifications.list({ limit: pageRows, ...(cursor == null ? {} : { cursor }) }).then(
      ({ data, nextCursor }) => {
        setOlder((before) => [...before, ...data]);
        setCursor(nextCursor);
      },
      (error: unknown) => tellProblem('Older ones could not be listed', error),
    );
  };
  return (
    <div class="page">
      <div class="page-head">
        <h1>Inbox</h1>
        <span class="muted">{unread.value === 0 ? 'All read' : `${unread.value} unread`}</span>
        <button type="button" disabled={unread.value === 0} onClick={() => mark('all')}>
          Mark all read
        </button>
      </div>
      <section class="panel">
        {!isInboxKnown.value && <Spinner />}
        {isInboxKnown.value && shown.length === 0 && (
          <Empty title="Nothing has happened so far.">
            Results of backtests, filled orders and imports are told here, and at the bottom left as they come.
          </Empty>
        )}
        {shown.map((notification) => (
          <NotificationRow key={notification.id} notification={notification} />
        ))}
      </section>
      {cursor !== null && shown.length >= pageRows && (
        <button type="button" onClick={loadOlder}>
          Show older ones
        </button>
      )}
    </div>
  );
};

const NotificationRow = ({ notification }: { readonly notification: Notification }) => {
  const { id, title, text, at, readAt } = notification;
  const path = pathOf(notification);
  const markOne = (): void => {
    if (readAt === null) mark([id]);
  };
  return (
    <article class={`notification${readAt === null ? ' unread' : ''}`}>
      <span class="dot" role="img" aria-label={readAt === null ? 'Unread' : 'Read'} />
      <div>
        {path === null ? (
          <b>{title}</b>
        ) : (
          <span onClick={markOne}>
            <Link to={path}>{title}</Link>
          </span>
        )}
        <p>{text}</p>
      </div>
      <div class="side">
        <span>{showAgo(at)}</span>
        {readAt === null && (
          <button type="button" class="small" onClick={markOne}>
            Mark read
          </button>
        )}
      </div>
    </article>
  );
};
