/** Actors that fail, on the whole platform, and what operators do about them with the command line. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Actor, ActorHistory, ActorState, Client, Cluster, ClusterSetting, QuarantinedActor } from '#sdk';
import { breakEvent, isQuarantineStored } from './broken-event.ts';
import { clientAt } from './client-at.ts';
import { commandsAs } from './commands-as.ts';
import { startPlatformProcess } from './platform-process.ts';
import type { PlatformProcess } from './platform-process.ts';

const email = 'admin@example.org';
const password = 'correct horse battery';

/** A first start makes databases and the terminal: seconds, or on a busy machine many. */
const startMs = 180_000;

let folder: string;
let platform: PlatformProcess;
let client: Client;

const { run, xtrading, json, firstLine } = commandsAs({ folder: () => folder, log: () => platform.log() });

const start = async (port = 0): Promise<void> => {
  platform = await startPlatformProcess({
    dataFolder: join(folder, 'data'),
    port,
    settings: { XTRADING_ADMIN_EMAIL: email, XTRADING_ADMIN_PASSWORD: password, XTRADING_SAMPLE_DATA: 'off' },
  });
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'operators-'));
  await start();
  client = clientAt(platform.address);
  await client.auth.login({ email, password });
  await xtrading(['login', '--email', email, '--server', platform.address], { input: `${password}\n` });
}, startMs);
afterAll(async () => {
  await platform?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A paper account with three events, and 1,000, 1,200 and 1,230 of cash after them. */
const newAccount = async (name: string): Promise<string> => {
  const { id } = await client.trading.openAccount({ name, initialCash: '1000' });
  await client.trading.deposit(id, '200');
  await client.trading.deposit(id, '30');
  return id;
};

/** The account reads that event anew, which it can't. */
const poison = async (id: string, seq: number): Promise<() => Promise<void>> => {
  const mend = await breakEvent(join(folder, 'data'), `account/${id}`, seq);
  expect(await client.system.stop({ kind: 'account', id })).toMatchObject({ status: 'asleep', seq: 3 });
  await expect(client.trading.account(id)).rejects.toMatchObject({ code: 'quarantined' });
  return mend;
};

describe('a poisoned actor', { timeout: startMs }, () => {
  test('survives a restart of the platform, and is retried when its cause is mended', async () => {
    const id = await newAccount('Poisoned');
    const mend = await poison(id, 2);
    await expect.poll(() => isQuarantineStored(join(folder, 'data'), `account/${id}`)).toBe(true);
    await platform.kill();
    await start(Number(new URL(platform.address).port));

    const { quarantined } = await json<{ readonly quarantined: readonly QuarantinedActor[] }>(['actor', 'list']);
    expect(quarantined).toMatchObject([{ kind: 'account', id, quarantine: { cause: 'event', seq: 2 } }]);
    const shown = await xtrading(['actor', 'show', 'account', id, '--plain']);
    expect(shown).toContain(`account ${id}  asleep`);
    expect(shown).toContain("It can't read its event 2.");
    expect(shown).toContain(`xtrading actor retry account ${id}`);

    // Retried too early, it fails again, and says so.
    const again = await run(['actor', 'retry', 'account', id, '--plain']);
    expect(again.exitCode).toBe(3);
    expect(again.stdout).toContain('It has failed again.');
    await mend();
    const retried = await json<Actor>(['actor', 'retry', 'account', id]);
    expect(retried).toMatchObject({ status: 'live', quarantine: null, seq: 3 });
    expect(await client.trading.account(id)).toMatchObject({ cash: '1230' });
    const trail = await client.calls.call('GET /api/v1/system/audit', { query: { limit: 3 } });
    expect(trail.data.map(({ action }) => action)).toEqual(['actor-retried', 'actor-retried', 'actor-stopped']);
  });

  test('goes on without what nobody can mend, if somebody says yes', async () => {
    const id = await newAccount('Torn');
    await poison(id, 3);
    const asked = await run(['actor', 'skip', 'account', id]);
    expect(asked.exitCode).toBe(2);
    expect(asked.stderr).toContain('error confirmation-needed: ');
    expect(await xtrading(['actor', 'list', 'account', '--plain'])).toContain('1 actor waits for you');
    const skipped = await xtrading(['actor', 'skip', 'account', id, '--yes', '--plain']);
    expect(skipped).toBe(`account ${id}  live  newest event 3\n`);
    // Without the last deposit.
    expect(await client.trading.account(id)).toMatchObject({ cash: '1200' });
    const none = await run(['actor', 'skip', 'account', id, '--yes']);
    expect(none.exitCode).toBe(3);
    expect(none.stderr).toContain('error not-quarantined: ');
  });
});

describe('the commands for operators', { timeout: startMs }, () => {
  test('show events and states as they were at any time, and no secrets', async () => {
    const id = await newAccount('Watched');
    const history = await json<ActorHistory>(['actor', 'history', 'account', id, '--limit', '2']);
    expect(history.data.map(({ seq, type }) => [seq, type])).toEqual([
      [2, 'Deposited'],
      [3, 'Deposited'],
    ]);
    const page = await xtrading(['actor', 'history', 'account', id, '--after', '0', '--limit', '1', '--plain']);
    expect(page).toMatch(/1 .*AccountOpened/);
    expect(page).toContain('--after 1');
    const state = await json<ActorState>(['actor', 'state', 'account', id, '--seq', '2']);
    expect(state).toMatchObject({ seq: 2, state: { cash: '1200' } });
    const late = await run(['actor', 'state', 'account', id, '--seq', '4']);
    expect(late.exitCode).toBe(3);
    expect(late.stderr).toContain('Its newest event in the journal is 3');
    const user = await xtrading(['actor', 'state', 'user', id.split('.', 1)[0] ?? '']);
    expect(JSON.parse(user)).toMatchObject({ email, passwordHash: '[hidden]' });
  });

  test('name what is not there, and what there is', async () => {
    const kind = await run(['actor', 'list', 'acount']);
    expect(kind.exitCode).toBe(3);
    expect(kind.stderr).toContain('error actor-kind-unknown: ');
    expect(kind.stderr).toContain('Did you mean "account"?');
    const actor = await run(['actor', 'show', 'account', 'nobody']);
    expect(actor.stderr).toContain('error actor-unknown: ');
  });

  test('show the messages that wait, and what became of mails', async () => {
    const shown = await xtrading(['actor', 'outbox', '--plain']);
    expect(shown).toContain('0 messages wait for an answer.');
    expect(shown).toContain('0 mails were sent by this node since its start, 0 attempts have failed, and 0 given up.');
    const none = await run(['actor', 'outbox', 'retry', 'nothing']);
    expect(none.exitCode).toBe(3);
    expect(none.stderr).toContain('error message-unknown: ');
  });

  test('show the nodes; of a program that is alone the one, which nobody can drain', async () => {
    expect(await xtrading(['cluster', 'status'])).toContain('The program is alone: no cluster.');
    const cluster = await json<Cluster>(['cluster', 'status']);
    expect(cluster).toMatchObject({ isCluster: false, unownedShards: 0, nodes: [{ isSelf: true, state: 'active' }] });
    const drained = await run(['cluster', 'drain', cluster.nodes[0]?.name ?? '']);
    expect(drained.exitCode).toBe(3);
    expect(drained.stderr).toContain('error node-alone: ');
  });

  test('say nothing to others than administrators', async () => {
    const stranger = clientAt(platform.address);
    await stranger.auth.register({ email: 'eve@example.org', password, displayName: 'Eve' });
    const { accessToken } = await stranger.auth.login({ email: 'eve@example.org', password });
    const environment = { XTRADING_SERVER: platform.address, XTRADING_TOKEN: accessToken };
    const refused = await run(['actor', 'list'], { user: 'nobody', environment });
    expect(refused.exitCode).toBe(3);
    expect(refused.stderr).toContain('error forbidden: ');
  });
});

describe('the settings of the cluster', { timeout: startMs }, () => {
  const config = (...words: readonly string[]) => ['cluster', 'config', ...words];

  test('are shown, set, unset and remembered', async () => {
    const all = await xtrading(config('get', '--plain'));
    expect(all).toMatch(/^placement\.movesPerRound +32 +default +0 /m);
    expect(all).toContain('in memory');
    const set = await xtrading(config('set', 'backtests.runningPerUserMax', '2', '--revision', '0', '--plain'));
    expect(set).toMatch(/^backtests\.runningPerUserMax = 2 {2}revision \d+ {2}by \S+ at /);
    expect(await xtrading(config('get', 'backtests.runningPerUserMax', '--quiet'))).toBe('2\n');
    await xtrading(config('unset', 'backtests.runningPerUserMax'));
    const history = await json<readonly { readonly value: string | null }[]>(
      config('history', 'backtests.runningPerUserMax'),
    );
    expect(history.map(({ value }) => value)).toEqual(['2', null]);
  });

  test('are not set to what can not be, nor over the change of somebody else', async () => {
    const wrong = await run(config('set', 'placement.movesPerRound', 'many'));
    expect(wrong.exitCode).toBe(3);
    expect(wrong.stderr).toContain('error cluster-setting-refused: placement.movesPerRound=many is not a whole number');
    expect(wrong.stderr).toContain('Set for example placement.movesPerRound=32.');
    const unknown = await run(config('get', 'no.such'));
    expect(unknown.stderr).toContain('The settings are placement.movesPerRound,');
    const late = await run(config('set', 'log.level', 'info', '--revision', '999'));
    expect(late.stderr).toContain('error cluster-setting-overtaken: ');
    const short = await run(config());
    expect(short.exitCode).toBe(2);
    expect(short.stderr).toContain('xtrading cluster config get');
  });

  test('count at once: nobody registers any more', async () => {
    await xtrading(config('set', 'registration', 'closed'));
    const late = { email: 'late@example.org', password, displayName: 'Late' };
    await expect(clientAt(platform.address).auth.register(late)).rejects.toMatchObject({ code: 'registration-closed' });
    await xtrading(config('unset', 'registration'));
  });

  test('are watched', async () => {
    let line: ClusterSetting | null = null;
    const watched = firstLine<ClusterSetting>(config('watch', '--json'), ({ name }) => name === 'log.level').then(
      (found) => {
        line = found;
      },
    );
    let place = 0;
    // Until the command has begun to watch.
    await vi.waitFor(
      async () => {
        await client.system.setConfig('log.level', { value: ['warn', 'error'][place++ % 2] ?? 'warn' });
        expect(line).not.toBeNull();
      },
      { timeout: 60_000, interval: 500 },
    );
    await watched;
    expect(line).toMatchObject({ name: 'log.level', isSet: true });
    await client.system.unsetConfig('log.level');
  });
});
