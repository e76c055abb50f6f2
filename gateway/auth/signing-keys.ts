/** The keys that sign access tokens: read from the store, turned over in time, shown as a JWKS. */

import { exportJWK, generateKeyPair, importJWK } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import type { Clock } from '#actors';
import type { KeyStore, SigningKey } from '#ports';
import { randomBytes } from 'node:crypto';

export const signingAlgorithm = 'EdDSA';
/** How long a key signs. */
const rotateAfterMs = 30 * 24 * 3_600_000;
/** How often a node looks what others have done; a `next` key is known everywhere long before it signs. */
export const keyCheckMs = 3_600_000;
/** A token with an unknown key makes a node look again at once, but not more often than this. */
const reloadAfterMs = 10_000;

interface LoadedKeys {
  readonly current: { readonly kid: string; readonly privateKey: CryptoKey };
  readonly publicKeys: ReadonlyMap<string, CryptoKey>;
  readonly jwks: { readonly keys: readonly JWK[] };
}

export class SigningKeys {
  readonly #store: KeyStore;
  readonly #clock: Clock;
  #loaded: LoadedKeys | null = null;
  #loading: Promise<LoadedKeys> | null = null;
  /** When it was last looked for a key that was not known. */
  #soughtAt = -Infinity;

  constructor(store: KeyStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Reads the keys, makes the first ones, turns them over when it is time. */
  async check(): Promise<void> {
    await this.#reload();
  }

  async current(): Promise<LoadedKeys['current']> {
    return (this.#loaded ?? (await this.#reload())).current;
  }

  async jwks(): Promise<LoadedKeys['jwks']> {
    return (this.#loaded ?? (await this.#reload())).jwks;
  }

  async publicKey(kid: string): Promise<CryptoKey | null> {
    let loaded = this.#loaded ?? (await this.#reload());
    const key = loaded.publicKeys.get(kid);
    if (key !== undefined) return key;
    const now = this.#clock.now();
    if (now - this.#soughtAt < reloadAfterMs) return null;
    this.#soughtAt = now;
    loaded = await this.#reload();
    return loaded.publicKeys.get(kid) ?? null;
  }

  /** One at a time; whoever asks meanwhile waits for the same. */
  async #reload(): Promise<LoadedKeys> {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = null;
    });
    return await this.#loading;
  }

  async #load(): Promise<LoadedKeys> {
    const now = this.#clock.now();
    let keys = await this.#store.signingKeys();
    const current = keys.find((key) => key.role === 'current');
    if (current === undefined) {
      keys = await this.#store.rotate({ currentKid: null }, [await newKey('current', now), await newKey('next', now)]);
    } else if (now - currentSince(keys, current) >= rotateAfterMs) {
      keys = await this.#store.rotate({ currentKid: current.kid }, [await newKey('next', now)]);
    }
    this.#loaded = await load(keys);
    return this.#loaded;
  }
}

/** A key begins to sign when the one after it is made. */
const currentSince = (keys: readonly SigningKey[], current: SigningKey): number =>
  (keys.find((key) => key.role === 'next') ?? current).createdAt;

const newKey = async (role: SigningKey['role'], createdAt: number): Promise<SigningKey> => {
  const pair = await generateKeyPair(signingAlgorithm, { crv: 'Ed25519', extractable: true });
  const kid = randomBytes(12).toString('base64url');
  const named = { kid, alg: signingAlgorithm, use: 'sig' };
  const privateJwk = { ...(await exportJWK(pair.privateKey)), ...named };
  const publicJwk = { ...(await exportJWK(pair.publicKey)), ...named };
  return { kid, role, createdAt, privateJwk, publicJwk };
};

const load = async (keys: readonly SigningKey[]): Promise<LoadedKeys> => {
  const current = keys.find((key) => key.role === 'current');
  if (current === undefined) throw new Error('The key store has no current signing key.');
  const publicKeys = new Map<string, CryptoKey>();
  for (const key of keys) publicKeys.set(key.kid, await imported(key.publicJwk));
  return {
    current: { kid: current.kid, privateKey: await imported(current.privateJwk) },
    publicKeys,
    jwks: { keys: keys.map((key) => key.publicJwk) },
  };
};

const imported = async (jwk: SigningKey['publicJwk']): Promise<CryptoKey> => {
  const key = await importJWK(jwk, signingAlgorithm);
  // Secrets alone come as bytes, and these are key pairs.
  if (key instanceof Uint8Array) throw new Error('A signing key is no key pair.');
  return key;
};
