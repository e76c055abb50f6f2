/** Texts that stand for a session: whose it is, and 256 random bits of which only a hash is kept. */

import { createHash, randomBytes } from 'node:crypto';

/** A person who does not come back for a month logs in again. */
export const sessionMs = 30 * 24 * 3_600_000;

const secretBytes = 32;
const refreshForm = /^([\w-]{1,60})\.([\w-]{1,60})\.([\w-]{43})$/;

const newSecret = (): string => randomBytes(secretBytes).toString('base64url');

export const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

export const newRefreshToken = (of: { readonly userId: string; readonly sessionId: string }): string =>
  `${of.userId}.${of.sessionId}.${newSecret()}`;

/** Whose session a refresh token says it is; null where it can be no refresh token. */
export const readRefreshToken = (token: string): { readonly userId: string; readonly sessionId: string } | null => {
  const [, userId, sessionId] = refreshForm.exec(token) ?? [];
  return userId === undefined || sessionId === undefined ? null : { userId, sessionId };
};
