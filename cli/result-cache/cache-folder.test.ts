import { expect, test } from 'vitest';
import { join } from 'node:path';
import { cacheFolder } from './cache-folder.ts';

const home = (): string => '/ann';
const inside = (...parts: readonly string[]): string => join(...parts, 'xtrading', 'results');

test('results are kept where XDG_CACHE_HOME says, unless it is a relative path', () => {
  expect(cacheFolder({ environment: { XDG_CACHE_HOME: '/fast' }, system: 'linux', home })).toBe(inside('/fast'));
  for (const value of ['fast', ''])
    expect(cacheFolder({ environment: { XDG_CACHE_HOME: value }, system: 'linux', home })).toBe(inside('/ann/.cache'));
});

test('results are kept where each system keeps what can be made again', () => {
  expect(cacheFolder({ environment: {}, system: 'linux', home })).toBe(inside('/ann/.cache'));
  expect(cacheFolder({ environment: {}, system: 'darwin', home })).toBe(inside('/ann/Library/Caches'));
  expect(cacheFolder({ environment: { LOCALAPPDATA: '/local' }, system: 'win32', home })).toBe(inside('/local'));
  expect(cacheFolder({ environment: {}, system: 'win32', home })).toBe(inside('/ann/AppData/Local'));
});

test('a user without a home keeps none', () => {
  const none = (): string => {
    throw new Error('no such user');
  };
  expect(cacheFolder({ environment: {}, system: 'linux', home: none })).toBeNull();
});
