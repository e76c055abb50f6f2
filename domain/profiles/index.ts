/** All profiles by name. */

import { ConfigMistake } from '../config.ts';
import { accountProfile } from './account/profile.ts';
import { backtestingPyProfile } from './backtesting-py/profile.ts';
import { backtraderProfile } from './backtrader/profile.ts';
import { leanProfile } from './lean/profile.ts';
import { nativeProfile } from './native.ts';
import type { Profile } from './profile.ts';

/** Those that people choose from. */
export const profileNames = ['native', 'backtesting.py', 'backtrader', 'lean'] as const;
export type ProfileName = (typeof profileNames)[number];

/** Reads the settings of a profile, `account` for live runs included. Throws {@link ConfigMistake} for an unknown name or setting. */
export const resolveProfile = (name: string, config: unknown): Profile => {
  switch (name) {
    case 'native':
      return nativeProfile(config);
    case 'backtesting.py':
      return backtestingPyProfile(config);
    case 'backtrader':
      return backtraderProfile(config);
    case 'lean':
      return leanProfile(config);
    case 'account':
      return accountProfile(config);
    default:
      throw new ConfigMistake(
        'profile',
        `there is no profile "${name}".`,
        `The profiles are ${profileNames.join(', ')}.`,
      );
  }
};
