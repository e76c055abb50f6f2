/** What an operator may set of the running platform: one table that is read, listed by `xtrading config` and documented. */

import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { actorRoles, roles } from '#actors';
import type { ActorRole, Role } from '#actors';
import { nearest } from '#domain';
import { UsageError } from '../usage-error.ts';

type Environment = Readonly<Record<string, string | undefined>>;

interface Setting<T> {
  /** The environment variable. */
  readonly name: string;
  readonly help: string;
  /** As text, as a person would write it; null: not set. */
  readonly byDefault: string | null;
  /** Never shown. */
  readonly isSecret?: boolean;
  /** Throws a {@link UsageError} that names the variable and the remedy. */
  readonly read: (text: string | null, name: string) => T;
}

const wrong = (name: string, text: string, needed: string, example: string): UsageError =>
  new UsageError(
    'setting-value',
    `${name}=${text.slice(0, 80)} is not ${needed}.`,
    `Set for example ${name}=${example}.`,
  );

const wholeNumber =
  (least: number, most: number, example: number) =>
  (text: string | null, name: string): number => {
    const value = text === null || !/^\d{1,15}$/.test(text) ? NaN : Number(text);
    if (value >= least && value <= most) return value;
    throw wrong(name, text ?? '', `a whole number from ${least} to ${most}`, String(example));
  };

const oneOf =
  <T extends string>(options: readonly T[]) =>
  (text: string | null, name: string): T => {
    const found = options.find((option) => option === text);
    if (found !== undefined) return found;
    throw wrong(name, text ?? '', `one of ${options.join(', ')}`, options[0] ?? '');
  };

const url =
  (protocols: readonly string[], example: string) =>
  (text: string | null, name: string): string | null => {
    if (text === null) return null;
    const given = URL.canParse(text) ? new URL(text) : null;
    if (given !== null && protocols.includes(given.protocol)) return text;
    // Never repeats it: an address of a server may hold its password.
    throw new UsageError(
      'setting-value',
      `${name} is not an address that begins with ${protocols.join(' or ')}.`,
      `Set for example ${name}=${example}.`,
    );
  };

