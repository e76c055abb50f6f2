/** Command ids that follow from what they are for, so that a second delivery carries the same one. */

import { createHash } from 'node:crypto';

/** A UUID (version 8) from a hash of the parts. */
export const derivedId = (...parts: readonly (string | number)[]): string => {
  // JSON keeps the parts apart: no two lists of them have the same text.
  const hex = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  const variant = '89ab'[Number.parseInt(hex[16] ?? '0', 16) % 4];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};
