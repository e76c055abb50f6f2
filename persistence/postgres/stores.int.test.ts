import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { idempotencyKeptMs, idempotencyLeaseMs } from '#ports';
import type { SigningKey } from '#ports';
import { startPostgres } from '#test/servers';
import type { PostgresServer } from '#test/servers';
import { openPostgresStores } from './stores.ts';
import type { PostgresStores } from './stores.ts';

let server: PostgresServer;
let stores: PostgresStores;
let otherNode: PostgresStores;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  const url = await server.database();
  stores = openPostgresStores(url);
  otherNode = openPostgresStores(url);
});
afterEach(async () => {
  await stores.close();
  await otherNode.close();
});

const key = (kid: string, role: SigningKey['role'], createdAt: number): SigningKey => ({
  kid,
  privateJwk: { kty: 'OKP', d: `secret of ${kid}` },
  publicJwk: { kty: 'OKP' },
  role,
  createdAt,
});

describe('signing keys', () => {
  test('go from next to current to previous, and then away', async () => {
    const { keys } = stores;
    expect(await keys.signingKeys()).toEqual([]);
    const first = [key('a', 'current', 1), key('b', 'next', 2)];
    expect(await keys.rotate({ currentKid: null }, first)).toEqual(first);
    const second = await keys.rotate({ currentKid: 'a' }, [key('c', 'next', 3)]);
    expect(second.map(({ kid, role }) => `${kid} ${role}`)).toEqual(['a previous', 'b current', 'c next']);
    const third = await keys.rotate({ currentKid: 'b' }, [key('d', 'next', 4)]);
    expect(third.map(({ kid, role }) => `${kid} ${role}`)).toEqual(['b previous', 'c current', 'd next']);
    expect(await otherNode.keys.signingKeys()).toEqual(third);
  });

  test('are rotated once, whichever node is first', async () => {
    const made = await Promise.all(
      Array.from({ length: 6 }, (_, i) =>
        (i % 2 === 0 ? stores : otherNode).keys.rotate({ currentKid: null }, [key(`key-${i}`, 'current', i)]),
      ),
    );
    expect(new Set(made.map((keys) => keys.map(({ kid }) => kid).join())).size).toBe(1);
    expect(await stores.keys.signingKeys()).toHaveLength(1);
  });
});

test('a secret is made once, and is the same for all nodes', async () => {
  const secrets = await Promise.all([
    stores.keys.secret('cursor'),
    otherNode.keys.secret('cursor'),
    stores.keys.secret('cursor'),
  ]);
  expect(secrets[0]).toHaveLength(32);
  for (const secret of secrets) expect(Buffer.from(secret)).toEqual(Buffer.from(secrets[0] ?? []));
  expect(Buffer.from(await stores.keys.secret('other'))).not.toEqual(Buffer.from(secrets[0] ?? []));
});

test('Git objects come back as they were put, byte for byte, however often they are put', async () => {
  const content = Uint8Array.from({ length: 512 }, (_, i) => i % 256);
  const objects = [
    { id: 'b'.repeat(40), type: 'blob', content },
    { id: 'a'.repeat(40), type: 'tree', content: content.subarray(5, 9) },
  ] as const;
  await Promise.all([stores.gitObjects.put(objects), otherNode.gitObjects.put(objects.toReversed())]);
  await stores.gitObjects.put([]);
  for (const object of objects) {
    const found = await otherNode.gitObjects.get(object.id);
    expect(found).toMatchObject({ id: object.id, type: object.type });
    expect([...(found?.content ?? [])]).toEqual([...object.content]);
  }
  expect(await stores.gitObjects.get('c'.repeat(40))).toBe(null);
});

describe('an idempotency key', () => {
  test('that a killed process had begun is freed, and an answer stays', async () => {
    await stores.idempotency.begin('under way', 'f', 1_000);
    await stores.idempotency.begin('answered', 'f', 1_000);
    await stores.idempotency.finish('answered', { status: 201, headers: {}, body: '{}' });
    await stores.freeBegunKeys();
    expect(await otherNode.idempotency.begin('under way', 'f', 1_001)).toEqual({ type: 'begun' });
    expect(await otherNode.idempotency.begin('answered', 'f', 1_001)).toMatchObject({ type: 'answered' });
  });

  const answer = { status: 201, headers: { location: '/orders/1' }, body: '{"id":"1"}' };
  const begin = async (at: number, fingerprint = 'f', store = stores): Promise<unknown> =>
    store.idempotency.begin('anna POST /orders k', fingerprint, at);

  test('is begun by one request, and answers the others once that has ended', async () => {
    const begun = await Promise.all([begin(1), begin(1), begin(1, 'f', otherNode)]);
    expect(begun).toHaveLength(3);
    expect(begun).toEqual(expect.arrayContaining([{ type: 'begun' }, { type: 'in-flight' }, { type: 'in-flight' }]));
    expect(await begin(2, 'another')).toEqual({ type: 'differs' });
    await stores.idempotency.finish('anna POST /orders k', answer);
    await otherNode.idempotency.finish('anna POST /orders k', { ...answer, status: 500 });
    await stores.idempotency.release('anna POST /orders k');
    expect(await begin(3, 'f', otherNode)).toEqual({ type: 'answered', answer });
  });

  test('that is released is free, with another fingerprint too', async () => {
    await begin(1);
    await stores.idempotency.release('anna POST /orders k');
    expect(await begin(2, 'another')).toEqual({ type: 'begun' });
  });

  test('of a request that has died is free after its lease, and an answer after a day', async () => {
    await begin(0);
    expect(await begin(idempotencyLeaseMs - 1)).toEqual({ type: 'in-flight' });
    expect(await begin(idempotencyLeaseMs, 'another')).toEqual({ type: 'begun' });
    await stores.idempotency.finish('anna POST /orders k', answer);
    expect(await begin(idempotencyLeaseMs + idempotencyKeptMs - 1, 'another')).toMatchObject({ type: 'answered' });
    expect(await begin(idempotencyLeaseMs + idempotencyKeptMs)).toEqual({ type: 'begun' });
  });
});
