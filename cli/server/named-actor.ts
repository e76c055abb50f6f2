/** The actor that a command names by its kind and its id. */

import { nearest } from '#domain';
import { ApiProblem, kindsIn } from '#sdk';
import type { Client } from '#sdk';
import type { Arguments } from '../arguments.ts';
import { positionals } from './positionals.ts';
import { ServerError } from './server-error.ts';

export interface NamedActor {
  readonly kind: string;
  readonly id: string;
}

export const actorNote =
  'For administrators. An actor is named by its kind and its id: account u1.paper. Ids of users, accounts, strategies and backtests are those that the other commands show; a market and a symbol are called by the symbol.';

/** `command`: the word after `actor`. */
export const namedActor = (given: Arguments, command: string): NamedActor => {
  const [kind = '', id = ''] = positionals(given, {
    names: ['kind of actor', 'id'],
    example: `xtrading actor ${command} account u1.paper; xtrading actor list has the kinds`,
  });
  return { kind, id };
};

/** Asks the server about actors of a kind; of a kind that there is not, those that there are are named. */
export const ofKnownKind = async <T>(client: Client, kind: string, ask: () => Promise<T>): Promise<T> => {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.code !== 'actor-kind-unknown') throw error;
    const names = kindsIn(await client.system.tree()).map(({ name }) => name);
    throw new ServerError(
      'actor-kind-unknown',
      `There is no kind of actor "${kind.slice(0, 60)}".`,
      `${nearest(kind, names)}There are ${names.toSorted().join(', ')}.`,
      { cause: error },
    );
  }
};
