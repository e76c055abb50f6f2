/** What goes wrong, as HTTP tells it: the one place of status codes, and problem+json (RFC 9457). */

import type { OutageCode } from '#actors';
import type { RefusalCode } from './refusal-codes.ts';

interface ProblemKind {
  readonly status: number;
  /** The same for every problem of this code; where something is not there, all that is said. */
  readonly title: string;
}

const kinds = {
  'request-invalid': { status: 400, title: 'The request does not have the form that the route takes.' },
  'number-as-string': { status: 400, title: 'A decimal was given as a JSON number.' },
  'json-invalid': { status: 400, title: 'The body is not JSON.' },
  'header-invalid': { status: 400, title: 'A header has a value that can not be.' },
  'cursor-invalid': { status: 400, title: 'The cursor was not given out for this list.' },
  'field-unknown': { status: 400, title: 'The list has no such field.' },
  'password-weak': { status: 400, title: 'The password is too easy to guess.' },
  unauthenticated: { status: 401, title: 'The request carries no access token.' },
  'token-invalid': { status: 401, title: 'The access token is not valid, or not any more.' },
  'login-failed': { status: 401, title: 'There is no such user, or the password is another one.' },
  forbidden: { status: 403, title: 'Your role does not allow this.' },
  'registration-closed': { status: 403, title: 'New users are made by an administrator.' },
  'actor-kind-unknown': { status: 404, title: 'There is no such kind of actor.' },
  'actor-unknown': { status: 404, title: 'There is no such actor.' },
  'message-unknown': { status: 404, title: 'No such message waits: it may have been answered.' },
  'node-unknown': { status: 404, title: 'There is no such node.' },
  'not-found': { status: 404, title: 'There is no such thing.' },
  'route-unknown': { status: 404, title: 'There is no such route.' },
  'method-not-allowed': { status: 405, title: 'The route does not take this method.' },
  'idempotency-in-flight': { status: 409, title: 'A request with this Idempotency-Key is under way.' },
  'body-too-large': { status: 413, title: 'The body is larger than the route takes.' },
  'media-type': { status: 415, title: 'The route does not take a body of this type.' },
  'idempotency-differs': { status: 422, title: 'The Idempotency-Key was used for another request.' },
  'precondition-required': { status: 428, title: 'The request needs an If-Match header.' },
  'rate-limited': { status: 429, title: 'Too many requests.' },
  'headers-too-large': { status: 431, title: 'The headers are larger than the server takes.' },
  internal: { status: 500, title: 'The server has made a mistake.' },
  'data-missing': { status: 422, title: 'There are no prices for this.' },
  'strategy-broken': { status: 422, title: 'The strategy can not be compiled.' },
  'results-not-ready': { status: 409, title: 'The backtest has no results.' },
  'results-gone': { status: 410, title: 'The results of the backtest are not kept any more.' },
  'cluster-setting-unknown': { status: 404, title: 'There is no such setting.' },
  'cluster-setting-refused': { status: 400, title: 'The setting does not take this value.' },
  'cluster-setting-overtaken': { status: 409, title: 'Somebody has changed the setting meanwhile.' },
  'node-alone': { status: 409, title: 'The server is no cluster: there is no other node.' },
  'not-quarantined': { status: 409, title: 'The actor is not quarantined.' },
  'state-unreadable': { status: 422, title: 'The actor has an event of which no state can be made.' },
  'state-too-large': { status: 422, title: 'The state is too large to be shown.' },
  'state-too-long': { status: 422, title: 'It takes too long to make the state.' },
  busy: { status: 503, title: 'Too much of this is under way.' },
  // Outages of actors.
  overloaded: { status: 429, title: 'The actor has too many messages waiting.' },
  'storage-away': { status: 503, title: 'The store can not be reached; nothing was done.' },
  quarantined: { status: 503, title: 'The actor fails and waits for an operator.' },
  'command-expired': { status: 409, title: 'The request is too old to tell whether it was done before.' },
  'command-unsupported': { status: 503, title: 'The actor does not take this command in its version.' },
  'hops-exceeded': { status: 503, title: 'The request went in a circle.' },
  stopping: { status: 503, title: 'The server is stopping; nothing was done.' },
  'deadline-exceeded': { status: 504, title: 'There was no answer in time; it may have been done.' },
  'outcome-unknown': { status: 504, title: 'It is not known whether it was done.' },
  // Refusals of actors.
  'command-skipped': { status: 409, title: 'An operator has skipped the command.' },
  'user-unknown': { status: 404, title: 'There is no such user.' },
  'user-exists': { status: 409, title: 'The user exists already.' },
  'email-taken': { status: 409, title: 'Somebody has this e-mail address.' },
  'user-disabled': { status: 403, title: 'The user is disabled.' },
  'login-locked': { status: 429, title: 'Too many wrong passwords.' },
  'session-unknown': { status: 404, title: 'There is no such session.' },
  'refresh-reused': { status: 401, title: 'The refresh token has been used before.' },
  'reset-invalid': { status: 400, title: 'The reset token is not valid, or not any more.' },
  'version-conflict': { status: 412, title: 'It has been changed in the meantime.' },
  'last-admin': { status: 409, title: 'There must be an administrator.' },
  'strategy-unknown': { status: 404, title: 'There is no such strategy.' },
  'strategy-exists': { status: 409, title: 'The strategy exists already.' },
  'strategy-name-taken': { status: 409, title: 'You have a strategy of this name.' },
  'strategy-version-unknown': { status: 404, title: 'The strategy has no such version.' },
  'strategy-deployed': { status: 409, title: 'The strategy runs live.' },
  'strategy-source': { status: 400, title: 'The source can not be kept.' },
  'backtest-unknown': { status: 404, title: 'There is no such backtest.' },
  'backtest-exists': { status: 409, title: 'The backtest exists already.' },
  'backtest-finished': { status: 409, title: 'The backtest has ended.' },
  'attempt-stale': { status: 409, title: 'The attempt is not the one under way.' },
  'batch-unknown': { status: 404, title: 'There is no such backtest.' },
  'batch-exists': { status: 409, title: 'The batch exists already.' },
  'batch-finished': { status: 409, title: 'The batch has ended.' },
  'batch-plan': { status: 400, title: 'The plan of the batch can not be.' },
  'queue-full': { status: 503, title: 'Too many backtests are waiting.' },
  'deployment-unknown': { status: 404, title: 'There is no such deployment.' },
  'deployment-exists': { status: 409, title: 'The deployment was started before.' },
  'deployment-state': { status: 409, title: 'The deployment is not in a state for this.' },
  'deployments-max': { status: 422, title: 'You have too many deployments.' },
  'deployment-symbol-taken': { status: 409, title: 'Another deployment trades this on this account.' },
  'deployment-feed': { status: 422, title: 'The strategy can not run live on this.' },
  'account-unknown': { status: 404, title: 'There is no such account.' },
  'account-exists': { status: 409, title: 'The account exists already.' },
  'client-order-id-invalid': { status: 400, title: 'The client order id can not be.' },
  'order-time-in-force': { status: 422, title: 'Orders of this type do not take this time in force.' },
  'strategy-history-behind': { status: 503, title: 'The history of the strategy is not written yet.' },
  'amount-invalid': { status: 400, title: 'The amount can not be.' },
  'order-unknown': { status: 404, title: 'There is no such order.' },
  'order-closed': { status: 409, title: 'The order is not open any more.' },
  'order-type-unsupported': { status: 422, title: 'Accounts do not take orders of this type.' },
  'order-quantity': { status: 422, title: 'The quantity does not fit the symbol.' },
  'order-price': { status: 422, title: 'The price does not fit the symbol.' },
  'no-live-price': { status: 422, title: 'The symbol has no live price.' },
  'order-cancelled-before': { status: 409, title: 'The order was cancelled before it arrived.' },
  'client-order-id-taken': { status: 409, title: 'The account has another order with this client order id.' },
  'insufficient-funds': { status: 422, title: 'The account can not pay for this.' },
  'open-orders-max': { status: 422, title: 'The account has too many open orders.' },
  'symbol-unknown': { status: 404, title: 'There is no such symbol.' },
  'symbol-owned': { status: 403, title: 'The symbol is not yours.' },
  'symbol-invalid': { status: 400, title: 'The symbol can not be listed like this.' },
  'quote-invalid': { status: 400, title: 'The quote can not be.' },
  'import-unknown': { status: 404, title: 'There is no such import.' },
  'import-state': { status: 409, title: 'The import has ended.' },
  'notification-unknown': { status: 404, title: 'There is no such notification.' },
} as const satisfies Readonly<Record<RefusalCode | OutageCode, ProblemKind>> & Readonly<Record<string, ProblemKind>>;

