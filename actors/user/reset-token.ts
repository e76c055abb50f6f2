/** Texts with which somebody who has forgotten the password sets a new one: whose it is, and 256 random bits. */

import { createHash, randomBytes } from 'node:crypto';

/** How long a token is good for: as long as a mail may take, and somebody who goes to look for it. */
export const resetTokenMs = 3_600_000;

const secretBytes = 32;
const form = /^([\w-]{1,60})\.([\w-]{43})$/;

export const newResetToken = (userId: string): string => `${userId}.${randomBytes(secretBytes).toString('base64url')}`;

/** What is kept of a token. */
export const resetTokenHash = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Whose a token says it is; null where it can be none. */
export const readResetToken = (token: string): { readonly userId: string } | null => {
  const userId = form.exec(token)?.[1];
  return userId === undefined ? null : { userId };
};
