/**
 * Idempotency keys. The key, with its user and route, is the id of the request's command, under which
 * actors apply it once and answer it alike: that alone makes a retry safe, on any node, after any
 * crash. The store of answers adds what HTTP wants beyond: 409 while the first one is under way, 422
 * when the body differs, and the first answer to the letter for a day.
 */

import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { idempotencyAnswerBytesMax } from '#ports';
import type { IdempotencyBegin, IdempotencyStore } from '#ports';
import type { Clock } from '#actors';
import { ProblemError } from './errors.ts';
import { commandIdFrom, newCommandId } from './identifiers.ts';

const keyForm = /^[\u0021-\u007e]{1,200}$/;
const keptHeaders = ['content-type', 'location', 'etag'] as const;

/** The id of the command that a request becomes; `step` tells several commands of one request apart. */
export const commandIdOf = (request: Pick<FastifyRequest, 'commandId' | 'server'>, step = ''): string => {
  request.commandId ??= newCommandId(request.server.clock.now());
  return step === '' ? request.commandId : commandIdFrom(request.commandId, step);
};

/** Before the handler of a POST: takes the key, or answers with what it was answered before. */
export const beginIdempotent = (
  store: IdempotencyStore,
  clock: Clock,
  request: FastifyRequest,
  reply: FastifyReply,
  done: (error?: Error) => void,
): void => {
  const given = request.headers['idempotency-key'];
  if (given === undefined) {
    done();
    return;
  }
  if (typeof given !== 'string' || !keyForm.test(given)) {
    done(
      new ProblemError('header-invalid', 'An Idempotency-Key has 1 to 200 printable characters without spaces.', {
        errors: [{ pointer: 'Idempotency-Key', message: 'It can not be a key.', remedy: 'A UUID does well.' }],
      }),
    );
    return;
  }
  const key = commandIdFrom(request.principal?.userId ?? '', request.method, request.url, given);
  const fingerprint = createHash('sha256')
    .update(JSON.stringify(request.body ?? null))
    .digest('hex');
  store.begin(key, fingerprint, clock.now()).then(
    (begin) => {
      if (begin.type !== 'begun') {
        answerAgain(begin, reply, done);
        return;
      }
      request.commandId = key;
      request.idempotencyKey = key;
      done();
    },
    (error: unknown) =>
      done(error instanceof Error ? error : new Error('The store of answers failed.', { cause: error })),
  );
};

const answerAgain = (
  begin: Exclude<IdempotencyBegin, { readonly type: 'begun' }>,
  reply: FastifyReply,
  done: (error?: Error) => void,
): void => {
  if (begin.type === 'in-flight') {
    done(new ProblemError('idempotency-in-flight', undefined, { retryAfterSeconds: 1 }));
  } else if (begin.type === 'differs') {
    done(new ProblemError('idempotency-differs', undefined, { remedy: 'Use a new key for a new request.' }));
  } else {
    const { status, headers, body } = begin.answer;
    void reply.code(status).headers(headers).header('idempotency-replayed', 'true').send(body);
  }
};

/** When the answer is made: keeps what was decided; what was not decided may be tried again. */
export const endIdempotent = (
  store: IdempotencyStore,
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  done: (error?: Error) => void,
): void => {
  const key = request.idempotencyKey;
  if (key === null) {
    done();
    return;
  }
  // Once: an error in here is sent through here again.
  request.idempotencyKey = null;
  const body = typeof payload === 'string' ? payload : payload === undefined || payload === null ? '' : null;
  const isDecided = reply.statusCode < 500 && reply.statusCode !== 429;
  const isKept = isDecided && body !== null && body.length <= idempotencyAnswerBytesMax;
  const headers: Record<string, string> = {};
  for (const name of keptHeaders) {
    const value = reply.getHeader(name);
    if (typeof value === 'string') headers[name] = value;
  }
  const kept = isKept ? store.finish(key, { status: reply.statusCode, headers, body }) : store.release(key);
  kept.then(
    () => done(),
    (error: unknown) => {
      // It is decided, and the actor keeps its own answer under the command's id: that alone makes a retry
      // safe. To tell the caller of a failure now would be wrong.
      request.log.warn({ err: error, traceId: request.id }, 'An answer could not be kept under its key.');
      done();
    },
  );
};
