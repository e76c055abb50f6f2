/** Versions of things as HTTP knows them: ETag, If-Match, If-None-Match; and what `Prefer` asks for. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from './errors.ts';

const form = /^"v(\d{1,15})"$/;
/** Longer waits are for the realtime API. */
const waitSecondsMax = 30;

/** Answers with the version as ETag; 304 without a body where the caller has it already. */
export const withEntityTag = <V extends { readonly version: number }>(
  request: FastifyRequest,
  reply: FastifyReply,
  view: V,
): V | undefined => {
  const tag = `"v${view.version}"`;
  reply.header('etag', tag);
  if (request.method === 'GET' && request.headers['if-none-match'] === tag) {
    void reply.code(304).send();
    return undefined;
  }
  return view;
};

/** The version that a change is made on, from If-Match. */
export const expectedVersion = (request: FastifyRequest): number => {
  const given = request.headers['if-match'];
  if (given === undefined) {
    throw new ProblemError('precondition-required', undefined, {
      remedy: "Read it first, and send its ETag as If-Match, so that nobody's change is lost.",
    });
  }
  const version = form.exec(given)?.[1];
  if (version === undefined) {
    throw new ProblemError('header-invalid', `${given} is no ETag of ours.`, {
      errors: [
        { pointer: 'If-Match', message: 'It has another form.', remedy: 'Send the ETag as it was given: "v12".' },
      ],
    });
  }
  return Number(version);
};

/** How long the caller would rather wait than be answered 202, from `Prefer: wait=5`. */
export const preferredWaitMs = (request: FastifyRequest): number => {
  const given = request.headers['prefer'];
  const seconds = typeof given === 'string' ? /(?:^|[,;\s])wait=(\d{1,4})(?:$|[,;\s])/.exec(given)?.[1] : undefined;
  return seconds === undefined ? 0 : Math.min(Number(seconds), waitSecondsMax) * 1_000;
};
