/** The id that joins all that belongs to one request: the caller's (W3C `traceparent`), or a new one. */

import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const traceparent = /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}$/;
const nothing = '0'.repeat(32);

/** New ids count up behind a random beginning of the process: unique without a random number each. */
const beginning = randomBytes(8).toString('hex');
let counter = 0;

export const newTraceId = (): string => {
  counter++;
  return beginning + counter.toString(16).padStart(16, '0');
};

export const traceIdOf = (request: Pick<IncomingMessage, 'headers'>): string => {
  const given = request.headers['traceparent'];
  if (typeof given !== 'string') return newTraceId();
  const id = traceparent.exec(given)?.[1];
  return id === undefined || id === nothing ? newTraceId() : id;
};
