/** Ten thousand backtests of two users on two nodes: who has few does not wait for who has many. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BatchView } from '#actors';
import { dayMs, generatePrices } from '#domain';
import { csvOfBars } from '#persistence/files';
import { startNats, startPostgres } from '#test/servers';
import type { NatsServer, PostgresServer } from '#test/servers';
import { startPlatformProcess } from '../platform-process.ts';
import type { PlatformProcess } from '../platform-process.ts';
import { callNode } from '../call-node.ts';

const password = 'correct horse battery';
const symbol = 'FAIR';
const bars = 500;
/** 90 × 100 and 10 × 100 combinations. */
const manyGrid = { fast: '2..91:1', slow: '101..200:1' };
const fewGrid = { fast: '2..11:1', slow: '101..200:1' };
const many = 9_000;
const few = 1_000;
/** The last turns of a batch are ever smaller: what is compared ends before. */
const compared = 900;
/** How often the two are looked at, in milliseconds. */
const lookMs = 50;
/** Who is first in a queue would have all, and who has nine times as many nine tenths. */
const halfRoughly = { least: 0.3, most: 0.7 };
/** Within a third of it some turns are much larger than others: a slot that stays with a user takes more at a time. */
const halfOfPart = { least: 0.15, most: 0.85 };

/**
 * What is shared is the time of slots, in turns of up to a second: with runs this long, some tenths of a
 * millisecond, a turn is some dozens of them, and so the runs that are done tell of it.
 */
const source = `import { crossOver, crossUnder, defineStrategy, int } from 'xtrading/strategy';
export default defineStrategy({
  name: 'cross',
  params: { fast: int(10, { min: 2, max: 100 }), slow: int(120, { min: 101, max: 300 }) },
  init: ({ bars, ta }, p) => ({ fast: ta.sma(bars.main.close, p.fast), slow: ta.sma(bars.main.close, p.slow) }),
  onBar(ctx, { fast, slow }) {
    let work = 0;
    for (let i = 0; i < 150; i++) work = (work * 31 + i) % 1_000_003;
    if (work >= 0 && crossOver(fast, slow)) ctx.targetPercent('main', 0.9);
    else if (crossUnder(fast, slow)) ctx.close('main');
  },
});
`;

let postgres: PostgresServer;
let nats: NatsServer;
let folder: string;
let nodes: readonly PlatformProcess[] = [];

interface Person {
  readonly node: PlatformProcess;
  readonly token: string;
  readonly strategyId: string;
}

const call = <T>(
  { node, token }: Pick<Person, 'node'> & Partial<Person>,
  method: string,
  path: string,
  body?: unknown,
  prefer?: string,
): Promise<T> => callNode({ address: node.address, token }, method, path, body, prefer);

const logIn = async (node: PlatformProcess, email: string): Promise<Pick<Person, 'node' | 'token'>> => {
  const { accessToken } = await call<{ readonly accessToken: string }>({ node }, 'POST', 'auth/login', {
    email,
    password,
  });
  return { node, token: accessToken };
};

/** Each at a node of their own. */
const arrive = async (node: PlatformProcess, email: string): Promise<Person> => {
  await call({ node }, 'POST', 'auth/register', { email, password, displayName: email });
  const person = await logIn(node, email);
  const { id } = await call<{ readonly id: string }>(person, 'POST', 'strategies', { name: 'cross', source });
  return { ...person, strategyId: id };
};

const submit = ({ strategyId, ...person }: Person, grid: Readonly<Record<string, string>>): Promise<BatchView> =>
  call(person, 'POST', 'backtests', {
    strategyId,
    symbols: [symbol],
    interval: '1d',
    config: { cash: 1_000_000 },
    batch: { type: 'grid', grid },
  });

/** Of all members, once each. */
const ranked = async (person: Person, id: string): Promise<readonly number[]> => {
  const found: number[] = [];
  for (let cursor = ''; ;) {
    const page: { readonly data: readonly { readonly index: number }[]; readonly nextCursor: string | null } =
      await call(person, 'GET', `backtests/${id}/ranking?limit=1000${cursor}`);
    found.push(...page.data.map(({ index }) => index));
    if (page.nextCursor === null) return found.toSorted((a, b) => a - b);
    cursor = `&cursor=${page.nextCursor}`;
  }
};

