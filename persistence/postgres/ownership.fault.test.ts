/** Members of a cluster, and programs that are alone, on one database: who has which shard. */

import { Client, Query } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { shardCount, shardOf } from '#kernel';
import type { NodeFacts, Ownership } from '#kernel';
import { startPostgres } from '#test/servers';
import type { PostgresServer } from '#test/servers';
import { openPostgresJournal } from './journal.ts';
import type { PostgresJournal, PostgresJournalOptions } from './journal.ts';
import { appendOf, gapsIn, queryOn } from './testing/stored-journal.ts';

let server: PostgresServer;
let url: string;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  url = await server.database();
});

const opened: PostgresJournal[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((journal) => journal.close()));
});

const factsOf = (node: string): NodeFacts => ({
  node,
  roles: ['actors'],
  weight: 1,
  runners: 0,
  version: '1',
  address: null,
});

/** Its lease is renewed by nobody but by what it does. */
const open = async (options: Partial<PostgresJournalOptions>): Promise<PostgresJournal> => {
  const journal = await openPostgresJournal({ url, leaseMs: 60_000, ...options });
  opened.push(journal);
  return journal;
};

interface Joined {
  readonly journal: PostgresJournal;
  readonly ownership: Ownership;
}

const join = async (node: string, leaseMs = 60_000): Promise<Joined> => {
  const journal = await open({ node, leaseMs, member: factsOf(node) });
  if (journal.ownership === null) throw new Error('a member has a part in the ownership');
  return { journal, ownership: journal.ownership };
};

const all = Array.from({ length: shardCount }, (_, shard) => shard);
const shard = shardOf('one');

/** Its lease is over, as the database counts, and nobody has noticed. */
const lapse = ({ ownership }: Joined): Promise<unknown> =>
  queryOn(
    url,
    `UPDATE journal.node_lease SET lease_until = clock_timestamp() - interval '1 second'
      WHERE incarnation = '${ownership.incarnation}'`,
  );

const ownersOf = async ({ ownership }: Joined): Promise<readonly (string | null)[]> =>
  (await ownership.look(null)).owners ?? [];

describe('a member', () => {
  test('is seen by the others with what it says of itself', async () => {
    const [one, two] = [await join('one'), await join('two')];
    const { members, owners } = await one.ownership.look(null);
    expect(
      members?.map(({ node, incarnation, isLeaving, isLapsed }) => [node, incarnation, isLeaving, isLapsed]),
    ).toEqual(
      expect.arrayContaining([
        ['one', one.ownership.incarnation, false, false],
        ['two', two.ownership.incarnation, false, false],
      ]),
    );
    expect(owners).toEqual(all.map(() => null));
  });

  test('has what it has claimed, and writes there and nowhere else', async () => {
    const one = await join('one');
    expect(await one.journal.append(appendOf('one', 1))).toEqual({ type: 'fenced' });
    expect(await one.ownership.claim([shard])).toEqual([shard]);
    expect(await one.journal.append(appendOf('one', 1))).toMatchObject({ type: 'committed' });
    expect(await one.journal.append(appendOf('two', 1))).toEqual({ type: 'fenced' });
  });

  test('learns who has what only when something has changed since it looked', async () => {
    const [one, two] = [await join('one'), await join('two')];
    const seen = await two.ownership.look(null);
    expect((await two.ownership.look(seen)).owners).toBeNull();
    await one.ownership.claim([shard]);
    expect((await two.ownership.look(seen)).owners?.[shard]).toBe(one.ownership.incarnation);
  });

  test('learns who is there only when one has come or gone, or says something else of itself', async () => {
    const [one, two] = [await join('one'), await join('two')];
    let seen = await two.ownership.look(null);
    const change = async (): Promise<readonly string[] | null> => {
      seen = await two.ownership.look(seen);
      return seen.members?.map(({ node }) => node).sort() ?? null;
    };
    expect(await change()).toBeNull();
    // A renewed lease is no news.
    await one.ownership.claim([shard]);
    expect(await change()).toBeNull();
    await one.ownership.cutOff(true);
    expect(await change()).toEqual(['one', 'two']);
    expect(await change()).toBeNull();
    const three = await join('three');
    expect(await change()).toEqual(['one', 'three', 'two']);
    await lapse(three);
    await change();
    expect(seen.members?.find(({ node }) => node === 'three')?.isLapsed).toBe(true);
    expect(await change()).toBeNull();
    await three.journal.close();
    opened.splice(opened.indexOf(three.journal), 1);
    expect(await change()).toEqual(['one', 'two']);
  });

  test('leaves when it, or somebody else, says so, and comes back', async () => {
    const [one, two] = [await join('one'), await join('two')];
    const isLeaving = async (): Promise<boolean | undefined> =>
      (await one.ownership.look(null)).members?.find(({ node }) => node === 'one')?.isLeaving;
    await one.ownership.leave(true);
    expect(await isLeaving()).toBe(true);
    await two.ownership.leave(false, one.ownership.incarnation);
    expect(await isLeaving()).toBe(false);
  });
});

