/** Ids of new things, and of commands: from one to the other, so that a request sent again names the same. */

import { createHash, randomUUID } from 'node:crypto';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
/** 80 bits: no two things of one user meet, and nobody guesses one. */
const idLength = 16;

/** An id without a dot, from a command's id: the same for the same command. */
export const idFrom = (commandId: string): string => {
  const hash = createHash('sha256').update(commandId).digest();
  let id = '';
  for (let place = 0; place < idLength; place++) id += alphabet.charAt((hash[place] ?? 0) & 31);
  return id;
};

/**
 * An id for a command that is given now, in milliseconds UTC: a UUID of version 7 (RFC 9562), so that the
 * actors see how old it is when it comes late.
 */
export const newCommandId = (now: number): string => {
  const time = now.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
};

/** A command's id from what makes the request unique: its user, its route, its key. */
export const commandIdFrom = (...parts: readonly string[]): string => {
  const hex = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  // A UUID of version 8: made by rules of one's own.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};