export type ProblemCode = keyof typeof kinds;

export interface ProblemPart {
  /** JSON pointer into the body, or the name of a query parameter or header. */
  readonly pointer: string;
  readonly message: string;
  readonly remedy?: string;
}

/** The body of every answer that is an error. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail: string;
  readonly traceId: string;
  readonly errors: readonly ProblemPart[];
}

export interface ProblemOptions {
  readonly errors?: readonly ProblemPart[];
  readonly remedy?: string;
  readonly retryAfterSeconds?: number | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** Thrown by routes: an answer that is an error. `detail` is for people, about the values at hand. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly code: ProblemCode;
  readonly errors: readonly ProblemPart[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, detail?: string, options: ProblemOptions = {}) {
    super(detail ?? kinds[code].title, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.errors =
      options.errors ??
      (options.remedy === undefined ? [] : [{ pointer: '', message: this.message, remedy: options.remedy }]);
    this.headers =
      options.retryAfterSeconds === undefined
        ? (options.headers ?? {})
        : { ...options.headers, 'retry-after': String(Math.max(1, Math.ceil(options.retryAfterSeconds))) };
  }
}

export const statusOf = (code: ProblemCode): number => kinds[code].status;

export const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(kinds, code);

export const problemBody = (
  code: ProblemCode,
  part: { readonly detail: string; readonly traceId: string; readonly errors?: readonly ProblemPart[] },
): Problem => {
  const { status, title } = kinds[code];
  return {
    type: `urn:xtrading:problem:${code}`,
    title,
    status,
    code,
    // What is not there and what belongs to somebody else must read alike.
    detail: status === 404 ? title : part.detail,
    traceId: part.traceId,
    errors: status === 404 ? [] : (part.errors ?? []),
  };
};
