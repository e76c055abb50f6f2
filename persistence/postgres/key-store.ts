/** Signing keys and secrets that all nodes share. */

import { randomBytes } from 'node:crypto';
import type { KeyStore, SigningKey } from '#ports';
import type { Connection, Database, Statement } from './database.ts';

interface KeyRow {
  readonly kid: string;
  readonly private_jwk: string;
  readonly public_jwk: string;
  readonly role: SigningKey['role'];
  readonly created_at: number;
}

const readKeys: Statement = {
  name: 'signing-keys',
  text: 'SELECT kid, private_jwk, public_jwk, role, created_at FROM users.signing_key ORDER BY created_at, kid',
};
/** Held to the end of the transaction: nodes rotate one after the other, and readers are not kept waiting. */
const lockKeys: Statement = { name: 'lock-signing-keys', text: 'LOCK TABLE users.signing_key IN EXCLUSIVE MODE' };
const dropPrevious: Statement = {
  name: 'drop-previous-keys',
  text: "DELETE FROM users.signing_key WHERE role = 'previous'",
};
const moveKeys: Statement = {
  name: 'move-signing-keys',
  text: "UPDATE users.signing_key SET role = CASE role WHEN 'next' THEN 'current' ELSE 'previous' END",
};
const addKey: Statement = {
  name: 'add-signing-key',
  text: `INSERT INTO users.signing_key (kid, private_jwk, public_jwk, role, created_at) VALUES ($1, $2, $3, $4, $5)`,
};
const makeSecret: Statement = {
  name: 'make-secret',
  text: 'INSERT INTO gateway.secret (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING',
};
const readSecret: Statement = { name: 'secret', text: 'SELECT value FROM gateway.secret WHERE name = $1' };

const secretBytes = 32;

export const keyStoreOn = (database: Database): KeyStore => ({
  async signingKeys() {
    return (await database.query<KeyRow>(readKeys, [])).map(signingKey);
  },
  rotate: (known, next) =>
    database.withConnection((connection) =>
      connection.transaction(async () => {
        await connection.query(lockKeys, []);
        const keys = await keysOn(connection);
        const current = keys.find(({ role }) => role === 'current') ?? null;
        // Another node was first.
        if ((current?.kid ?? null) !== known.currentKid) return keys;
        await connection.query(dropPrevious, []);
        await connection.query(moveKeys, []);
        for (const { kid, privateJwk, publicJwk, role, createdAt } of next) {
          const values = [kid, JSON.stringify(privateJwk), JSON.stringify(publicJwk), role, createdAt];
          await connection.query(addKey, values);
        }
        return keysOn(connection);
      }),
    ),
  async secret(name) {
    const [made] = await database.query<{ value: Buffer }>(readSecret, [name]);
    if (made !== undefined) return made.value;
    await database.query(makeSecret, [name, randomBytes(secretBytes)]);
    const [first] = await database.query<{ value: Buffer }>(readSecret, [name]);
    if (first === undefined) throw new Error(`the secret ${name} was made and is not there`);
    return first.value;
  },
});

const keysOn = async (connection: Connection): Promise<readonly SigningKey[]> =>
  (await connection.query<KeyRow>(readKeys, [])).map(signingKey);

const signingKey = (row: KeyRow): SigningKey => ({
  kid: row.kid,
  // Written above from JSON objects.
  privateJwk: JSON.parse(row.private_jwk) as SigningKey['privateJwk'],
  publicJwk: JSON.parse(row.public_jwk) as SigningKey['publicJwk'],
  role: row.role,
  createdAt: row.created_at,
});
