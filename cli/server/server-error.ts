/** What a server refused, or that it could not be asked, as the command line tells it: code, message, remedy. */

import { ApiProblem, SignedOut, Unreachable } from '#sdk';

export class ServerError extends Error {
  override readonly name = 'ServerError';
  readonly code: string;
  readonly remedy: string;

  constructor(code: string, message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.remedy = remedy;
  }
}

/** The failure of a request in words; anything else is left as it is. */
export const explained = (error: unknown, server: string): unknown => {
  if (error instanceof ApiProblem) return ofProblem(error);
  if (error instanceof SignedOut) return notSignedIn(server, error);
  if (error instanceof Unreachable)
    return new ServerError(
      'platform-unreachable',
      `There is no answer from ${server}.`,
      'Start one with xtrading start, or name another with --server or XTRADING_SERVER.',
      { cause: error },
    );
  return error;
};

export const notSignedIn = (server: string, cause?: unknown): ServerError =>
  new ServerError(
    'not-signed-in',
    `You are not signed in at ${server}.`,
    `Run xtrading login --server ${server}, or set XTRADING_TOKEN to an access token.`,
    { cause },
  );

const ofProblem = (problem: ApiProblem): ServerError => {
  const parts = problem.errors
    .filter(({ message }) => message !== problem.message)
    .map(({ pointer, message, remedy }) =>
      [`\n  ${pointer === '' ? '' : `${pointer}: `}${message}`, ...(remedy === undefined ? [] : [remedy])].join(' '),
    );
  return new ServerError(problem.code, `${problem.message}${parts.join('')}`, remedyOf(problem), { cause: problem });
};

const remedyOf = ({ remedy, retryAfter, status, problem }: ApiProblem): string => {
  if (remedy !== null) return remedy;
  if (retryAfter !== null) return `Try again in ${retryAfter} s.`;
  if (status === 404) return 'Check the name or id; the list commands show what there is.';
  if (status === 403) return 'Ask an administrator for a role that may do this.';
  return status < 500
    ? 'docs/errors.md says more about each code.'
    : `Try again; the server's log has it as ${problem.traceId}.`;
};
