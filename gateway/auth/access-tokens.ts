/** Access tokens: signed, short-lived, verified once and then remembered until they expire. */

import { errors, jwtVerify, SignJWT } from 'jose';
import type { JWTHeaderParameters } from 'jose';
import { roles } from '#actors';
import type { Clock, Role } from '#actors';
import { permissionsOf } from '../permissions.ts';
import type { Principal } from '../permissions.ts';
import type { Revocations } from './revocations.ts';
import { signingAlgorithm } from './signing-keys.ts';
import type { SigningKeys } from './signing-keys.ts';

export const accessTokenMs = 600_000;
/** About 500 bytes each; the oldest leave first and are only verified again. */
const cachedTokensMax = 50_000;
/** Ours have about 400; nothing longer is worth a look. */
const tokenLengthMax = 2_048;

/** Where revocations may be lost on their way, a session is asked about so often; a cut node takes its token that long. */
const recheckMs = 60_000;

export interface TokenNeeds {
  readonly keys: SigningKeys;
  readonly revocations: Revocations;
  readonly clock: Clock;
  readonly named: { readonly issuer: string; readonly audience: string };
  /** Whether the session is open, and its user has the role still. Rejections are outages. */
  readonly isOpen: (principal: Principal) => Promise<boolean>;
  /** Whether a revocation may not arrive. */
  readonly mayMiss: boolean;
}

export class AccessTokens {
  readonly #keys: SigningKeys;
  readonly #revocations: Revocations;
  readonly #clock: Clock;
  readonly #named: { readonly issuer: string; readonly audience: string };
  readonly #isOpen: TokenNeeds['isOpen'];
  readonly #recheckMs: number;
  readonly #verified = new Map<string, { readonly principal: Principal; readonly at: number }>();
  /** How often all was forgotten. */
  #forgotten = 0;

  constructor({ keys, revocations, clock, named, isOpen, mayMiss }: TokenNeeds) {
    this.#keys = keys;
    this.#revocations = revocations;
    this.#clock = clock;
    this.#named = named;
    this.#isOpen = isOpen;
    this.#recheckMs = mayMiss ? recheckMs : Infinity;
  }

  async issue(of: { readonly userId: string; readonly role: Role; readonly sessionId: string }): Promise<string> {
    const { kid, privateKey } = await this.#keys.current();
    // With its milliseconds: a revocation must tell the tokens before it from those after.
    const issuedAt = this.#revocations.issueTime(of.userId) / 1_000;
    return await new SignJWT({ role: of.role, sid: of.sessionId })
      .setProtectedHeader({ alg: signingAlgorithm, kid, typ: 'at+jwt' })
      .setSubject(of.userId)
      .setIssuer(this.#named.issuer)
      .setAudience(this.#named.audience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + accessTokenMs / 1_000)
      .sign(privateKey);
  }

  /** Who a token speaks for, if it was verified before and still holds; at once. */
  known(token: string): Principal | null {
    const entry = this.#verified.get(token);
    if (entry === undefined) return null;
    const { principal, at } = entry;
    const now = this.#clock.now();
    const isFresh = principal.expiresAt > now && now - at < this.#recheckMs;
    if (isFresh && !this.#revocations.isRevoked(principal)) return principal;
    this.#verified.delete(token);
    return null;
  }

  /** What was told of sessions may have been lost: each is asked about again. */
  forget(): void {
    this.#verified.clear();
    this.#forgotten++;
  }

  /** Whether what a token or a ticket has said still holds. */
  async holds(principal: Principal): Promise<boolean> {
    return !this.#revocations.isRevoked(principal) && (await this.#isOpen(principal));
  }

  /** Who a token speaks for; null for whatever is no valid token of ours. */
  async verify(token: string): Promise<Principal | null> {
    if (token.length > tokenLengthMax) return null;
    const known = this.known(token);
    if (known !== null) return known;
    const principal = await this.#verify(token);
    const at = this.#clock.now();
    const forgotten = this.#forgotten;
    // A node that has just started has heard of no revocation: the user's actor knows. What it does not know
    // yet when it answers is told meanwhile.
    if (principal === null || !(await this.holds(principal)) || this.#revocations.isRevoked(principal)) return null;
    if (forgotten === this.#forgotten) this.#remember(token, principal, at);
    return principal;
  }

  async #verify(token: string): Promise<Principal | null> {
    const verified = await jwtVerify(token, async (header) => await this.#keyFor(header), {
      algorithms: [signingAlgorithm],
      issuer: this.#named.issuer,
      audience: this.#named.audience,
      typ: 'at+jwt',
      requiredClaims: ['sub', 'iat', 'exp', 'sid', 'role'],
      currentDate: new Date(this.#clock.now()),
    }).catch((error: unknown) => {
      // What is wrong with a token is the caller's business; an outage of the key store is not.
      if (error instanceof errors.JOSEError) return null;
      throw error;
    });
    if (verified === null) return null;
    const { sub, sid, role, iat, exp } = verified.payload;
    if (sub === undefined || typeof sid !== 'string' || iat === undefined || exp === undefined) return null;
    const known = roles.find((one) => one === role);
    if (known === undefined) return null;
    return {
      userId: sub,
      sessionId: sid,
      role: known,
      permissions: permissionsOf(known),
      issuedAt: Math.round(iat * 1_000),
      expiresAt: Math.round(exp * 1_000),
    };
  }

  async #keyFor(header: JWTHeaderParameters) {
    const key = header.kid === undefined ? null : await this.#keys.publicKey(header.kid);
    if (key === null) throw new errors.JWKSNoMatchingKey();
    return key;
  }

  #remember(token: string, principal: Principal, at: number): void {
    if (this.#verified.size >= cachedTokensMax) {
      const [oldest] = this.#verified.keys();
      if (oldest !== undefined) this.#verified.delete(oldest);
    }
    this.#verified.set(token, { principal, at });
  }
}