const list = (text: string | null): readonly string[] =>
  (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

const origins = (text: string | null, name: string): readonly string[] =>
  list(text).map((part) => {
    const given = URL.canParse(part) ? new URL(part) : null;
    if (given !== null && given.origin === part) return part;
    throw wrong(name, part, 'the origin of a page', 'https://trade.example.com');
  });

const email = (text: string | null, name: string): string => {
  if (text !== null && /^[^\s@]{1,64}@[^\s@]{1,250}$/.test(text)) return text;
  throw wrong(name, text ?? '', 'an e-mail address', 'admin@example.com');
};

const orNothing = (text: string | null): string | null => text;

/** One server, or several of one NATS cluster, separated by commas. */
const natsUrl = (text: string | null, name: string): string | null => {
  for (const one of list(text)) url(['nats:', 'tls:'], 'nats://user:password@host:4222')(one, name);
  return text;
};

/** It is part of names that others give: of connections, and of keys. */
const nodeName = (text: string | null, name: string): string | null => {
  if (text === null || /^[A-Za-z0-9][A-Za-z0-9._:-]{0,62}$/.test(text)) return text;
  throw wrong(name, text, 'a name of up to 63 letters, digits, dots, dashes and colons', 'node-1');
};

/** What a program that is alone does. */
const everyRole = ['actors', 'gateway', 'runner'] as const;
/** All actors, or those of some services. */
export type NodeRole = (typeof everyRole)[number] | ActorRole;
const nodeRoles: readonly NodeRole[] = [...everyRole, ...actorRoles];

const rolesOf = (text: string | null, name: string): readonly NodeRole[] => {
  const given = list(text);
  if (given.length === 0) throw wrong(name, '', `some of ${nodeRoles.join(', ')}`, 'actors,runner');
  return [...new Set(given.map((role) => oneOf(nodeRoles)(role, name)))];
};

/**
 * A journal that was made before there were roles for services has the actors of all of them in the same shards.
 * `known`: by shard, as the journal has it.
 */
export const refuseUnknownRoles = (own: readonly NodeRole[], known: readonly string[]): void => {
  const unknown = own.filter((role) => actorRoles.some((one) => one === role) && !known.includes(role));
  if (unknown.length > 0)
    throw new UsageError(
      'setting-value',
      `XTRADING_ROLES has ${unknown.join(', ')}, and the journal has no shards for that: it was begun before there were such roles.`,
      'Give its nodes the role actors, which has all kinds.',
    );
};

/** Whether a node of these roles has actors: all kinds, or those of a service. */
export const hasActors = (own: readonly NodeRole[]): boolean =>
  own.some((role) => role === 'actors' || actorRoles.some((known) => known === role));

/** At fewer characters a password is guessed; the gateway refuses it too. */
const passwordLengthMin = 10;

const password = (text: string | null, name: string): string | null => {
  if (text === null || text.length >= passwordLengthMin) return text;
  throw new UsageError(
    'setting-value',
    `${name} has less than ${passwordLengthMin} characters.`,
    'Leave it out, and one is made and shown once.',
  );
};

const setting = <T>(one: Setting<T>): Setting<T> => one;

export const platformSettings = {
  port: setting({
    name: 'PORT',
    help: 'Port on which the platform answers; 0: any free one',
    byDefault: '8080',
    read: wholeNumber(0, 65_535, 8080),
  }),
  host: setting({
    name: 'XTRADING_HOST',
    help: 'Address on which it listens; 0.0.0.0: reached from other machines',
    byDefault: '127.0.0.1',
    read: (text) => text ?? '',
  }),
  dataFolder: setting({
    name: 'XTRADING_DATA',
    help: 'Folder of the embedded databases, imports in progress and keys',
    byDefault: './.data',
    read: (text) => resolve(text ?? ''),
  }),
  databaseUrl: setting({
    name: 'DATABASE_URL',
    help: 'PostgreSQL server, in place of the embedded one',
    byDefault: null,
    isSecret: true,
    read: url(['postgres:', 'postgresql:'], 'postgres://user:password@host:5432/xtrading'),
  }),
  clickHouseUrl: setting({
    name: 'CLICKHOUSE_URL',
    help: 'ClickHouse server, in place of the embedded engine',
    byDefault: null,
    isSecret: true,
    read: url(['http:', 'https:'], 'http://user:password@host:8123/xtrading'),
  }),
  natsUrl: setting({
    name: 'NATS_URL',
    help: 'NATS server that links the nodes of a cluster; with it DATABASE_URL is needed, too',
    byDefault: null,
    isSecret: true,
    read: natsUrl,
  }),
  node: setting<string | null>({
    name: 'XTRADING_NODE',
    help: 'Name of this node, the same after a restart; not set: the machine’s name and the port',
    byDefault: null,
    read: nodeName,
  }),
  roles: setting<readonly NodeRole[]>({
    name: 'XTRADING_ROLES',
    help: `What this node does, separated by commas: actors (all of them, or ${actorRoles.join(', ')}), gateway, runner`,
    byDefault: everyRole.join(','),
    read: rolesOf,
  }),
  weight: setting({
    name: 'XTRADING_WEIGHT',
    help: 'Share of the actors that this node has, against those of the others',
    byDefault: '100',
    read: wholeNumber(1, 10_000, 100),
  }),
  leaseSeconds: setting({
    name: 'XTRADING_LEASE_SECONDS',
    help: 'How long a node of a cluster may be silent before others take its actors',
    byDefault: '5',
    read: wholeNumber(2, 300, 5),
  }),
  redisUrl: setting({
    name: 'REDIS_URL',
    help: 'Redis server in which nodes count requests together; not set: each counts its own',
    byDefault: null,
    isSecret: true,
    read: url(['redis:', 'rediss:'], 'redis://user:password@host:6379'),
  }),
  adminEmail: setting({
    name: 'XTRADING_ADMIN_EMAIL',
    help: 'E-mail address of the first administrator',
    byDefault: 'admin@localhost',
    read: email,
  }),
  adminPassword: setting<string | null>({
    name: 'XTRADING_ADMIN_PASSWORD',
    help: 'Password of the first administrator; not set: one is made and shown once',
    byDefault: null,
    isSecret: true,
    read: password,
  }),
  registration: setting<'open' | 'closed'>({
    name: 'XTRADING_REGISTRATION',
    help: 'open: anybody may register; closed: administrators alone make users',
    byDefault: 'open',
    read: oneOf(['open', 'closed']),
  }),
  registrationRole: setting<Role>({
    name: 'XTRADING_REGISTRATION_ROLE',
    help: `Role of those who register: ${roles.join(', ')}`,
    byDefault: 'quant',
    read: oneOf(roles),
  }),
  smtpUrl: setting({
    name: 'XTRADING_SMTP_URL',
    help: 'Mail server that takes the mail; not set: mail is written to files',
    byDefault: null,
    isSecret: true,
    read: url(['smtp:', 'smtps:'], 'smtps://user:password@mail.example.com'),
  }),
  mailFrom: setting({
    name: 'XTRADING_MAIL_FROM',
    help: 'Address from which mail is sent',
    byDefault: 'xtrading@localhost',
    read: email,
  }),
  mailFolder: setting<string | null>({
    name: 'XTRADING_MAIL_FOLDER',
    help: 'Folder for mail where no mail server is set; not set: mail in the data folder',
    byDefault: null,
    read: (text) => (text === null ? null : resolve(text)),
  }),
  runners: setting({
    name: 'XTRADING_RUNNERS',
    help: 'Backtests that run at a time, each in a process of its own',
    byDefault: String(availableParallelism()),
    read: wholeNumber(1, 1_024, 2),
  }),
  liveRunners: setting({
    name: 'XTRADING_LIVE_RUNNERS',
    help: 'Decisions of live strategies that are made at a time, in processes of their own',
    byDefault: '2',
    read: wholeNumber(1, 64, 2),
  }),
  seriesCacheMb: setting({
    name: 'XTRADING_SERIES_CACHE_MB',
    help: 'Mebibytes of the data folder for bars that backtests have read, so that they are read once; 0: none',
    byDefault: '2048',
    read: wholeNumber(0, 1_048_576, 2_048),
  }),
  sampleData: setting<'on' | 'off'>({
    name: 'XTRADING_SAMPLE_DATA',
    help: 'on: the first start brings sample symbols with history, and the example strategies',
    byDefault: 'on',
    read: oneOf(['on', 'off']),
  }),
  archiveAfterDays: setting({
    name: 'XTRADING_ARCHIVE_AFTER_DAYS',
    help: 'Age in days at which events that a snapshot replaces leave the table that is written to',
    byDefault: '30',
    // Commands are known again for a week, by clocks that may differ by a day.
    read: wholeNumber(8, 36_500, 30),
  }),
  allowedOrigins: setting({
    name: 'XTRADING_ORIGINS',
    help: 'Origins of other pages that may use it, separated by commas',
    byDefault: null,
    read: origins,
  }),
  trustedProxies: setting({
    name: 'XTRADING_TRUSTED_PROXIES',
    help: 'Addresses of proxies whose X-Forwarded-For is believed, separated by commas',
    byDefault: null,
    read: list,
  }),
  logLevel: setting<'error' | 'warn' | 'info' | 'debug'>({
    name: 'XTRADING_LOG',
    help: 'What is logged to standard error: error, warn, info or debug',
    byDefault: 'warn',
    read: oneOf(['error', 'warn', 'info', 'debug']),
  }),
  debug: setting<string | null>({
    name: 'XTRADING_DEBUG',
    help: 'Set to anything: defects are shown with their trace',
    byDefault: null,
    read: orNothing,
  }),
} as const;

type SettingKey = keyof typeof platformSettings;
export type PlatformSettings = {
  readonly [K in SettingKey]: ReturnType<(typeof platformSettings)[K]['read']>;
};

/** Reads all settings. Throws a {@link UsageError} at the first that can't be, and at one that nobody reads. */
export const readPlatformSettings = (environment: Environment): PlatformSettings => {
  refuseUnknown(environment);
  const values = Object.entries(platformSettings).map(([key, { name, byDefault, read }]) => [
    key,
    (read as Setting<unknown>['read'])(given(environment, name) ?? byDefault, name),
  ]);
  const settings = Object.fromEntries(values) as PlatformSettings; // each key read by its own reader
  refuseHalfACluster(settings);
  return settings;
};

/** Nodes have one database, and a program that is alone does everything. */
const refuseHalfACluster = ({ natsUrl: nats, databaseUrl, roles: own }: PlatformSettings): void => {
  if (nats !== null && databaseUrl === null)
    throw new UsageError(
      'setting-value',
      'NATS_URL is set, and DATABASE_URL is not: the nodes of a cluster have one PostgreSQL server.',
      'Set DATABASE_URL to that of the other nodes, or leave out NATS_URL.',
    );
  if (nats === null && everyRole.some((role) => !own.includes(role)))
    throw new UsageError(
      'setting-value',
      `XTRADING_ROLES=${own.join(',')} leaves out something that a program without a cluster has to do itself.`,
      'Set NATS_URL to that of the other nodes, or leave out XTRADING_ROLES.',
    );
};

export interface ListedSetting {
  readonly name: string;
  /** null: not set. Secrets are shown as dots. */
  readonly value: string | null;
  readonly source: 'environment' | 'default';
  readonly help: string;
}

/** What `xtrading config` shows. */
export const listPlatformSettings = (environment: Environment): readonly ListedSetting[] =>
  Object.values<Setting<unknown>>(platformSettings).map(({ name, byDefault, isSecret = false, help }) => {
    const text = given(environment, name);
    return {
      name,
      value: text === null ? byDefault : isSecret ? '••••••••' : text,
      source: text === null ? 'default' : 'environment',
      help,
    };
  });

/** An empty variable is as good as none: that is how compose files and shells leave one out. */
const given = (environment: Environment, name: string): string | null => {
  const text = environment[name];
  return text === undefined || text.trim() === '' ? null : text.trim();
};

/** Variables of the project that other commands read. */
const readElsewhere: readonly string[] = ['XTRADING_CACHE', 'XTRADING_SERVER', 'XTRADING_TOKEN'];

/** A mistyped setting would else be left out without a word. */
const refuseUnknown = (environment: Environment): void => {
  const names = [...Object.values(platformSettings).map(({ name }) => name), ...readElsewhere];
  const unknown = Object.keys(environment).find((name) => name.startsWith('XTRADING_') && !names.includes(name));
  if (unknown !== undefined)
    throw new UsageError(
      'setting-unknown',
      `There is no setting ${unknown.slice(0, 80)}.`,
      `${nearest(unknown, names)}xtrading config lists them all.`,
    );
};
