import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clusterSettings, memoryClusterConfig } from '#cluster';
import { systemClock } from '#kernel';
import { applyConfig, dispatchLimits } from './cluster-settings.ts';

const by = { author: 'ann' };

test('what is logged follows the setting, and the environment where there is none', async () => {
  const config = memoryClusterConfig(systemClock);
  const log = { level: 'debug' };
  applyConfig(config, { log, settings: { logLevel: 'warn' } });
  expect(log.level).toBe('warn');
  await config.set('log.level', 'info', by);
  expect(log.level).toBe('info');
  await config.unset('log.level', by);
  expect(log.level).toBe('warn');
});

test('the queue has the limits that are set, and no bound for 0', async () => {
  const config = memoryClusterConfig(systemClock);
  expect(dispatchLimits(config)).toEqual({ runningPerUserMax: Infinity, waitingPerUserMax: 20_000 });
  await config.set('backtests.runningPerUserMax', '2', by);
  await config.set('backtests.waitingPerUserMax', '5', by);
  expect(dispatchLimits(config)).toEqual({ runningPerUserMax: 2, waitingPerUserMax: 5 });
});

test('docs/platform.md says what each setting of the cluster is', () => {
  const guide = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'platform.md'), 'utf8');
  for (const [name, { byDefault, help }] of Object.entries(clusterSettings)) {
    expect(guide).toContain(`| \`${name}\` | ${byDefault === null ? '–' : `\`${byDefault}\``} | ${help} |`);
  }
});
