import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openMailFolder } from './mail-folder.ts';

let parent = '';
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'xtrading-mail-'));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const open = (written: string[] = []) =>
  openMailFolder({
    folder: join(parent, 'mail'),
    from: 'xtrading@example.org',
    onWritten: (path) => written.push(path),
  });

test('a mail is a file that mail programs open and others can not read', async () => {
  const written: string[] = [];
  await open(written).send({ to: 'ann@example.org', subject: '密码', text: 'The token:\nu1.abc\n' });
  const [path = ''] = written;
  expect(path).toMatch(/\.eml$/);
  const [head = '', body = ''] = readFileSync(path, 'utf8').split('\n\n');
  expect(head).toContain('From: xtrading@example.org');
  expect(head).toContain('To: ann@example.org');
  expect(head).toMatch(/^Subject: =\?UTF-8\?/m);
  expect(body).toContain('u1.abc');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(join(parent, 'mail')).mode & 0o777).toBe(0o700);
});

test('the oldest mails make room', async () => {
  await open().send({ to: 'ann@example.org', subject: 'First', text: '' });
  const folder = join(parent, 'mail');
  for (let number = 0; number < 1_000; number++) writeFileSync(join(folder, `2020-${number}.eml`), '');
  await open().send({ to: 'ann@example.org', subject: 'Last', text: '' });
  const names = readdirSync(folder).filter((name) => name.endsWith('.eml'));
  expect(names).toHaveLength(1_000);
  expect(names.filter((name) => !name.startsWith('2020-'))).toHaveLength(2);
});
