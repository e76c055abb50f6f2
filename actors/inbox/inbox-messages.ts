/** A user's inbox. Its id is the user's. */

import type { Command, Refusal } from '#kernel';

export type NotificationKind =
  | 'backtest.completed'
  | 'backtest.failed'
  | 'backtest.cancelled'
  | 'batch.completed'
  | 'deployment.failed'
  | 'order.filled'
  | 'order.rejected'
  | 'import.completed'
  | 'import.failed'
  | 'account.security'
  | 'message';

export interface NotificationView {
  readonly id: string;
  readonly kind: NotificationKind;
  readonly title: string;
  readonly text: string;
  /** What it is about, for links: `{ backtestId }`, `{ accountId, orderId }`. */
  readonly about: Readonly<Record<string, string>>;
  readonly at: number;
  readonly readAt: number | null;
}

export interface Notify extends Command<null> {
  readonly type: 'Notify';
  readonly kind: NotificationKind;
  readonly title: string;
  readonly text: string;
  readonly about: Readonly<Record<string, string>>;
}

/** `ids: 'all'` marks whatever is unread. */
export interface MarkRead extends Command<{ readonly marked: number; readonly unread: number }> {
  readonly type: 'MarkRead';
  readonly ids: readonly string[] | 'all';
}

/** The newest, for a snapshot: at most 50, and how many are unread. */
export interface GetInbox extends Command<{
  readonly unread: number;
  readonly latest: readonly NotificationView[];
}> {
  readonly type: 'GetInbox';
}

export type InboxCommand = Notify | MarkRead | GetInbox;
export type InboxRefusal = Refusal & { readonly code: 'notification-unknown' };
