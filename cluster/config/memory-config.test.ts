import { beforeEach, describe, expect, test } from 'vitest';
import { VirtualClock } from '#kernel/testing';
import type { ClusterConfig } from './cluster-config.ts';
import { changesKept } from './cluster-config.ts';
import { memoryClusterConfig } from './memory-config.ts';
import { clusterSettings } from './settings.ts';

let config: ClusterConfig;
beforeEach(() => {
  config = memoryClusterConfig(new VirtualClock());
});

const by = { author: 'ann' };

describe('a setting', () => {
  test('has its default until it is set, and again when it is unset', async () => {
    expect(config.get('placement.movesPerRound')).toBe(32);
    expect(config.get('registration')).toBeNull();
    await config.set('placement.movesPerRound', '8', by);
    expect(config.get('placement.movesPerRound')).toBe(8);
    expect(config.text('placement.movesPerRound')).toBe('8');
    await config.unset('placement.movesPerRound', by);
    expect(config.get('placement.movesPerRound')).toBe(32);
    expect(config.text('placement.movesPerRound')).toBeNull();
  });

  test.each(Object.entries(clusterSettings))('%s has an example and a default that can be set', async (name, one) => {
    expect(await config.set(name, one.example, by)).toMatchObject({ type: 'changed' });
    if (one.byDefault !== null) expect(one.read(one.byDefault)).toBe(one.unset);
  });

  test.each([
    ['placement.movesPerRound', '0', 'a whole number from 1 to 1024'],
    ['placement.settleSeconds', '1.5', 'a whole number from 0 to 3600'],
    ['placement.rebalancing', 'maybe', 'one of on, off'],
    ['log.level', 'trace', 'one of error, warn, info, debug'],
  ])('%s=%s is refused with what is needed', async (setting, text, needed) => {
    const refusal = { setting, needed, example: expect.any(String) as string };
    expect(config.refusalOf(setting, text)).toEqual(refusal);
    expect(await config.set(setting, text, by)).toEqual({ type: 'invalid', refusal });
    expect(config.all().find(({ name }) => name === setting)).toMatchObject({ isSet: false, revision: null });
  });

  test('that is not known is not set, and has no history', async () => {
    expect(await config.set('no.such', '1', by)).toEqual({ type: 'unknown' });
    expect(await config.unset('toString', by)).toEqual({ type: 'unknown' });
    expect(await config.history('no.such')).toBeNull();
  });

  test('is not changed by whoever has not seen what it is', async () => {
    await config.set('log.level', 'debug', by);
    const late = await config.set('log.level', 'warn', { author: 'bob', seen: null });
    expect(late).toMatchObject({ type: 'overtaken', setting: { value: 'debug', revision: 1, author: 'ann' } });
    expect(await config.set('log.level', 'warn', { author: 'bob', seen: 1 })).toMatchObject({ type: 'changed' });
  });

  test('remembers who set it to what', async () => {
    await config.set('log.level', 'debug', by);
    await config.unset('log.level', { author: 'bob' });
    expect(await config.history('log.level')).toMatchObject([
      { revision: 1, value: 'debug', author: 'ann' },
      { revision: 2, value: null, author: 'bob' },
    ]);
    for (let i = 0; i < 2 * changesKept; i++) await config.set('log.level', 'warn', by);
    expect(await config.history('log.level')).toHaveLength(changesKept);
  });

  test('tells those who watch when something else counts, and only then', async () => {
    const heard: string[] = [];
    const end = config.watch((name) => heard.push(name));
    await config.set('log.level', 'debug', by);
    await config.set('log.level', 'debug', by);
    await config.set('registration', 'closed', by);
    await config.unset('registration', by);
    end();
    await config.set('log.level', 'warn', by);
    expect(heard).toEqual(['log.level', 'registration', 'registration']);
  });
});
