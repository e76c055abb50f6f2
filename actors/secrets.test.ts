/** That no secret field is forgotten: the fields of all kinds, as their sources declare them, against `ActorKind.secrets`. */

import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AnyKind } from '#kernel';
import * as door from './index.ts';

const isKind = (value: unknown): value is AnyKind =>
  typeof value === 'object' && value !== null && 'decide' in value && 'durability' in value;

/** A kind lives in the folder of its name. */
const folderOf = ({ name }: Pick<AnyKind, 'name'>): string => join(import.meta.dirname, name);

const kinds: readonly AnyKind[] = Object.values(door).filter(isKind);
const withSecrets = kinds.filter(({ secrets = [] }) => secrets.length > 0);

/** Names of the fields that the sources of a kind declare, of whatever they are. */
const fieldsOf = (kind: AnyKind): readonly string[] => {
  const paths = globSync('*.ts', { cwd: folderOf(kind) }).filter((path) => !path.endsWith('.test.ts'));
  const fields = paths.flatMap((path) =>
    [...readFileSync(join(folderOf(kind), path), 'utf8').matchAll(/\breadonly (\w+)\??:/g)].map(([, field]) => field),
  );
  return [...new Set(fields)].filter((field) => field !== undefined).sort();
};

const looksSecret =
  /hash|secret|passw|token|credential|signature|salt|otp|recoverycode|(api|private|signing|encryption)key/i;

/** Of other things than people's secrets. */
const harmless = new Set(['tradeHash']);

/** Fields of kinds that have secrets, of which somebody has made sure that they are none. */
const open: Readonly<Record<string, readonly string[]>> = {
  user: [
    'action',
    'after',
    'askedAt',
    'at',
    'attempt',
    'attempts',
    'by',
    'code',
    'createdAt',
    'details',
    'displayName',
    'effects',
    'email',
    'except',
    'expectedVersion',
    'expiresAt',
    'failures',
    'from',
    'id',
    'inGrace',
    'ip',
    'isOpen',
    'isUnderWay',
    'lastFailureAt',
    'lastSeenAt',
    'locale',
    'lockedUntil',
    'now',
    'openedAt',
    'profileVersion',
    'reason',
    'refusal',
    'reset',
    'resetMail',
    'retryAt',
    'revoked',
    'role',
    'rotatedAt',
    'session',
    'sessionId',
    'sessionIds',
    'sessions',
    'status',
    'subject',
    'timers',
    'timeZone',
    'to',
    'type',
    'user',
    'userAgent',
    'userId',
    'version',
  ],
};

describe('a kind of actor', () => {
  test('lives in the folder of its name', () => {
    expect(kinds.length).toBeGreaterThan(10);
    expect(kinds.filter((kind) => !existsSync(folderOf(kind))).map(({ name }) => name)).toEqual([]);
  });

  test.each(kinds.map((kind) => [kind.name, kind] as const))('%s declares its secrets', (_name, kind) => {
    const suspects = fieldsOf(kind).filter((field) => looksSecret.test(field) && !harmless.has(field));
    expect(suspects.filter((field) => !(kind.secrets ?? []).includes(field))).toEqual([]);
  });

  test.each(withSecrets.map((kind) => [kind.name, kind] as const))(
    '%s, which has secrets, has no field of which it is not known whether it is one',
    (name, kind) => {
      const known = [...(kind.secrets ?? []), ...(open[name] ?? [])];
      expect(fieldsOf(kind).filter((field) => !known.includes(field))).toEqual([]);
      // None of them is gone, or has got another name.
      expect(known.filter((field) => !fieldsOf(kind).includes(field))).toEqual([]);
      expect((open[name] ?? []).filter((field) => kind.secrets?.includes(field))).toEqual([]);
    },
  );
});
