/** Stories of people, and of what administrators do. */

import { inboxKind, operationsKind, resetTokenHash, userKind } from '#actors';
import type { Operation } from '#actors';
import { hourMs, minuteMs } from './story.ts';
import type { Story } from './story.ts';

/** For a new password. */
const token = `ada.${'t'.repeat(43)}`;

export const user: Story = {
  name: 'user',
  kind: userKind,
  id: 'ada',
  async play({ tell, wait }) {
    const expiresAt = Date.UTC(2026, 6, 1);
    const session = { expiresAt, userAgent: 'browser', ip: '192.0.2.1' };
    const register = { email: 'Ada@Example.org', displayName: 'Ada', passwordHash: 'hash-0', role: 'quant' } as const;
    await tell(userKind, 'ada', { type: 'RegisterUser', ...register });
    for (let failure = 0; failure < 5; failure++) {
      await tell(userKind, 'ada', { type: 'RecordFailedLogIn', ip: '192.0.2.9' });
    }
    await tell(userKind, 'ada', { type: 'UnlockUser', by: 'root' });
    await tell(userKind, 'ada', { type: 'OpenSession', sessionId: 's1', refreshHash: 's1-0', ...session });
    const opened = { ...session, refreshHash: 's2-0', rehashed: 'hash-0-stronger' };
    await tell(userKind, 'ada', { type: 'OpenSession', sessionId: 's2', ...opened });
    const rotate = { type: 'RotateRefresh', sessionId: 's2', expiresAt, ip: '192.0.2.2' } as const;
    await tell(userKind, 'ada', { ...rotate, presentedHash: 's2-0', nextHash: 's2-1' });
    // Once more, for its answer was lost; and then again, when it is too late for that.
    await tell(userKind, 'ada', { ...rotate, presentedHash: 's2-0', nextHash: 's2-1b' });
    wait(minuteMs);
    await tell(userKind, 'ada', { ...rotate, presentedHash: 's2-0', nextHash: 's2-2' });
    const profile = { displayName: 'Ada Lovelace', locale: 'zh', timeZone: 'Asia/Shanghai' } as const;
    await tell(userKind, 'ada', { type: 'UpdateProfile', expectedVersion: 2, ...profile });
    await tell(userKind, 'ada', { type: 'UpdateProfile', expectedVersion: 1, ...profile });
    await tell(userKind, 'ada', { type: 'ChangePassword', passwordHash: 'hash-1', sessionId: 's1' });
    await tell(userKind, 'ada', { type: 'RequestPasswordReset' });
    await tell(userKind, 'ada', { type: 'ResetTokenMade', token });
    await tell(userKind, 'ada', { type: 'ResetPassword', tokenHash: resetTokenHash(token), passwordHash: 'hash-2' });
    await tell(userKind, 'ada', { type: 'ChangeRole', role: 'trader', by: 'root' });
    await tell(userKind, 'ada', { type: 'OpenSession', sessionId: 's3', refreshHash: 's3-0', ...session });
    await tell(userKind, 'ada', { type: 'CloseSession', sessionId: 's3' });
    await tell(userKind, 'ada', { type: 'DisableUser', by: 'root' });
    await tell(userKind, 'ada', { type: 'EnableUser', by: 'root' });
    await tell(userKind, 'ada', { type: 'OpenSession', sessionId: 's4', refreshHash: 's4-0', ...session });
  },
};

export const passwordReset: Story = {
  name: 'user-password-reset',
  kind: userKind,
  id: 'ben',
  async play({ tell, wait }) {
    const register = { email: 'ben@example.org', displayName: 'Ben', passwordHash: 'hash-0', role: 'viewer' } as const;
    await tell(userKind, 'ben', { type: 'RegisterUser', ...register });
    await tell(userKind, 'ben', { type: 'RequestPasswordReset' });
    await tell(userKind, 'ben', { type: 'ResetTokenMade', token });
    await tell(userKind, 'ben', { type: 'ResetMailSent', tokenHash: resetTokenHash(token) });
    await tell(userKind, 'ben', { type: 'ResetPassword', tokenHash: resetTokenHash(token), passwordHash: 'hash-1' });
    // Once more, and no mail server takes it.
    wait(hourMs);
    await tell(userKind, 'ben', { type: 'RequestPasswordReset' });
    for (let attempt = 1; attempt <= 7; attempt++) {
      await tell(userKind, 'ben', { type: 'SendResetAgain', after: attempt });
    }
  },
};

export const inbox: Story = {
  name: 'inbox',
  kind: inboxKind,
  id: 'ada',
  async play({ tell }) {
    const notify = { type: 'Notify', kind: 'message', title: 'Maintenance', text: 'On Sunday.', about: {} } as const;
    await tell(inboxKind, 'ada', notify);
    await tell(inboxKind, 'ada', { ...notify, kind: 'order.filled', about: { accountId: 'ada.main', orderId: 'o1' } });
    await tell(inboxKind, 'ada', { type: 'MarkRead', ids: ['ada-1'] });
    await tell(inboxKind, 'ada', { type: 'MarkRead', ids: ['ada-1'] });
    await tell(inboxKind, 'ada', { ...notify, title: 'Again' });
    await tell(inboxKind, 'ada', { type: 'MarkRead', ids: 'all' });
    await tell(inboxKind, 'ada', { ...notify, title: 'And again' });
  },
};

export const operations: Story = {
  name: 'operations',
  kind: operationsKind,
  id: 'root',
  async play({ tell }) {
    const quarantine = { cause: 'event', reason: 'Event 7: broken', seq: 7, command: null, commandId: null } as const;
    const actor = { kind: 'account', id: 'ada.main' };
    const say = (operation: Operation) => tell(operationsKind, 'root', { type: 'RecordOperation', operation });
    await say({ action: 'retry', actor, quarantine });
    await say({ action: 'skip', actor, quarantine });
    await say({ action: 'stop', actor, quarantine: null });
  },
};
