/** Sends requests with the token of the session, and makes typed answers or problems of what comes back. */

import { problemOf, Unreachable } from './api-problem.ts';
import type { Session } from './session.ts';

export interface Asked {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/api/v1`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent without a token. */
  readonly isPublic?: boolean;
}

export interface TransportOptions {
  /** `https://trading.example.org`, without a slash at the end; empty in a page of the server itself. */
  readonly baseUrl: string;
  readonly session: () => Session;
  readonly fetch: typeof fetch;
}

export class Transport {
  readonly #options: TransportOptions;

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
    const { session } = this.#options;
    if (asked.isPublic === true) return await accepted(await this.#send(asked, null));
    const first = await this.#send(asked, await session().accessToken());
    // The server may have other ideas of the token's end: its keys, its clock. One new token, one more try.
    const response = first.status === 401 ? await this.#send(asked, await session().renew()) : first;
    return await accepted(response);
  }

  urlOf({ path, query = {} }: Asked): string {
    const given = Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    );
    const search = given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
    return `${this.#options.baseUrl}/api/v1${path}${search}`;
  }

  async #send(asked: Asked, token: string | null): Promise<Response> {
    const { method = 'GET', body, headers = {} } = asked;
    const request: RequestInit = {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    try {
      return await this.#options.fetch(this.urlOf(asked), request);
    } catch (error) {
      throw new Unreachable(error);
    }
  }
}

const accepted = async (response: Response): Promise<Response> => {
  if (!response.ok) throw await problemOf(response);
  return response;
};
