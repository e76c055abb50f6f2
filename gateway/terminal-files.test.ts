import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestGateway } from './testing/test-gateway.ts';
import type { TestGateway } from './testing/test-gateway.ts';

const folder = mkdtempSync(join(tmpdir(), 'xtrading-terminal-files-'));
const page = '<!doctype html><title>terminal</title>';
let gateway: TestGateway;

const folderWith = (files: Readonly<Record<string, string>>): string => {
  const place = mkdtempSync(join(folder, 'built-'));
  mkdirSync(join(place, 'assets'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(place, name), text);
  return place;
};

beforeAll(async () => {
  const terminalFolder = folderWith({
    'index.html': page,
    'icon.svg': '<svg/>',
    'assets/index-a1b2.js': 'let a;',
    'assets/index-c3d4.css': 'a {}',
  });
  writeFileSync(join(folder, 'secret.js'), 'secret');
  gateway = await startTestGateway({ parts: { terminalFolder } });
});

afterAll(async () => {
  await gateway.stop();
  rmSync(folder, { recursive: true });
});

const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const get = async (url: string, headers: Readonly<Record<string, string>> = browser) =>
  await gateway.app.inject({ method: 'GET', url, headers });

it.each(['/', '/trade/GOOG', '/backtests/new?strategy=u.s', '/nowhere/at/all'])(
  'gives the page for %s',
  async (url) => {
    const answer = await get(url);
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toBe(page);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    const policy = String(answer.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).not.toContain('unsafe');
  },
);

it('gives its files with their types, to be kept for ever where their names have a hash', async () => {
  const script = await get('/assets/index-a1b2.js');
  expect(script.body).toBe('let a;');
  expect(script.headers).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'public, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
  });
  expect((await get('/assets/index-c3d4.css')).headers['content-type']).toBe('text/css; charset=utf-8');
  const icon = await get('/icon.svg');
  expect(icon.headers).toMatchObject({ 'content-type': 'image/svg+xml', 'cache-control': 'no-cache' });
});

it.each(['/api/v1/nothing', '/assets/index-gone.js', '/docs/nothing', '/health/nothing', '/connection/nothing'])(
  'does not take %s for a page',
  async (url) => {
    const answer = await get(url);
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({ code: 'route-unknown' });
  },
);

it('gives programs and other methods no page', async () => {
  expect((await get('/trade/GOOG', { accept: 'application/json' })).statusCode).toBe(404);
  expect((await get('/trade/GOOG', {})).statusCode).toBe(404);
  const posted = await gateway.app.inject({ method: 'POST', url: '/trade/GOOG', headers: browser });
  expect(posted.statusCode).toBe(404);
});

it.each(['/../secret.js', '/..%2fsecret.js', '/assets/..%2f..%2fsecret.js', '/%2e%2e/secret.js'])(
  'reaches nothing outside of the folder by %s',
  async (url) => {
    expect((await get(url, { accept: '*/*' })).body).not.toBe('secret');
  },
);

it('does not start with a folder that is no terminal', async () => {
  const start = (files: Readonly<Record<string, string>>) =>
    startTestGateway({ parts: { terminalFolder: folderWith(files) } });
  await expect(start({ 'icon.svg': '<svg/>' })).rejects.toThrow('has no index.html');
  await expect(start({ 'index.html': page, 'notes.exe': '' })).rejects.toThrow('unknown type: notes.exe');
});
