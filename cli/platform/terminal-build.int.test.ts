import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { builtTerminal } from './terminal-build.ts';

const data = mkdtempSync(join(tmpdir(), 'xtrading-terminal-build-'));
const folder = join(data, 'terminal');

afterAll(() => {
  rmSync(data, { recursive: true });
});

it('builds once, and anew only when it was built from something else', async () => {
  const files = await builtTerminal(folder);
  const page = readFileSync(join(files, 'index.html'), 'utf8');
  // The page's security policy lets neither be.
  expect(page).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/);
  for (const [, path = ''] of page.matchAll(/(?:src|href)="\/([^"]+)"/g)) {
    expect(existsSync(join(files, path)), path).toBe(true);
  }
  const builtAt = statSync(join(files, 'index.html')).mtimeMs;
  expect(await builtTerminal(folder)).toBe(files);
  expect(statSync(join(files, 'index.html')).mtimeMs).toBe(builtAt);
  writeFileSync(join(folder, 'built-from'), 'other sources');
  await builtTerminal(folder);
  expect(statSync(join(files, 'index.html')).mtimeMs).toBeGreaterThan(builtAt);
  expect(readdirSync(data)).toEqual(['terminal']);
});