interface Look {
  readonly large: number;
  readonly small: number;
}

/** Of what is done from the first look to the last, the part of who has few. */
const expectShare = (looks: readonly Look[], { least, most }: { readonly least: number; readonly most: number }) => {
  const [from, to] = [looks[0], looks.at(-1)];
  if (from === undefined || to === undefined) throw new Error('There was nothing to be seen.');
  const share = (to.small - from.small) / (to.small - from.small + to.large - from.large);
  const seen = `from ${JSON.stringify(from)} to ${JSON.stringify(to)}`;
  expect(share, seen).toBeGreaterThan(least);
  expect(share, seen).toBeLessThan(most);
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xtrading-fairness-'));
  [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
  const databaseUrl = await postgres.database();
  // Three slots: more than users, so that they have to take turns at the third.
  const runners = { a: 2, b: 1 };
  nodes = await Promise.all(
    Object.entries(runners).map(([name, slots]) =>
      startPlatformProcess({
        dataFolder: join(folder, name),
        settings: {
          NATS_URL: nats.url,
          DATABASE_URL: databaseUrl,
          XTRADING_NODE: name,
          XTRADING_SAMPLE_DATA: 'off',
          XTRADING_RUNNERS: String(slots),
          XTRADING_ADMIN_PASSWORD: password,
        },
      }),
    ),
  );
}, 120_000);

afterAll(async () => {
  await Promise.all(nodes.map((one) => one.stop()));
  await nats.stop();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

test('of two users with 9,000 and 1,000 backtests each gets half of what is done while both wait', async () => {
  const [a, b] = nodes;
  if (a === undefined || b === undefined) throw new Error('two nodes were started');
  const admin = await logIn(a, 'admin@localhost');
  await call(admin, 'PUT', `data/symbols/${symbol}`, { tick: '0.01', lot: '0.01', feed: null });
  const timeframe = { ms: dayMs, unit: 'day', count: 1 } as const;
  const start = Date.UTC(2015, 0, 1);
  const [made] = generatePrices({ seed: 'fair', market: 'crypto', timeframe, start, bars, symbols: [{ symbol }] });
  if (made === undefined) throw new Error('one symbol was asked for');
  const csv = [...csvOfBars(made.bars)].join('');
  const imported = await call(admin, 'POST', `data/batch-import?symbol=${symbol}&interval=1d`, csv, 'wait=30');
  expect(imported).toMatchObject({ status: 'completed', rows: bars });
  const [first, second] = [await arrive(a, 'first@example.com'), await arrive(b, 'second@example.com')];

  const large = await submit(first, manyGrid);
  const small = await submit(second, fewGrid);
  const looks: Look[] = [];
  for (;;) {
    const [one, two] = await Promise.all([
      call<BatchView>(first, 'GET', `backtests/${large.id}`),
      call<BatchView>(second, 'GET', `backtests/${small.id}`),
    ]);
    looks.push({ large: one.done, small: two.done });
    if (![one, two].some(({ status }) => status === 'queued' || status === 'running')) {
      expect(one).toMatchObject({ status: 'completed', done: many, failed: 0, excluded: 0 });
      expect(two).toMatchObject({ status: 'completed', done: few, failed: 0, excluded: 0 });
      break;
    }
    await delay(lookMs);
  }

  // From when the second one has begun; what the slots had begun with before is not shared.
  const both = looks.filter((look) => look.small > 0 && look.small <= compared);
  expect(both.every((look) => look.large < many)).toBe(true);
  expectShare(both, halfRoughly);
  for (const part of [0, 1, 2])
    expectShare(
      both.filter((look) => look.small >= (part * compared) / 3 && look.small <= ((part + 1) * compared) / 3),
      halfOfPart,
    );
  // Each of them once.
  expect(await ranked(first, large.id)).toEqual(Array.from({ length: many }, (_, index) => index));
  expect(await ranked(second, small.id)).toEqual(Array.from({ length: few }, (_, index) => index));
}, 300_000);
