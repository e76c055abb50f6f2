/** Ids of new things, and of commands: from one to the other, so that a request sent again names the same. */

import { createHash, randomUUIDv7 } from 'node:crypto';

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

export const newCommandId = (): string => randomUUIDv7();

/** A command's id from what makes the request unique: its user, its route, its key. */
export const commandIdFrom = (...parts: readonly string[]): string => {
  const hex = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  // A UUID of version 8: made by rules of one's own.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};
