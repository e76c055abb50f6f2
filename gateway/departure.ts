/** Whether the client still waits for its answer. */

import type { FastifyReply } from 'fastify';

/**
 * Aborted when the connection ends before the answer was given. Not the request's own signal: that one
 * is aborted as soon as the body has been read.
 */
export const departureOf = (reply: FastifyReply): AbortSignal => {
  const departure = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) departure.abort();
  });
  return departure.signal;
};
