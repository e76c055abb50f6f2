/** The list of users, and the audit trail: who did what to whom, which nothing takes back. */

import type { EventContext, ListChange, ListEntry, ListProjection } from '#ports';
import type { UserEvent } from './user-state.ts';
import { userKind } from './user.ts';
import type { UserView } from './user-messages.ts';

/** Entries are the users as the API shows them; a lock whose time has passed still stands there. */
export const usersList: ListProjection<UserEvent> = {
  list: 'users',
  version: 1,
  kind: userKind.name,
  changes: (event, { id }) => {
    const patched = (doc: Partial<UserView> & { readonly lastSeenAt?: number }): readonly ListChange[] =>
      patch((entry) => ({ ...entry, status: doc.status ?? entry.status, doc: { ...entry.doc, ...doc } }));
    /** The same for what counts as a change of the profile, whose version the entry shows. */
    const changed = (doc: Partial<UserView>): readonly ListChange[] =>
      patch((entry) => {
        const version = Number(entry.doc['version']) + 1;
        return { ...entry, status: doc.status ?? entry.status, doc: { ...entry.doc, ...doc, version } };
      });
    const patch = (change: (entry: ListEntry) => ListEntry): readonly ListChange[] => [
      { type: 'patch', id, patch: change },
    ];
    switch (event.type) {
      case 'UserRegistered': {
        const { email, displayName, role, at } = event;
        const status = 'active';
        const doc: UserView & { readonly lastSeenAt: number | null } = {
          id,
          email,
          displayName,
          role,
          status,
          lockedUntil: null,
          locale: 'en',
          timeZone: 'UTC',
          createdAt: at,
          version: 1,
          lastSeenAt: null,
        };
        return [{ type: 'put', entry: { id, owner: id, at, symbol: null, status, parent: null, doc: { ...doc } } }];
      }
      case 'LogInFailed':
        return event.lockedUntil === null ? [] : patched({ lockedUntil: event.lockedUntil });
      case 'SessionOpened':
        return patched({ lockedUntil: null, lastSeenAt: event.session.openedAt });
      case 'RefreshRotated':
        return patched({ lastSeenAt: event.at });
      case 'PasswordChanged':
      case 'PasswordWasReset':
        return patched({ lockedUntil: null });
      case 'UserUnlocked':
        return changed({ lockedUntil: null });
      case 'ProfileUpdated': {
        const { type: _, ...part } = event;
        return changed(part);
      }
      case 'RoleChanged':
        return changed({ role: event.role });
      case 'UserDisabled':
        return changed({ status: 'disabled' });
      case 'UserEnabled':
        return changed({ status: 'active' });
      default:
        return [];
    }
  },
};

export const auditList: ListProjection<UserEvent> = {
  list: 'audit',
  version: 1,
  kind: userKind.name,
  changes: (event, context) => {
    const record = recordOf(event, context.id);
    return record === null ? [] : [{ type: 'put', entry: auditEntry(record, context) }];
  },
};

interface AuditRecord {
  readonly action: string;
  /** A user's id: the user's own, or an administrator's; null when nobody has shown who it was. */
  readonly by: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Without secrets: no hash leaves the actor. Refreshes are left out, for they say nothing that a log-in has not said. */
const recordOf = (event: UserEvent, userId: string): AuditRecord | null => {
  switch (event.type) {
    case 'UserRegistered':
      return { action: 'registered', by: userId, details: { role: event.role } };
    case 'LogInFailed':
      return {
        action: event.lockedUntil === null ? 'log-in-failed' : 'locked',
        by: null,
        details: { ip: event.ip, failures: event.failures, lockedUntil: event.lockedUntil },
      };
    case 'SessionOpened': {
      const { id, ip, userAgent } = event.session;
      return { action: 'logged-in', by: userId, details: { sessionId: id, ip, userAgent } };
    }
    case 'RefreshReused':
      return { action: 'refresh-reused', by: null, details: { sessionId: event.sessionId, ip: event.ip } };
    case 'SessionsClosed':
      return {
        action: event.reason === 'logged-out' ? 'logged-out' : 'sessions-closed',
        by: null,
        details: { reason: event.reason, sessionIds: event.sessionIds },
      };
    case 'PasswordChanged':
      return { action: 'password-changed', by: userId, details: {} };
    case 'PasswordResetRequested':
      return { action: 'password-reset-requested', by: null, details: {} };
    case 'ResetMailSent':
      return { action: 'reset-mailed', by: null, details: {} };
    case 'ResetMailGivenUp':
      return { action: 'reset-mail-given-up', by: null, details: { attempts: event.attempts } };
    case 'PasswordWasReset':
      return { action: 'password-reset', by: null, details: {} };
    case 'RoleChanged':
      return { action: 'role-changed', by: event.by, details: { from: event.from, to: event.role } };
    case 'UserDisabled':
      return { action: 'disabled', by: event.by, details: {} };
    case 'UserEnabled':
      return { action: 'enabled', by: event.by, details: {} };
    case 'UserUnlocked':
      return { action: 'unlocked', by: event.by, details: {} };
    case 'ResetMailBegun':
    case 'PasswordRehashed':
    case 'RefreshRotated':
    case 'ProfileUpdated':
      return null;
  }
};

const auditEntry = ({ action, by, details }: AuditRecord, { id: userId, seq, at }: EventContext): ListEntry => {
  const id = `${userId}-${seq}`;
  return {
    id,
    owner: userId,
    at,
    symbol: null,
    status: action,
    parent: by,
    doc: { id, userId, action, by, at, ...details },
  };
};
