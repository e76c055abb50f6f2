import { describe, expect, test } from 'vitest';
import { given } from '#kernel/testing';
import type { ListEntry } from '#ports';
import { userKind } from './user.ts';
import type { GetUser } from './user-messages.ts';
import { auditList, usersList } from './user-lists.ts';
import type { UserEvent } from './user-state.ts';

const at = Date.UTC(2026, 0, 1);
const registered: UserEvent = {
  type: 'UserRegistered',
  email: 'ann@example.org',
  displayName: 'Ann',
  passwordHash: 'secret',
  role: 'quant',
  at,
};

/** The entries of a list after events of one user. */
const entriesAfter = (list: typeof usersList, events: readonly UserEvent[]): readonly ListEntry[] => {
  const entries = new Map<string, ListEntry>();
  for (const [index, event] of events.entries()) {
    for (const change of list.changes(event, { id: 'u1', seq: index + 1, at: at + index })) {
      if (change.type === 'put') entries.set(change.entry.id, change.entry);
      else if (change.type === 'remove') entries.delete(change.id);
      else {
        const entry = entries.get(change.id);
        if (entry !== undefined) entries.set(change.id, change.patch(entry));
      }
    }
  }
  return [...entries.values()];
};

describe('the list of users', () => {
  test('shows each as the actor does', () => {
    const events: readonly UserEvent[] = [
      registered,
      { type: 'ProfileUpdated', locale: 'zh', timeZone: 'Asia/Shanghai' },
      { type: 'PasswordChanged', passwordHash: 'secret', at },
      { type: 'UserUnlocked', by: 'root', at },
      { type: 'RoleChanged', from: 'quant', role: 'trader', by: 'root', at },
      { type: 'UserDisabled', by: 'root', at },
      { type: 'UserEnabled', by: 'root', at },
    ];
    const { reply } = given(userKind, events, { id: 'u1', now: at }).when<GetUser>({ type: 'GetUser' }).decision;
    expect(entriesAfter(usersList, events)[0]?.doc).toEqual({ ...reply, lastSeenAt: null });
  });

  test('follows role, status and lock', () => {
    const [entry] = entriesAfter(usersList, [
      registered,
      { type: 'LogInFailed', ip: '192.0.2.1', failures: 5, lockedUntil: at + 60_000, at },
      { type: 'RoleChanged', from: 'quant', role: 'admin', by: 'root', at },
      { type: 'UserDisabled', by: 'root', at },
    ]);
    expect(entry).toMatchObject({
      id: 'u1',
      owner: 'u1',
      status: 'disabled',
      doc: { email: 'ann@example.org', role: 'admin', status: 'disabled', lockedUntil: at + 60_000 },
    });
  });
});

describe('the audit trail', () => {
  test('says who did what to whom, and keeps no secret', () => {
    const entries = entriesAfter(auditList, [
      registered,
      { type: 'LogInFailed', ip: '192.0.2.1', failures: 5, lockedUntil: at + 60_000, at },
      { type: 'PasswordChanged', passwordHash: 'secret', at },
      { type: 'RoleChanged', from: 'quant', role: 'admin', by: 'root', at },
    ]);
    expect(entries.map(({ status, parent }) => [status, parent])).toEqual([
      ['registered', 'u1'],
      ['locked', null],
      ['password-changed', 'u1'],
      ['role-changed', 'root'],
    ]);
    expect(entries[3]?.doc).toEqual({
      id: 'u1-4',
      userId: 'u1',
      action: 'role-changed',
      by: 'root',
      at: at + 3,
      from: 'quant',
      to: 'admin',
    });
    expect(JSON.stringify(entries)).not.toContain('secret');
  });
});
