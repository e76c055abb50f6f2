import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { userKind } from '#actors';
import type { ActorAddress, AnyKind, StoredEvent, UserCommand } from '#actors';
import { hidden, shownCharactersMax } from '../redaction.ts';
import { historyCharactersMax, stateTimeoutMs } from '../limits.ts';
import { password, startTestGateway } from '../testing/test-gateway.ts';
import type { LoggedInUser, TestGateway } from '../testing/test-gateway.ts';

type VaultCommand =
  | { readonly type: 'Put'; readonly amount: number; readonly pin: string | null; readonly note?: string }
  | { readonly type: 'Read' }
  | { readonly type: 'Break'; readonly pin: string };
type VaultEvent = Extract<VaultCommand, { readonly type: 'Put' }>;

/** An actor with a secret, that fails on some commands. */
const vault = {
  name: 'vault',
  durability: 'journal',
  initialState: () => ({ sum: 0, pin: null }),
  decide: {
    Put: (event: VaultEvent) => ({ events: [event], reply: null }),
    Read: (_: unknown, { sum }: { readonly sum: number }) => ({ reply: sum }),
    Break: () => {
      throw new Error('The lock is stuck.');
    },
  },
  evolve: (state: { readonly sum: number }, { amount, pin, note }: VaultEvent) => ({
    sum: state.sum + amount,
    pin,
    ...(note === undefined ? {} : { note }),
  }),
  secrets: ['pin'],
} as const satisfies AnyKind;

/** The same without a journal, and another one that nobody else uses. */
const drawer = { ...vault, name: 'drawer', durability: 'volatile' } as const satisfies AnyKind;
const shelf = { ...vault, name: 'shelf' } as const satisfies AnyKind;

let gateway: TestGateway;
let admin: LoggedInUser;
/** Of an actor that no other test has. */
let a = '';
let actors = 0;

beforeAll(async () => {
  gateway = await startTestGateway({ kinds: [vault, drawer, shelf] });
  admin = await gateway.userWith('admin');
});
afterAll(async () => await gateway.stop());
beforeEach(() => {
  actors++;
  a = `a${actors}`;
});
afterEach(async () => {
  const { operator } = gateway.system;
  for (const { address } of await operator.quarantines(null, 100)) await operator.skip(address);
});

const get = async (path: string, headers: Record<string, string> = admin.headers) =>
  await gateway.call('GET', `/system/${path}`, { headers });
const post = async (path: string, headers: Record<string, string> = admin.headers) =>
  await gateway.call('POST', `/system/actors/${path}`, { headers });

/** The kinds of this test take what they are told. */
const ask = async (kind: AnyKind, id: string, command: VaultCommand, commandId?: string) =>
  await gateway.system.ask(kind, id, command as never, commandId === undefined ? {} : { commandId });
const put = async (id: string, amount: number, more: { readonly pin?: string; readonly note?: string } = {}) =>
  await ask(vault, id, { type: 'Put', amount, pin: null, ...more });
const poison = async (kind: AnyKind, id: string, commandId = 'c'): Promise<void> => {
  const failing = ask(kind, id, { type: 'Break', pin: '1234' }, commandId);
  await expect(failing).rejects.toMatchObject({ code: 'quarantined' });
};

/** Makes one of the stored events unreadable, and has the actor read it; `mend` undoes it. */
const breakEvent = async (address: ActorAddress, seq: number, payload = '{"pin":"9876",'): Promise<() => void> => {
  const events = gateway.journal.eventsOf(address) as StoredEvent[]; // those that the journal has itself
  const before = events[seq - 1];
  if (before === undefined) throw new Error(`There is no event ${seq}.`);
  events[seq - 1] = { ...before, payload };
  await gateway.system.operator.stop(address);
  return () => {
    events[seq - 1] = before;
  };
};

const operations = async (id: string): Promise<readonly object[]> => {
  const { data } = (await get('audit?limit=1000&sort=asc')).json<{ data: { actor?: ActorAddress }[] }>();
  return data.filter(({ actor }) => actor?.id === id);
};

