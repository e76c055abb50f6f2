/** Every operation of the API by its method and path, with the types that the description gives it. */

import type { Operations } from './generated/api.ts';
import type { Asked, Transport } from './transport.ts';

export type OperationName = keyof Operations;
type AnswerOf<Name extends OperationName> = Operations[Name]['answer'];

/** Beside what the description names. */
interface Extras {
  /** Of a POST: the key under which it is done once. One is made when absent. */
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

type Given<Name extends OperationName> = Omit<Operations[Name], 'answer'> & Extras;
/** May be left out where nothing is required. */
type GivenArguments<Name extends OperationName> =
  object extends Given<Name> ? readonly [given?: Given<Name>] : readonly [given: Given<Name>];

type ListName = {
  [Name in OperationName]: AnswerOf<Name> extends { readonly data: readonly unknown[]; readonly nextCursor: unknown }
    ? Name
    : never;
}[OperationName];
type ItemOf<Name extends ListName> = AnswerOf<Name>['data'][number];

/** Of the routes under auth/, whose answers hold secrets and are not kept. */
const withoutKey = /^POST \/api\/v1\/(auth\/|strategies\/check|data\/batch-import)/;

export class Calls {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Asks for one operation: `call('GET /api/v1/strategies/{id}', { path: { id } })`. `Answer` narrows what
   * the description leaves open. Rejects with `ApiProblem`, `SignedOut` or `Unreachable`.
   */
  async call<Name extends OperationName, Answer extends AnswerOf<Name> = AnswerOf<Name>>(
    name: Name,
    ...given: GivenArguments<Name>
  ): Promise<Answer> {
    return await this.#transport.json<Answer>(askedOf(name, given[0] ?? {}));
  }

  /** The same, for answers that are files or pages. */
  async response<Name extends OperationName>(name: Name, ...given: GivenArguments<Name>): Promise<Response> {
    return await this.#transport.response(askedOf(name, given[0] ?? {}));
  }

  /** All items of a list, page by page as they are needed. */
  async *each<Name extends ListName, Item extends ItemOf<Name> = ItemOf<Name>>(
    name: Name,
    ...given: GivenArguments<Name>
  ): AsyncGenerator<Item, void, void> {
    const first = askedOf(name, given[0] ?? {});
    for (let cursor: string | null | undefined; cursor !== null;) {
      const asked = cursor === undefined ? first : { ...first, query: { ...first.query, cursor } };
      const page = await this.#transport.json<{ readonly data: readonly Item[]; readonly nextCursor: string | null }>(
        asked,
      );
      yield* page.data;
      cursor = page.nextCursor;
    }
  }
}

const askedOf = (name: OperationName, given: Readonly<Record<string, unknown>> & Extras): Asked => {
  const [method, template] = name.split(' ') as [NonNullable<Asked['method']>, string]; // so all names are made
  const {
    path = {},
    query,
    body,
    key,
    headers,
    signal,
  } = given as Extras & {
    readonly path?: Readonly<Record<string, string | number>>;
    readonly query?: NonNullable<Asked['query']>;
    readonly body?: unknown;
  }; // the types of the operation have seen to it
  return {
    method,
    path: template.replaceAll(/\{(\w+)\}/g, (_, part: string) => encodeURIComponent(String(path[part]))),
    ...(query === undefined ? {} : { query }),
    ...(body === undefined ? {} : { body }),
    ...(headers === undefined ? {} : { headers }),
    ...(signal === undefined ? {} : { signal }),
    ...(method === 'POST' && !withoutKey.test(name) ? { key: key ?? newKey() } : {}),
    isPublic: /\/(health|auth\/(register|login|refresh|password\/(forgot|reset))|system\/info|jwks)/.test(template),
  };
};

const keyBytes = 16;

/** Not a UUID by name, for `crypto.randomUUID` is missing in pages that came over plain HTTP. */
export const newKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(keyBytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
