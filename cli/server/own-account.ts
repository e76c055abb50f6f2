/** Finds the account that a command means: the one that is named, or the only one there is. */

import { nearest } from '#domain';
import type { AccountEntry, Client } from '#sdk';
import type { Arguments, OptionDeclaration } from '../arguments.ts';
import { UsageError } from '../usage-error.ts';
import { ServerError } from './server-error.ts';

export const accountOption = {
  account: {
    value: 'ACCOUNT',
    short: 'a',
    group: 'Account',
    help: 'Name or id of the account; needed when you have several.',
  },
} as const satisfies Readonly<Record<string, OptionDeclaration>>;

export const ownAccounts = async ({ calls }: Client): Promise<readonly AccountEntry[]> =>
  await Array.fromAsync(calls.each<'GET /api/v1/trading/accounts', AccountEntry>('GET /api/v1/trading/accounts'));

export const chosenAccount = async (client: Client, given: Arguments): Promise<AccountEntry> =>
  await ownAccount(client, given.text('account'));

/** Ids go to the server as they are, which knows best whose they are. */
export const ownAccount = async (client: Client, nameOrId: string | undefined): Promise<AccountEntry> => {
  const all = await ownAccounts(client);
  const names = all.map(({ name }) => name);
  if (nameOrId === undefined) {
    const [only, ...others] = all;
    if (only === undefined)
      throw new ServerError('account-unknown', 'You have no account yet.', 'Open one: xtrading account create Paper.');
    if (others.length === 0) return only;
    throw new UsageError(
      'option-value',
      `You have ${all.length} accounts: ${names.join(', ')}.`,
      `Say which one: --account ${new Set(names).size === names.length ? `"${only.name}"` : only.id}.`,
    );
  }
  const named = all.filter(({ id, name }) => id === nameOrId || name === nameOrId);
  const [found, other] = named;
  if (found !== undefined && other === undefined) return found;
  if (found !== undefined)
    throw new UsageError(
      'option-value',
      `${named.length} of your accounts are called "${nameOrId}".`,
      `Name one by its id: ${named.map(({ id }) => id).join(', ')}.`,
    );
  if (/^[\w-]+\.[\w-]+$/.test(nameOrId)) return await client.trading.account(nameOrId);
  throw new ServerError(
    'account-unknown',
    `You have no account "${nameOrId}".`,
    names.length === 0
      ? 'Open one: xtrading account create Paper.'
      : `${nearest(nameOrId, names)}You have ${names.join(', ')}.`,
  );
};
