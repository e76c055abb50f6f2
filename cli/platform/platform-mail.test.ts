import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { VirtualClock } from '#kernel/testing';
import { platformMail } from './platform-mail.ts';

let parent = '';
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'xtrading-mail-'));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

test('counts what becomes of mails, and tells of the last failure a code, but no address', async () => {
  const clock = new VirtualClock();
  const folder = { mail: join(parent, 'mail') };
  const settings = { smtpUrl: null, mailFrom: 'xtrading@example.org', mailFolder: null };
  const warned: object[] = [];
  const log = { info: () => {}, warn: (details: object) => warned.push(details) };
  const mail = platformMail({ settings, folder, log, clock });
  expect(mail.report()).toEqual({ sent: 0, failedAttempts: 0, givenUp: 0, lastFailure: null });
  const message = { to: 'ann@example.org', subject: 'Hello', text: '' };
  // No folder can be made where a file is.
  writeFileSync(folder.mail, '');
  await expect(mail.send(message)).rejects.toThrow('EEXIST');
  rmSync(folder.mail);
  await mail.send(message);
  mail.gaveUp();
  expect(mail.report()).toEqual({
    sent: 1,
    failedAttempts: 1,
    givenUp: 1,
    lastFailure: { code: 'EEXIST', at: clock.now() },
  });
  expect(JSON.stringify([warned, mail.report()])).not.toContain('ann@');
  await mail.close();
});
