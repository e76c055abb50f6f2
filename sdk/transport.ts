/**
 * Sends requests with the token of the session, and makes typed answers or problems of what comes back.
 * What may be sent twice without harm is sent again when there was no answer, or one that says "later".
 */

import { problemOf, Unreachable } from './api-problem.ts';
import type { ApiProblem } from './api-problem.ts';
import type { Session } from './session.ts';

export interface Asked {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** From the root of the server. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** A file, sent as it is and once: what has been read of a stream can not be read again. */
  readonly file?: { readonly content: ReadableStream<Uint8Array> | Blob; readonly type: string };
  readonly headers?: Readonly<Record<string, string>>;
  /** Of a POST: the server does it once for each key, however often it is sent. */
  readonly key?: string;
  /** Sent without a token. */
  readonly isPublic?: boolean;
  readonly signal?: AbortSignal;
}

export interface TransportOptions {
  /** `https://trading.example.org`, without a slash at the end; empty in a page of the server itself. */
  readonly baseUrl: string;
  readonly session: () => Session;
  readonly fetch: typeof fetch;
  /** Ends after that time; rejects when the signal does before. */
  readonly pause: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** Of a request in all: a server that restarts is back within their pauses. */
const triesMax = 5;
/** Before the second try; each later one waits twice as long: 3.75 s in all. */
const firstPauseMs = 250;
/** What a server asks for beyond is told to the caller instead. */
const retryAfterMaxMs = 5_000;

export class Transport {
  readonly #options: TransportOptions;
  /** Where the server's newest writes of ours stand: another node of it need not have heard of them. */
  #readAfter: string | null = null;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  /** The body of the answer. */
  async json<Answer>(asked: Asked): Promise<Answer> {
    const response = await this.response(asked);
    const text = await response.text();
    return (text === '' ? null : JSON.parse(text)) as Answer; // as the API describes it
  }

  /** Rejects with `ApiProblem`, `SignedOut` or `Unreachable`. */
  async response(asked: Asked): Promise<Response> {
    for (let tried = 1; ; tried += 1) {
      const outcome = await this.#once(asked);
      if (outcome instanceof Response) return outcome;
      const pauseMs = tried < triesMax && mayRepeat(asked) ? pauseAfter(outcome, tried) : null;
      if (pauseMs === null) throw outcome;
      await this.#options.pause(pauseMs, asked.signal);
    }
  }

  urlOf({ path, query = {} }: Pick<Asked, 'path' | 'query'>): string {
    const given = Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    );
    const search = given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
    return `${this.#options.baseUrl}${path}${search}`;
  }

  /** With a new token, where the one at hand is refused. */
  async #once(asked: Asked): Promise<Response | ApiProblem | Unreachable> {
    const { session } = this.#options;
    if (asked.isPublic === true) return await this.#send(asked, null);
    const first = await this.#send(asked, await session().accessToken());
    // The server may have other ideas of the token's end: its keys, its clock. One new token, one more try.
    const isTokenRefused = !(first instanceof Response) && 'status' in first && first.status === 401;
    return isTokenRefused && asked.file === undefined ? await this.#send(asked, await session().renew()) : first;
  }

  async #send(asked: Asked, token: string | null): Promise<Response | ApiProblem | Unreachable> {
    const { method = 'GET', body, file, headers = {}, key, signal } = asked;
    const type = file?.type ?? (body === undefined ? null : 'application/json');
    const request: RequestInit & { readonly duplex?: 'half' } = {
      method,
      headers: {
        ...(type === null ? {} : { 'content-type': type }),
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
        ...(this.#readAfter === null ? {} : { 'read-after': this.#readAfter }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // fetch asks for this word with streams, which it sends before it reads the answer.
      ...(file === undefined ? {} : { body: file.content, duplex: 'half' }),
      ...(signal === undefined ? {} : { signal }),
    };
    let response: Response;
    try {
      response = await this.#options.fetch(this.urlOf(asked), request);
    } catch (error) {
      signal?.throwIfAborted();
      return new Unreachable(error);
    }
    this.#readAfter = response.headers.get('read-after') ?? this.#readAfter;
    return response.ok ? response : await problemOf(response);
  }
}

/** Reading changes nothing, and a key makes a repeated POST the same one. */
const mayRepeat = ({ method = 'GET', key }: Asked): boolean => method === 'GET' || key !== undefined;

/** Milliseconds until the next try; null: another try is of no use. */
const pauseAfter = (outcome: ApiProblem | Unreachable, tried: number): number | null => {
  const backOffMs = firstPauseMs * 2 ** (tried - 1);
  if (!('status' in outcome)) return backOffMs;
  // The last: the try before this one had arrived after all, and is under way.
  const isTemporary = outcome.status === 503 || outcome.status === 504 || outcome.code === 'idempotency-in-flight';
  const askedMs = (outcome.retryAfter ?? 0) * 1_000;
  return isTemporary && askedMs <= retryAfterMaxMs ? Math.max(backOffMs, askedMs) : null;
};
