/** The settings of a run, gathered from `--config`, `--profile` and the options that override them. */

import { resolveProfile } from '#domain';
import type { Arguments, OptionDeclaration } from './arguments.ts';
import { fieldOf, readJsonFile } from './json-file.ts';
import { UsageError } from './usage-error.ts';

/** Options that choose the rules of a run; shared by every command that runs backtests. */
export const settingsOptions = {
  profile: {
    value: 'NAME',
    group: 'Rules',
    help: 'The rules by which orders fill: native (default), backtesting.py, backtrader or lean.',
  },
  config: {
    value: 'FILE',
    group: 'Rules',
    help: 'Settings as JSON: { "cash": 10000, "commission": 0.001, … }; a recorded run with a "config" inside serves too.',
  },
  cash: { value: 'N', group: 'Rules', help: 'Capital at the start. Default 10000.' },
  commission: { value: 'FRACTION', group: 'Rules', help: 'Commission as a fraction of the value: 0.001 is 0.1 %.' },
  spread: { value: 'FRACTION', group: 'Rules', help: 'Bid-ask spread as a fraction of the price.' },
  slippage: { value: 'FRACTION', group: 'Rules', help: 'Slippage as a fraction of the price (native).' },
  leverage: { value: 'N', group: 'Rules', help: 'Largest exposure as a multiple of equity (native).' },
  fill: {
    value: 'WHEN',
    group: 'Rules',
    help: 'When market orders fill: next-open (default), same-close, next-close (native).',
  },
  inside: {
    value: 'POLICY',
    group: 'Rules',
    help: 'What is assumed inside a bar: pessimistic (default), ohlc-path, olhc-path, finer-bars (native).',
  },
  setting: {
    value: 'KEY=VALUE',
    repeat: true,
    group: 'Rules',
    help: 'Any other setting of the profile, such as commission.perUnit=0.005 or positions=hedging.',
  },
  seed: { value: 'N', group: 'Rules', help: "Seed of the strategy's ctx.random and Math.random. Default 1." },
} as const satisfies Readonly<Record<string, OptionDeclaration>>;

export interface RunSettings {
  readonly profile: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly seed: string;
}

const profileNames = ['native', 'backtesting.py', 'backtrader', 'lean'] as const;

/** Reads the settings. Throws {@link UsageError}, and the profile's own ConfigMistake for settings that do not fit it. */
export const readSettings = async (given: Arguments): Promise<RunSettings> => {
  const path = given.text('config');
  const file = path === undefined ? undefined : await readJsonFile('--config', path);
  const inner = fieldOf(file, 'config') ?? file ?? {};
  if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) {
    throw new UsageError(
      'file-config',
      `--config ${path}: the file holds no settings.`,
      'Write a JSON object such as { "cash": 10000, "commission": 0.001 }.',
    );
  }
  const config: Record<string, unknown> = { ...inner };
  const profile =
    given.text('profile') ?? textOr(config['profile']) ?? profileOfEngine(fieldOf(file, 'engine')) ?? 'native';
  if (!profileNames.some((name) => name === profile)) {
    throw new UsageError(
      'option-value',
      `--profile ${profile} is not known.`,
      `The profiles are ${profileNames.join(', ')}.`,
    );
  }
  delete config['profile'];
  const cash = given.number('cash');
  if (cash !== undefined) config['cash'] = cash;
  const commission = given.number('commission');
  if (commission !== undefined) config['commission'] = commission;
  const spread = given.number('spread');
  if (spread !== undefined) config['spread'] = spread;
  nativeOnly(given, profile, config);
  for (const text of given.list('setting')) applySetting(config, text);
  resolveProfile(profile, config); // a wrong setting is told before any file is read or process started
  return { profile, config, seed: given.text('seed') ?? '1' };
};

const textOr = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Recorded runs name the engine that made them: "backtesting.py 0.6.6 @…". */
const profileOfEngine = (engine: unknown): string | undefined =>
  profileNames.find((name) => typeof engine === 'string' && engine.toLowerCase().startsWith(name));

const nativeOnly = (given: Arguments, profile: string, config: Record<string, unknown>): void => {
  const settings: Readonly<Record<string, unknown>> = {
    slippage: given.number('slippage', { min: 0 }),
    leverage: given.number('leverage', { min: 1 }),
    fillAt: given.text('fill'),
    insideBar: given.text('inside'),
  };
  const options: Readonly<Record<string, string>> = {
    slippage: 'slippage',
    leverage: 'leverage',
    fillAt: 'fill',
    insideBar: 'inside',
  };
  for (const [key, value] of Object.entries(settings)) {
    if (value === undefined) continue;
    if (profile !== 'native')
      throw new UsageError(
        'option-value',
        `--${options[key]} belongs to the native rules, not to the profile ${profile}.`,
        `Use --setting with ${profile}'s own name, or leave out --profile.`,
      );
    config[key] = value;
  }
};

/** `commission.perUnit=0.005` sets a nested field; the value is JSON where it reads as such, else text. */
const applySetting = (config: Record<string, unknown>, text: string): void => {
  const at = text.indexOf('=');
  const path = text.slice(0, Math.max(0, at)).split('.');
  if (at < 1 || path.some((part) => !/^[A-Za-z]\w*$/.test(part)))
    throw new UsageError(
      'option-value',
      `--setting ${text} is not KEY=VALUE.`,
      'Write for example --setting positions=hedging.',
    );
  let target = config;
  for (const part of path.slice(0, -1)) {
    const inner = Object.hasOwn(target, part) ? target[part] : undefined;
    const next: Record<string, unknown> =
      typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? { ...inner } : {};
    target[part] = next;
    target = next;
  }
  const value = text.slice(at + 1);
  target[path[path.length - 1] as string] = parsed(value); // split gives at least one part
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text; // a word without quotes, such as hedging
  }
};
