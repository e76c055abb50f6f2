/** Secrets that all nodes share, kept in Postgres. */

/** A key pair for access tokens, as JWKs. */
export interface SigningKey {
  readonly kid: string;
  readonly privateJwk: Readonly<Record<string, unknown>>;
  readonly publicJwk: Readonly<Record<string, unknown>>;
  /** `next` is published before it signs, `previous` still verifies. */
  readonly role: 'current' | 'next' | 'previous';
  readonly createdAt: number;
}

export interface KeyStore {
  signingKeys(): Promise<readonly SigningKey[]>;
  /** Makes `next` current and `current` previous, and stores the new next one; once, whichever node is first. */
  rotate(known: { readonly currentKid: string | null }, next: readonly SigningKey[]): Promise<readonly SigningKey[]>;
  /** A random secret of 32 bytes by name (`cursor`), made at first use, the same for all nodes. */
  secret(name: string): Promise<Uint8Array>;
}
