/** The native engine as a profile: its own named policies, under its own settings. */

import { parseNativeConfig } from '../engine/native/native-config.ts';
import { nativeRuleBook } from '../engine/native/native-rule-book.ts';
import type { Profile } from './profile.ts';

/** Reads native settings. Throws ConfigMistake with the name of the field. */
export const nativeProfile = (config: unknown): Profile => {
  const { profile, ...settings } = parseNativeConfig(config);
  return { name: profile, startCash: settings.cash, settings, ruleBook: nativeRuleBook({ profile, ...settings }) };
};
