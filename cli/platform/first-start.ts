/**
 * What a new platform begins with: an administrator, symbols with history, strategies to try. Each
 * part is looked for first and brought by commands that apply once, so a start that was killed in the
 * middle is finished by the next one.
 */

import { randomInt } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import {
  accountKind,
  emailKey,
  sampleHistory,
  sampleListing,
  sampleSymbols,
  strategyKind,
  symbolKind,
  userKind,
} from '#actors';
import type { ActorSystem, Journal } from '#kernel';
import type { History } from '#ports';
import { idFrom, Passwords } from '#gateway';
import { readExample } from './example-sources.ts';
import type { DataFolder } from './data-folder.ts';
import type { PlatformSettings } from './platform-settings.ts';

export interface FirstStartNeeds {
  readonly system: ActorSystem;
  readonly journal: Pick<Journal, 'claimant'>;
  readonly history: History;
  readonly settings: PlatformSettings;
  readonly folder: DataFolder;
  /** Milliseconds UTC. */
  readonly now: number;
  /** Told what is being done, for it takes a few seconds. */
  readonly onStep: (text: string) => void;
}

export interface Administrator {
  readonly email: string;
  /** Shown once; null when the operator has given it, or it was shown before. */
  readonly password: string | null;
}

/** Resolves with the administrator when this is the first start, or a password has not been shown yet. */
export const bringFirst = async (needs: FirstStartNeeds): Promise<Administrator | null> => {
  const administrator = await bringAdministrator(needs);
  if (needs.settings.sampleData === 'on') {
    await bringSymbols(needs);
    await bringStrategies(needs);
  }
  return administrator;
};

const bringAdministrator = async ({
  system,
  journal,
  settings: { adminEmail: email, adminPassword },
  folder,
  onStep,
}: FirstStartNeeds): Promise<Administrator | null> => {
  const kept = await readFile(folder.firstPassword, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  const holder = await journal.claimant({ scope: 'email', value: emailKey(email) });
  // Made by a start that was killed before it could show the password.
  if (holder !== null) return kept === null ? null : { email, password: kept.trim() };
  onStep('making the first administrator');
  const password = adminPassword ?? kept?.trim() ?? newPassword();
  if (adminPassword === null) await writeFile(folder.firstPassword, `${password}\n`, { mode: 0o600, flush: true });
  const commandId = commandIdOf('administrator', emailKey(email));
  const userId = idFrom(commandId);
  const answer = await system.ask(
    userKind,
    userId,
    {
      type: 'RegisterUser',
      email,
      displayName: 'Administrator',
      passwordHash: await new Passwords().hash(password),
      role: 'admin',
    },
    { commandId, timeoutMs },
  );
  if (answer.type === 'refused') throw new Error(`No administrator: ${answer.refusal.message}`);
  await system.ask(
    accountKind,
    `${userId}.paper`,
    { type: 'OpenAccount', name: 'Paper', currency: 'USD', initialCash: '100000' },
    { commandId: commandIdOf('account', userId), timeoutMs },
  );
  return { email, password: adminPassword === null ? password : null };
};

const bringSymbols = async ({ system, history, now, onStep }: FirstStartNeeds): Promise<void> => {
  for (const sample of sampleSymbols) {
    const { symbol } = sample;
    const listed = await system.ask(symbolKind, symbol, { type: 'GetSymbol' }, { timeoutMs });
    if (listed.type === 'replied') continue;
    onStep(`generating ${symbol}`);
    const made = sampleHistory(sample, now);
    await history.insert(symbol, '1d', made.daily);
    await history.insert(symbol, '1m', made.minutes);
    // Listed last: until then the next start brings it again.
    const commandId = commandIdOf('symbol', symbol);
    await system.ask(symbolKind, symbol, sampleListing(sample, made), { commandId, timeoutMs });
  }
};

/** The examples that run on one symbol or on several with default names; shown in the administrator's list. */
const exampleNames = [
  'sma-cross',
  'rsi-reversion',
  'channel-breakout',
  'bracket',
  'two-timeframes',
  'pairs',
  'rotation',
  'market-making',
] as const;

const bringStrategies = async ({
  system,
  journal,
  settings: { adminEmail },
  onStep,
}: FirstStartNeeds): Promise<void> => {
  const holder = await journal.claimant({ scope: 'email', value: emailKey(adminEmail) });
  if (holder === null) return;
  for (const name of exampleNames) {
    const id = `${holder.id}.${name}`;
    const commandId = commandIdOf('strategy', id);
    onStep(`bringing the strategy ${name}`);
    // Answered as it was the first time when it was brought before, deleted since or not.
    await system.ask(strategyKind, id, await readExample(name, holder.id), { commandId, timeoutMs });
  }
};

/** Nobody waits for these but a person at a first start, whose machine may be slow or busy. */
const timeoutMs = 60_000;

const commandIdOf = (...parts: readonly string[]): string => `first-start:${parts.join(':')}`;

/** No letters that are taken for others; 20 of 31 give 99 bits. */
const passwordAlphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
const passwordLength = 20;

const newPassword = (): string => {
  let password = '';
  for (let place = 0; place < passwordLength; place++) {
    if (place > 0 && place % 5 === 0) password += '-';
    password += passwordAlphabet.charAt(randomInt(passwordAlphabet.length));
  }
  return password;
};