describe('of two who claim the same', () => {
  test('each has what it came to first, and both know it', async () => {
    const [one, two] = [await join('one'), await join('two')];
    const [ofOne, ofTwo] = await Promise.all([one.ownership.claim(all), two.ownership.claim(all)]);
    expect([ofOne.length, ofTwo.length].sort((a, b) => a - b)).toEqual([0, shardCount]);
    const owners = await ownersOf(one);
    const winner = ofOne.length > 0 ? one : two;
    expect(owners).toEqual(all.map(() => winner.ownership.incarnation));
  });

  test('in parts, at the same time, no shard has two owners and none is left', async () => {
    const nodes = await Promise.all(['one', 'two', 'three'].map((node) => join(node)));
    const claimed = await Promise.all(
      nodes.flatMap(({ ownership }) =>
        [0, 1, 2, 3].map((part) => ownership.claim(all.filter((one) => one % 4 === part))),
      ),
    );
    expect(claimed.flat().sort((a, b) => a - b)).toEqual(all);
  });
});

describe('a shard that is given back', () => {
  test('is for the next one to claim, and its former owner writes nothing more', async () => {
    const [one, two] = [await join('one'), await join('two')];
    await one.ownership.claim(all);
    await one.journal.append(appendOf('one', 1));
    await one.ownership.release([shard]);
    expect((await ownersOf(two))[shard]).toBeNull();
    expect(await two.ownership.claim([shard])).toEqual([shard]);
    expect(await two.journal.append(appendOf('one', 2))).toMatchObject({ type: 'committed' });
    expect(await one.journal.append(appendOf('one', 3))).toEqual({ type: 'fenced' });
    expect(await gapsIn(url)).toEqual([]);
  });

  test('leaves its former owner sure of the others', async () => {
    const [one, two] = [await join('one'), await join('two')];
    await one.ownership.claim(all);
    await one.ownership.release([shard]);
    await two.ownership.claim([shard]);
    // Of another shard.
    expect(await one.journal.append(appendOf('two', 1))).toMatchObject({ type: 'committed' });
    expect(one.journal.mayAnswer()).toBe(true);
  });

  test('is not written to while it is being given back', async () => {
    const one = await join('one');
    await one.ownership.claim(all);
    const given = one.ownership.release([shard]);
    expect(await one.journal.append(appendOf('one', 1))).toEqual({ type: 'fenced' });
    await given;
  });
});