describe('an operator', () => {
  test('sees the actors of a kind, the busiest first, and those that are quarantined', async () => {
    for (const id of ['a', 'b']) await ask(shelf, id, { type: 'Put', amount: 1, pin: null });
    await poison(shelf, 'broken');
    const answer = (await get('actors/shelf')).json<{ data: { id: string; status: string }[] }>();
    expect(answer).toMatchObject({
      kind: 'shelf',
      durability: 'journal',
      quarantined: [{ kind: 'shelf', id: 'broken', quarantine: { reason: 'The lock is stuck.' } }],
    });
    expect(answer.data.map(({ id, status }) => [id, status])).toEqual([
      ['broken', 'quarantined'],
      ['a', 'live'],
      ['b', 'live'],
    ]);
    expect((await get('actors/shelf?limit=1')).json()).toMatchObject({ data: [{ id: 'broken' }] });
    expect((await get('actors/user')).json()).toMatchObject({ data: [{ id: admin.id }], quarantined: [] });
  });

  test('sees one actor: its mailbox, its failures, why it is left alone', async () => {
    await put(a, 1, { pin: '9876' });
    expect((await get(`actors/vault/${a}`)).json()).toEqual({
      kind: 'vault',
      id: a,
      durability: 'journal',
      status: 'live',
      mailboxMessages: 0,
      mailboxBytes: 0,
      uncommittedWrites: 0,
      seq: 1,
      stateSize: '{"sum":1,"pin":"9876"}'.length,
      restarts: 0,
      lastFailure: null,
      lastTurnAt: expect.stringMatching(/Z$/),
      quarantine: null,
    });
    await poison(vault, a);
    const failed = await get(`actors/vault/${a}`);
    expect(failed.json()).toMatchObject({
      status: 'quarantined',
      restarts: 3,
      lastFailure: { message: 'The lock is stuck.', at: expect.stringMatching(/Z$/) },
      quarantine: {
        cause: 'command',
        reason: 'The lock is stuck.',
        detail: expect.stringContaining('actors.test.ts'),
        seq: null,
        command: { id: 'c', type: 'Break', payload: { type: 'Break', pin: hidden } },
      },
    });
    expect(failed.body).not.toContain('1234');
  });

  test('pages through all that is quarantined, of every kind', async () => {
    for (const id of ['x', 'y', 'z']) await poison(vault, id);
    await poison(drawer, 'd');
    const seen: string[] = [];
    let cursor: string | null = '';
    for (let pages = 0; cursor !== null; pages++) {
      expect(pages).toBeLessThan(3);
      const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page = (await get(`quarantine?limit=2${query}`)).json<{
        data: { kind: string; id: string }[];
        nextCursor: string | null;
      }>();
      seen.push(...page.data.map(({ kind, id }) => `${kind}/${id}`));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(['drawer/d', 'vault/x', 'vault/y', 'vault/z']);
    expect((await get('quarantine?cursor=made.up')).json()).toMatchObject({ status: 400, code: 'cursor-invalid' });
  });

  test('is alarmed by what nobody has asked for since the start, too', async () => {
    const count = async (): Promise<string | undefined> =>
      /^actors_quarantined\{kind="vault"\} (\d+)$/m.exec((await gateway.app.inject('/metrics')).body)?.[1];
    expect(await count()).toBe('0');
    await put(a, 1);
    const record = { cause: 'restarts', reason: 'x', detail: 'x', at: 0, command: null, seq: null } as const;
    await gateway.journal.quarantine({ kind: 'vault', id: 'sleeper' }, record);
    expect(await count()).toBe('1');
    gateway.journal.isAway = true;
    expect(await count()).toBe('1');
    gateway.journal.isAway = false;
  });

  test('reads the events of an actor page by page', async () => {
    for (let amount = 1; amount <= 60; amount++) await put(a, amount, { pin: '9876' });
    const first = (await get(`actors/vault/${a}/history`)).json<{ data: object[]; nextAfter: number }>();
    expect(first.nextAfter).toBe(50);
    expect(first.data).toHaveLength(50);
    expect(first.data[1]).toEqual({
      seq: 2,
      at: expect.stringMatching(/Z$/),
      type: 'Put',
      version: 1,
      payload: { type: 'Put', amount: 2, pin: hidden },
    });
    const rest = (await get(`actors/vault/${a}/history?after=50&limit=10`)).json();
    expect(rest).toMatchObject({ data: { length: 10 }, nextAfter: null });
    expect((await get(`actors/vault/${a}/history?after=60`)).json()).toEqual({ data: [], nextAfter: null });
    expect((await get(`actors/vault/${a}/history?limit=201`)).json()).toMatchObject({ code: 'request-invalid' });
  });

  test('gets fewer large events in a page', async () => {
    const note = 'x'.repeat(historyCharactersMax / 2 - 100);
    for (const id of [1, 2, 3]) await put(a, id, { note });
    const page = (await get(`actors/vault/${a}/history`)).json<{ data: { seq: number }[]; nextAfter: number | null }>();
    expect(page.data.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(page.nextAfter).toBe(2);
  });

  test('travels to the state after any event, and finds none after the last', async () => {
    for (const amount of [1, 2, 4]) await put(a, amount, { pin: '9876' });
    const state = async (query: string) => (await get(`actors/vault/${a}/state${query}`)).json<object>();
    expect(await state('')).toEqual({ seq: 3, state: { sum: 7, pin: hidden } });
    expect(await state('?seq=2')).toEqual({ seq: 2, state: { sum: 3, pin: hidden } });
    expect(await state('?seq=0')).toEqual({ seq: 0, state: { sum: 0, pin: null } });
    expect(await state('?seq=4')).toMatchObject({
      status: 400,
      code: 'request-invalid',
      errors: [{ pointer: 'seq', remedy: expect.stringContaining('3') }],
    });
    expect(await state('?seq=-1')).toMatchObject({ status: 400, code: 'request-invalid' });
    expect(await state('?seq=x')).toMatchObject({ status: 400, code: 'request-invalid' });
    expect(await state('?seq=1e30')).toMatchObject({ status: 400, code: 'request-invalid' });
    expect((await get(`actors/vault/${a}/history?after=1e30`)).json()).toMatchObject({ code: 'request-invalid' });
  });

  test('sees of an actor without a journal what it has in memory', async () => {
    await ask(drawer, a, { type: 'Put', amount: 3, pin: '9876' });
    expect((await get(`actors/drawer/${a}/state`)).json()).toMatchObject({ state: { sum: 3, pin: hidden } });
    expect((await get(`actors/drawer/${a}/state?seq=1`)).json()).toMatchObject({ code: 'request-invalid' });
    expect((await get(`actors/drawer/${a}/history`)).json()).toEqual({ data: [], nextAfter: null });
    expect((await post(`drawer/${a}/stop`)).json()).toMatchObject({ status: 'gone' });
    expect((await get(`actors/drawer/${a}`)).json()).toMatchObject({ status: 404, code: 'actor-unknown' });
  });

  test('is told which event makes no state, and sees the states before it', async () => {
    for (const amount of [1, 2, 4]) await put(a, amount);
    await breakEvent({ kind: 'vault', id: a }, 2);
    expect((await get(`actors/vault/${a}/state`)).json()).toMatchObject({
      status: 422,
      code: 'state-unreadable',
      detail: expect.stringMatching(/^Event 2: /),
      errors: [{ remedy: expect.stringContaining('seq=1') }],
    });
    expect((await get(`actors/vault/${a}/state?seq=1`)).json()).toMatchObject({ state: { sum: 1 } });
    const history = (await get(`actors/vault/${a}/history`)).json();
    // With secrets in it, a text that is no JSON can't be told apart.
    expect(history).toMatchObject({ data: [{}, { seq: 2, payload: hidden }, { seq: 3 }] });
  });

  test('lets an actor try again, and hears at once whether it has failed again', async () => {
    for (const amount of [1, 2, 4]) await put(a, amount);
    const mend = await breakEvent({ kind: 'vault', id: a }, 2);
    expect((await post(`vault/${a}/stop`)).json()).toMatchObject({ status: 'asleep' });
    await expect(ask(vault, a, { type: 'Read' })).rejects.toMatchObject({
      code: 'quarantined',
    });
    const again = (await post(`vault/${a}/retry`)).json();
    expect(again).toMatchObject({ status: 'quarantined', quarantine: { cause: 'event', seq: 2 } });
    mend();
    expect((await post(`vault/${a}/retry`)).json()).toMatchObject({ status: 'live', seq: 3, quarantine: null });
    expect((await post(`vault/${a}/retry`)).json()).toMatchObject({ status: 409, code: 'not-quarantined' });
    expect((await post(`vault/${a}/skip`)).json()).toMatchObject({ status: 409, code: 'not-quarantined' });
  });

  test('has a command skipped, once for each key', async () => {
    await put(a, 1);
    await poison(vault, a);
    const headers = { ...admin.headers, 'idempotency-key': 'k' };
    const skipped = await post(`vault/${a}/skip`, headers);
    expect(skipped.json()).toMatchObject({ status: 'live', quarantine: null });
    const again = await ask(vault, a, { type: 'Break', pin: '1' }, 'c');
    expect(again).toMatchObject({ type: 'refused', refusal: { code: 'command-skipped' } });
    expect((await post(`vault/${a}/skip`, headers)).body).toBe(skipped.body);
  });

  test('has an event skipped', async () => {
    for (const amount of [1, 2, 4]) await put(a, amount);
    await breakEvent({ kind: 'vault', id: a }, 2);
    await expect(ask(vault, a, { type: 'Read' })).rejects.toMatchObject({ code: 'quarantined' });
    expect((await post(`vault/${a}/skip`)).json()).toMatchObject({ status: 'live', seq: 3 });
    expect((await get(`actors/vault/${a}/state`)).json()).toMatchObject({ state: { sum: 5 } });
  });

  test('leaves a trace of all that he does, and of nothing else', async () => {
    await put(a, 1);
    await poison(vault, a);
    await post(`vault/${a}/retry`);
    await post(`vault/${a}/retry`);
    await poison(vault, a, 'd');
    await post(`vault/${a}/skip`);
    await post(`vault/${a}/stop`);
    await post('vault/nobody/stop');
    const of = { by: admin.id, userId: admin.id, actor: { kind: 'vault', id: a } };
    const quarantine = { cause: 'command', reason: 'The lock is stuck.', command: 'Break', seq: null };
    expect(await operations(a)).toMatchObject([
      { ...of, action: 'actor-retried', quarantine: { ...quarantine, commandId: 'c' } },
      { ...of, action: 'actor-skipped', quarantine: { ...quarantine, commandId: 'd' } },
      { ...of, action: 'actor-stopped', quarantine: null },
    ]);
    const users = (await get(`audit?userId=${admin.id}&action=registered`)).json();
    expect(users).toMatchObject({ data: [{ action: 'registered', by: admin.id }] });
  });

  test('does nothing that can not be recorded', async () => {
    await put(a, 1);
    await poison(vault, a);
    gateway.journal.failNextAppend(new Error('away'));
    expect((await post(`vault/${a}/retry`)).json()).toMatchObject({ code: 'outcome-unknown' });
    expect((await get(`actors/vault/${a}`)).json()).toMatchObject({ status: 'quarantined' });
  });

  test('can set right the user that he is himself', async () => {
    const mend = await breakEvent({ kind: 'user', id: admin.id }, 1);
    const asked = gateway.system.ask(userKind, admin.id, { type: 'GetUser' });
    await expect(asked).rejects.toMatchObject({ code: 'quarantined' });
    mend();
    expect((await get(`actors/user/${admin.id}`)).json()).toMatchObject({ status: 'quarantined' });
    expect((await post(`user/${admin.id}/retry`)).json()).toMatchObject({ status: 'live' });
    expect(await operations(admin.id)).toMatchObject([{ action: 'actor-retried', actor: { kind: 'user' } }]);
  });
});

describe('what is asked for', () => {
  test('of a kind or an actor that is not there is not found', async () => {
    await put(a, 1);
    for (const path of ['', '/a', '/a/history', '/a/state']) {
      expect((await get(`actors/nothing${path}`)).json(), path).toMatchObject({
        status: 404,
        code: 'actor-kind-unknown',
      });
      expect((await get(`actors/constructor${path}`)).json(), path).toMatchObject({ code: 'actor-kind-unknown' });
    }
    for (const path of ['', '/history', '/state', '/state?seq=1'])
      expect((await get(`actors/vault/nobody${path}`)).json(), path).toMatchObject({
        status: 404,
        code: 'actor-unknown',
      });
    for (const action of ['retry', 'skip', 'stop']) {
      expect((await post(`vault/nobody/${action}`)).json(), action).toMatchObject({
        status: 404,
        code: 'actor-unknown',
      });
      expect((await post(`nothing/a/${action}`)).json(), action).toMatchObject({ code: 'actor-kind-unknown' });
    }
    // Nobody was brought into memory by looking.
    expect((await get('actors/vault?limit=500')).body).not.toContain('nobody');
  });

  test('has a form', async () => {
    for (const path of [
      'actors/vault/%00',
      'actors/vault/a%0Ab',
      `actors/vault/${'x'.repeat(201)}`,
      'actors/vault/%FF',
    ])
      expect([400, 404], path).toContain((await get(path)).statusCode);
  });

  test('by others than administrators is forbidden', async () => {
    const quant = await gateway.userWith('quant', 'quinn');
    await put(a, 1);
    for (const path of [
      'quarantine',
      'audit',
      'actors/vault',
      `actors/vault/${a}`,
      `actors/vault/${a}/history`,
      `actors/vault/${a}/state`,
    ])
      expect((await get(path, quant.headers)).json(), path).toMatchObject({ status: 403, code: 'forbidden' });
    for (const action of ['retry', 'skip', 'stop'])
      expect((await post(`vault/${a}/${action}`, quant.headers)).json()).toMatchObject({ code: 'forbidden' });
  });
});

describe('a state that costs much', () => {
  /** Reads of the journal beyond the first page wait until they are let go. */
  const slowJournal = () => {
    const { promise: hasBegun, resolve: begun } = Promise.withResolvers<void>();
    const { promise: go, resolve: letGo } = Promise.withResolvers<void>();
    const read = gateway.journal.read.bind(gateway.journal);
    let reads = 0;
    gateway.journal.read = async (...given) => {
      reads++;
      begun();
      await go;
      return await read(...given);
    };
    return { hasBegun, letGo, reads: () => reads };
  };

  const longLife = async (id: string): Promise<void> => {
    await Promise.all(Array.from({ length: 1_000 }, () => put(id, 1)));
    await Promise.all(Array.from({ length: 1_000 }, () => put(id, 1)));
    await put(id, 1);
  };

  test('is made once at a time for each user', async () => {
    await longLife(a);
    const other = await gateway.userWith('admin', 'grace');
    const journal = slowJournal();
    const first = get(`actors/vault/${a}/state?seq=1500`);
    await journal.hasBegun;
    const second = await get(`actors/vault/${a}/state?seq=1500`);
    expect(second.json()).toMatchObject({ status: 503, code: 'busy' });
    expect(second.headers['retry-after']).toBe('1');
    expect((await get(`actors/vault/${a}/state?seq=10`, other.headers)).json()).toMatchObject({ state: { sum: 10 } });
    journal.letGo();
    expect((await first).json()).toMatchObject({ seq: 1_500, state: { sum: 1_500 } });
    expect((await get(`actors/vault/${a}/state?seq=1500`)).statusCode).toBe(200);
  });

  test('is given up when it takes too long', async () => {
    await longLife(a);
    const journal = slowJournal();
    const asked = get(`actors/vault/${a}/state?seq=2001`);
    await journal.hasBegun;
    gateway.clock.advance(stateTimeoutMs);
    journal.letGo();
    expect((await asked).json()).toMatchObject({
      status: 422,
      code: 'state-too-long',
      errors: [{ remedy: expect.any(String) }],
    });
    expect(journal.reads()).toBe(1);
  });

  test('is given up when nobody waits any more', async () => {
    await longLife(a);
    const journal = slowJournal();
    await gateway.app.listen({ host: '127.0.0.1', port: 0 });
    const address = gateway.app.server.address();
    if (address === null || typeof address === 'string') throw new Error('the gateway listens on a port');
    const caller = new AbortController();
    const { promise: hasLeft, resolve: left } = Promise.withResolvers<void>();
    gateway.app.server.on('connection', (socket) => socket.once('close', () => left()));
    const asked = fetch(`http://127.0.0.1:${address.port}/api/v1/system/actors/vault/${a}/state?seq=2001`, {
      headers: admin.headers,
      signal: caller.signal,
    });
    await journal.hasBegun;
    caller.abort();
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    await hasLeft;
    journal.letGo();
    // The next one has its turn when the one that was given up has ended.
    await expect.poll(async () => (await get(`actors/vault/${a}/state?seq=1`)).statusCode).toBe(200);
    expect(journal.reads()).toBe(1);
  });

  test('is refused when it is too large to be shown', async () => {
    const note = 'x'.repeat(shownCharactersMax);
    await put(a, 1, { note });
    expect((await get(`actors/vault/${a}/state`)).json()).toMatchObject({ status: 422, code: 'state-too-large' });
  });
});

describe('the secrets of users', () => {
  /** One of each, as a user's life may have them. */
  const commands: { readonly [T in UserCommand['type']]: Omit<Extract<UserCommand, { readonly type: T }>, 'type'> } = {
    RegisterUser: { email: 'eve@example.org', displayName: 'Eve', passwordHash: 'secret-1', role: 'viewer' },
    GetUser: {},
    GetCredentials: {},
    RecordFailedLogIn: { ip: '192.0.2.1' },
    OpenSession: {
      sessionId: 's',
      refreshHash: 'secret-2',
      expiresAt: 9e15,
      userAgent: 'x',
      ip: '::1',
      rehashed: 'secret-3',
    },
    RotateRefresh: { sessionId: 's', presentedHash: 'secret-2', nextHash: 'secret-4', expiresAt: 9e15, ip: '::1' },
    CheckSession: { sessionId: 's' },
    ListSessions: {},
    RequestPasswordReset: {},
    ResetTokenMade: { token: 'secret-5' },
    ResetMailSent: { tokenHash: 'secret-5' },
    SendResetAgain: { after: 1 },
    UpdateProfile: { expectedVersion: 1, displayName: 'Eva' },
    ChangeRole: { role: 'trader', by: 'root' },
    DisableUser: { by: 'root' },
    EnableUser: { by: 'root' },
    UnlockUser: { by: 'root' },
    ChangePassword: { passwordHash: 'secret-6', sessionId: 's' },
    ResetPassword: { tokenHash: 'secret-8', passwordHash: 'secret-7' },
    CloseSession: { sessionId: 's' },
    RevokeSessions: {},
  };

  test('are in no state and no event that is shown, whatever has happened to them', async () => {
    let shown = '';
    for (const [type, command] of Object.entries(commands)) {
      await gateway.system.ask(userKind, 'eve', { type, ...command } as UserCommand); // of the table, by their types
      shown += (await get('actors/user/eve/state')).body;
    }
    const history = (await get('actors/user/eve/history')).json<{ data: { type: string }[] }>();
    shown += JSON.stringify(history);
    const stored = gateway.journal
      .eventsOf({ kind: 'user', id: 'eve' })
      .map(({ payload }) => payload)
      .join('');
    for (const secret of ['secret-1', 'secret-2', 'secret-3', 'secret-4', 'secret-6']) expect(stored).toContain(secret);
    expect(shown).toContain(hidden);
    expect(shown).not.toContain('secret-');
  });

  test('are in no command that a user has failed on', async () => {
    const failed = { cause: 'command', reason: 'x', detail: 'x', at: 0, seq: null } as const;
    let shown = '';
    for (const [type, command] of Object.entries(commands)) {
      const record = { id: 'c', type, json: JSON.stringify({ type, ...command }) };
      await gateway.journal.quarantine({ kind: 'user', id: 'ed' }, { ...failed, command: record });
      shown += (await get('quarantine')).body + (await get('actors/user/ed')).body;
    }
    expect(shown).toContain('eve@example.org');
    expect(shown).toContain(hidden);
    expect(shown).not.toContain('secret-');
  });

  test('are not there as they are in the accounts that people have', async () => {
    await gateway.call('POST', '/auth/refresh', { body: { refreshToken: admin.refreshToken } });
    await gateway.call('POST', '/auth/login', { body: { email: admin.email, password } });
    const path = `actors/user/${admin.id}`;
    const bodies = await Promise.all(
      [`${path}/state`, `${path}/history`, path].map(async (one) => (await get(one)).body),
    );
    const stored = gateway.journal
      .eventsOf({ kind: 'user', id: admin.id })
      .map(({ payload }) => payload)
      .join('');
    const secrets = stored.match(/\$argon2[^"]+|[0-9a-f]{64}/g) ?? [];
    expect(secrets.length).toBeGreaterThan(3);
    for (const secret of secrets) expect(bodies.join('')).not.toContain(secret);
  });
});
