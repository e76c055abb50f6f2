/** Turns whatever was thrown into problem+json: never a stack, never a 500 for a mistake of the caller. */

import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { Outage } from '#actors';
import type { OutageCode } from '#actors';
import { ProblemError, problemBody, statusOf } from './errors.ts';
import type { ProblemCode } from './errors.ts';
import { staticHeaders } from './headers.ts';
import { newTraceId } from './trace.ts';
import { InvalidRequest } from './validation.ts';

/** When asking again makes sense; null where it never does. */
const retryAfterSeconds: Readonly<Record<OutageCode, number | null>> = {
  overloaded: 1,
  'deadline-exceeded': 1,
  'outcome-unknown': 1,
  'storage-away': 5,
  quarantined: 60,
  'command-expired': null,
  // Another node, or the next version, takes it.
  'command-unsupported': 60,
  'hops-exceeded': null,
  stopping: 5,
};

/** What fastify throws before a handler is reached, by its code. */
const frameworkCodes: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media-type',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'json-invalid',
  FST_ERR_CTP_INVALID_JSON_BODY: 'json-invalid',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'request-invalid',
  FST_ERR_BAD_URL: 'request-invalid',
  FST_ERR_MAX_PARAM_LENGTH: 'route-unknown',
  FST_ERR_HANDLER_TIMEOUT: 'deadline-exceeded',
};

const details: Partial<Readonly<Record<ProblemCode, string>>> = {
  'json-invalid': 'The content-type says JSON, but the body is none.',
  'media-type': 'Send the body as application/json.',
};

/** The error handler of all routes. */
export const answerError = (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
  const problem = problemOf(error, request.method);
  if (problem === null) {
    request.log.error({ err: error, traceId: request.id }, 'A route failed.');
    sendProblem(reply, request.id, new ProblemError('internal', 'The mistake has been noted under the traceId.'));
    return;
  }
  if (problem.cause !== undefined) request.log.warn({ err: problem.cause, traceId: request.id }, problem.message);
  sendProblem(reply, request.id, problem);
};

export const sendProblem = (reply: FastifyReply, traceId: string, problem: ProblemError): void => {
  const { code, message: detail, errors, headers } = problem;
  const body = JSON.stringify(problemBody(code, { detail, traceId, errors }));
  // What is still on its way would be read for nothing, however slowly it comes.
  if (isComing(reply.request.raw)) void reply.header('connection', 'close');
  void reply
    .code(statusOf(code))
    .headers(staticHeaders)
    .headers(headers)
    .type('application/problem+json; charset=utf-8')
    .serializer(asItIs)
    .send(body);
};

const isComing = ({ complete, headers }: IncomingMessage): boolean =>
  !complete && (headers['content-length'] ?? headers['transfer-encoding'] ?? '0') !== '0';

const asItIs = (body: unknown): string => String(body);

const problemOf = (error: unknown, method: string): ProblemError | null => {
  if (error instanceof ProblemError) return error;
  if (error instanceof InvalidRequest) return error.asProblem();
  if (error instanceof Outage) {
    return new ProblemError(error.code, error.message, {
      retryAfterSeconds: retryAfterSeconds[error.code] ?? undefined,
      ...(method === 'POST' && (error.code === 'outcome-unknown' || error.code === 'deadline-exceeded')
        ? { remedy: 'Send it again with the same Idempotency-Key: it is done once.' }
        : {}),
      cause: error.code === 'storage-away' ? error : undefined,
    });
  }
  return isFastifyError(error) ? frameworkProblem(error) : null;
};

const isFastifyError = (error: unknown): error is FastifyError =>
  error instanceof Error && 'code' in error && 'statusCode' in error;

const frameworkProblem = (error: FastifyError): ProblemError | null => {
  const known = frameworkCodes[error.code];
  if (known !== undefined) return new ProblemError(known, details[known] ?? error.message);
  const status = error.statusCode ?? 500;
  // A parser's own complaint: text of `JSON.parse` with its position.
  if (status >= 400 && status < 500) return new ProblemError('request-invalid', error.message);
  return null;
};

/** Answers what could not even be read as a request. */
export const answerClientError = (error: Error & { readonly code?: string }, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const code: ProblemCode = error.code === 'HPE_HEADER_OVERFLOW' ? 'headers-too-large' : 'request-invalid';
  const detail =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'The request did not arrive in time.' : 'This is no HTTP request.';
  const body = JSON.stringify(problemBody(code, { detail, traceId: newTraceId() }));
  const status = statusOf(code);
  socket.end(
    `HTTP/1.1 ${status} ${status === 431 ? 'Request Header Fields Too Large' : 'Bad Request'}\r\n` +
      'content-type: application/problem+json; charset=utf-8\r\nconnection: close\r\n' +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
};
