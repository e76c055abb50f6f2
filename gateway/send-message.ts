/** Leaves a message in the inboxes of many users: in each once, however often the request is sent. */

import { inboxKind, userKind } from '#actors';
import type { Role } from '#actors';
import type { FastifyRequest } from 'fastify';
import type { ListEntry } from '#ports';
import { ask, change, principalOf } from './gateway.ts';
import type { Gateway } from './gateway.ts';

export type Recipients = { readonly userId: string } | { readonly role: Role } | 'all';

export interface MessageText {
  readonly title: string;
  readonly text: string;
}

type Asked = Pick<FastifyRequest, 'id' | 'principal' | 'commandId' | 'server'>;

const usersAtOnce = 1_000;
/** Inboxes told at the same time: enough to fill the journal's batches, few beside everything else. */
const toldAtOnce = 64;

/**
 * Resolves with the number of inboxes when the message lies in the journal of each. The id of each
 * command comes from the request's and the user's: after a failure in the midst, the same request
 * again goes on where it had stopped.
 */
export const sendMessage = async (
  gateway: Gateway,
  request: Asked,
  to: Recipients,
  message: MessageText,
): Promise<number> => {
  if (to !== 'all' && 'userId' in to) {
    await ask(gateway, request, userKind, to.userId, { type: 'GetUser' });
    await tell(gateway, request, to.userId, message);
    return 1;
  }
  const isMeant = ({ doc }: ListEntry): boolean => to === 'all' || doc['role'] === to.role;
  let sent = 0;
  for await (const users of activeUsers(gateway, request)) {
    const meant = users.filter(isMeant);
    for (let from = 0; from < meant.length; from += toldAtOnce) {
      const some = meant.slice(from, from + toldAtOnce);
      await Promise.all(some.map(async ({ id }) => await tell(gateway, request, id, message)));
    }
    sent += meant.length;
  }
  return sent;
};

const tell = async (gateway: Gateway, request: Asked, userId: string, { title, text }: MessageText): Promise<void> => {
  await change(
    gateway,
    request,
    inboxKind,
    userId,
    { type: 'Notify', kind: 'message', title, text, about: { from: principalOf(request).userId } },
    userId,
  );
};

/** Oldest first, so that whoever registers meanwhile comes at the end. */
async function* activeUsers({ parts, writes }: Gateway, request: Asked): AsyncGenerator<readonly ListEntry[]> {
  const reached = writes.of(principalOf(request).userId);
  let last: ListEntry | undefined;
  for (let hasMore = true; hasMore;) {
    const page = await parts.lists.page({
      list: 'users',
      owner: null,
      status: ['active'],
      ascending: true,
      limit: usersAtOnce,
      reached,
      ...(last === undefined ? {} : { after: { at: last.at, id: last.id } }),
    });
    yield page.entries;
    last = page.entries.at(-1) ?? last;
    hasMore = page.hasMore;
  }
}