describe('a node whose lease is over', () => {
  test('loses everything with the first claim of another, and is told so', async () => {
    const [one, two] = [await join('one'), await join('two')];
    await one.ownership.claim(all);
    await one.journal.append(appendOf('one', 1));
    await lapse(one);
    expect((await two.ownership.look(null)).members?.find(({ node }) => node === 'one')?.isLapsed).toBe(true);
    expect(await two.ownership.claim([shard])).toEqual([shard]);
    expect(await one.journal.append(appendOf('one', 2))).toEqual({ type: 'fenced' });
    expect(one.journal.mayAnswer()).toBe(false);
    expect(await one.ownership.claim(all)).toEqual([]);
    expect((await two.ownership.look(null)).members?.map(({ node }) => node)).toEqual(['two']);
    const started = Promise.withResolvers<void>();
    const [renewal] = one.journal.services;
    const signal = new AbortController().signal;
    await expect(renewal?.run({ signal, started: () => started.resolve() })).rejects.toMatchObject({
      code: 'lease-lost',
    });
  });

  test('goes on as before where nobody has claimed anything', async () => {
    const [one, two] = [await join('one'), await join('two')];
    await one.ownership.claim(all);
    await lapse(one);
    const ending = new AbortController();
    const started = Promise.withResolvers<void>();
    const [renewal] = one.journal.services;
    const run = renewal?.run({ signal: ending.signal, started: () => started.resolve() });
    await started.promise;
    expect(await two.ownership.claim(all)).toEqual([]);
    expect(await one.journal.append(appendOf('one', 1))).toMatchObject({ type: 'committed' });
    ending.abort();
    await run;
  });

  test('is certain again as soon as it can look who is there', async () => {
    const one = await join('one', 300);
    await one.ownership.claim(all);
    while (one.journal.mayAnswer()) await new Promise(setImmediate);
    await one.ownership.look(null);
    expect(one.journal.mayAnswer()).toBe(true);
  });

  test('keeps nothing by an append that hangs', async () => {
    const [one, two] = [await join('one'), await join('two')];
    await one.ownership.claim(all);
    // As its own connections do: frozen between the fence and the end of its rows.
    const hung = new Client({
      connectionString: url,
      application_name: `xtrading journal ${one.ownership.incarnation} 1`,
    });
    hung.on('error', () => {});
    await hung.connect();
    const { version } = await one.ownership.look(null);
    await hung.query('BEGIN');
    await hung.query(`SELECT journal.fence(${version})`);
    hung.query(new Query('COPY journal.event FROM STDIN (FORMAT binary)', () => {}));
    await lapse(one);
    expect(await two.ownership.claim([shard])).toEqual([shard]);
  });

  test('and another one that lives and hangs keeps its connections', async () => {
    const [one, two, three] = [await join('one'), await join('two'), await join('three')];
    await one.ownership.claim(all.slice(0, 512));
    await two.ownership.claim(all.slice(512));
    const busy = new Client({
      connectionString: url,
      application_name: `xtrading journal ${two.ownership.incarnation} 1`,
    });
    await busy.connect();
    const { version } = await two.ownership.look(null);
    await busy.query('BEGIN');
    await busy.query(`SELECT journal.fence(${version})`);
    await lapse(one);
    // It takes longer than anybody waits for: nothing is claimed now, and nobody is hurt.
    expect(await three.ownership.claim(all)).toEqual([]);
    await busy.query('COMMIT');
    await busy.end();
    expect((await three.ownership.claim(all)).length).toBe(512);
  });
});

describe('a program that is alone', () => {
  test('is not let in while members have shards and live', async () => {
    const one = await join('one');
    await one.ownership.claim([shard]);
    const renewing = setInterval(() => void one.ownership.look(null), 100);
    await expect(openPostgresJournal({ url, leaseMs: 500 })).rejects.toMatchObject({ code: 'journal-in-use' });
    clearInterval(renewing);
    expect(await one.journal.append(appendOf('one', 1))).toMatchObject({ type: 'committed' });
  });

  test('takes everything when the last of them has left', async () => {
    const one = await join('one');
    await one.ownership.claim(all);
    await one.journal.append(appendOf('one', 1));
    await one.journal.close();
    opened.splice(0);
    const alone = await open({ leaseMs: 500 });
    expect(alone.ownership).toBeNull();
    expect(await alone.append(appendOf('one', 2))).toMatchObject({ type: 'committed' });
  });

  test('is waited for by members until its lease is over', async () => {
    await open({ leaseMs: 1_500 });
    const began = performance.now();
    const one = await join('one');
    expect(performance.now() - began).toBeGreaterThan(1_000);
    expect((await one.ownership.claim(all)).length).toBe(shardCount);
  });
});
