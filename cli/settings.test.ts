import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readArguments } from './arguments.ts';
import { readSettings, settingsOptions } from './settings.ts';

const read = async (...words: readonly string[]) =>
  readSettings(readArguments({ name: 'try', usage: [], summary: '', options: settingsOptions, examples: [] }, words));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'settings-'));
  await writeFile(join(folder, 'plain.json'), '{"cash": 500, "spread": 0.01}');
  await writeFile(
    join(folder, 'recorded.json'),
    '{"engine": "backtesting.py 0.6.6 @abc", "config": {"cash": 700, "hedging": true}}',
  );
  await writeFile(join(folder, 'broken.json'), '{"cash": 500,}');
  await writeFile(join(folder, 'list.json'), '[1, 2]');
});
afterAll(async () => rm(folder, { recursive: true }));

describe('readSettings', () => {
  it('is native with nothing set by default', async () => {
    expect(await read()).toEqual({ profile: 'native', config: {}, seed: '1' });
  });

  it('lets options override the file', async () => {
    expect(await read('--config', join(folder, 'plain.json'), '--cash', '900')).toMatchObject({
      config: { cash: 900, spread: 0.01 },
    });
  });

  it('takes profile and settings from a recorded run', async () => {
    expect(await read('--config', join(folder, 'recorded.json'))).toEqual({
      profile: 'backtesting.py',
      config: { cash: 700, hedging: true },
      seed: '1',
    });
  });

  it('sets nested fields, reading values as JSON where they are JSON', async () => {
    const { config } = await read(
      '--setting',
      'commission.perUnit=0.005',
      '--setting',
      'commission.minimum=1',
      '--setting',
      'positions=hedging',
    );
    expect(config).toEqual({ commission: { perUnit: 0.005, minimum: 1 }, positions: 'hedging' });
  });

  it.each(['__proto__.polluted=1', 'constructor', '=5', 'a..b=1'])('refuses the setting %o', async (text) => {
    await expect(read('--setting', text)).rejects.toThrow(expect.objectContaining({ code: 'option-value' }));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('names a profile that does not exist, and options of another profile', async () => {
    await expect(read('--profile', 'zipline')).rejects.toThrow(/not known/);
    await expect(read('--profile', 'backtrader', '--fill', 'next-close')).rejects.toThrow(
      /belongs to the native rules/,
    );
  });

  it('names the place of a syntax error, a missing file and a file without settings', async () => {
    await expect(read('--config', join(folder, 'broken.json'))).rejects.toThrow(
      expect.objectContaining({ code: 'file-json', message: expect.stringContaining('position') }),
    );
    await expect(read('--config', join(folder, 'none.json'))).rejects.toThrow(
      expect.objectContaining({ code: 'file-unreadable' }),
    );
    await expect(read('--config', join(folder, 'list.json'))).rejects.toThrow(
      expect.objectContaining({ code: 'file-config' }),
    );
  });
});
