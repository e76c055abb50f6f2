/** Passwords: argon2id, few at once, and rules against those that are guessed first. */

import { hash, parseOptions, verify } from '@node-rs/argon2';
import { ProblemError } from '../errors.ts';
import { Gate } from './gate.ts';

/** OWASP's parameters of 2024 for argon2id: 19 MiB, two passes. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** Each takes a core for tens of milliseconds: more at once would starve everything else. */
const hashesMax = 2;
/** About two seconds' worth. */
const waitingHashesMax = 64;

/** What passwords for unknown addresses are compared with: of the same cost, so that it takes as long. */
const ofNobody =
  `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}` +
  '$NDaQPKR+AYa86NHn9LZxVA$00uCNztRckITIwPrEvgDd5I8P4o636rzMxpQqrXJ8KQ';

const passwordLengthMin = 10;
/** In UTF-16 units. A bound, for hashing reads all of it. */
export const passwordLengthMax = 256;
const differentCharactersMin = 5;
/** The longest of the usual lists that pass the other rules. */
const guessedFirst = new Set([
  '1234567890',
  '0123456789',
  '0987654321',
  '1q2w3e4r5t',
  '1qaz2wsx3edc',
  'password123',
  'password1234',
  'passw0rd123',
  'qwertyuiop',
  'qwerty12345',
  'qwerty123456',
  'iloveyou123',
  'letmein1234',
  'administrator',
  'changeme123',
  'welcome1234',
]);

export class Passwords {
  readonly #gate = new Gate('a password to be checked', { runningMax: hashesMax, waitingMax: waitingHashesMax });

  async hash(password: string): Promise<string> {
    return await this.#gate.run(() => hash(password, cost));
  }

  async matches(passwordHash: string, password: string): Promise<boolean> {
    return await this.#gate.run(() => verify(passwordHash, password));
  }

  /** Takes as long as {@link matches} and is false: for e-mail addresses that nobody has. */
  async matchesNobody(password: string): Promise<false> {
    await this.matches(ofNobody, password);
    return false;
  }

  /** The same password under today's cost, where the stored hash was made under another. */
  async rehashed(passwordHash: string, password: string): Promise<string | null> {
    const { memoryCost, timeCost, parallelism } = parseOptions(passwordHash);
    const isToday = memoryCost === cost.memoryCost && timeCost === cost.timeCost && parallelism === cost.parallelism;
    return isToday ? null : await this.hash(password);
  }
}

/** Refuses a password that is guessed first. */
export const checkPassword = (
  password: string,
  of: { readonly email: string; readonly displayName: string; readonly pointer: string },
): void => {
  const problem = weakness(password, of.email, of.displayName);
  if (problem === null) return;
  const remedy = `At least ${passwordLengthMin} characters that nobody would try: several unrelated words do well.`;
  throw new ProblemError('password-weak', problem, { errors: [{ pointer: of.pointer, message: problem, remedy }] });
};

const weakness = (password: string, email: string, displayName: string): string | null => {
  const lower = password.toLowerCase();
  const local = email.toLowerCase().split('@')[0] ?? '';
  if (password.length < passwordLengthMin) return `The password has fewer than ${passwordLengthMin} characters.`;
  if (password.length > passwordLengthMax) return `The password has more than ${passwordLengthMax} characters.`;
  if (new Set(lower).size < differentCharactersMin) return 'The password repeats few characters.';
  if (lower.includes(email.toLowerCase()) || (local.length >= 4 && lower.includes(local))) {
    return 'The password contains the e-mail address.';
  }
  const name = displayName.toLowerCase().replaceAll(/\s/g, '');
  if (name.length >= 4 && lower === name) return 'The password is the display name.';
  if (guessedFirst.has(lower)) return 'The password is on every list of passwords.';
  return null;
};
