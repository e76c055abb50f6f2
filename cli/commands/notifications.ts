/** `xtrading notifications`: the inbox that you have on a server. */

import type { Notification } from '#sdk';
import { untilAborted } from '#kernel';
import type { CommandDeclaration } from '../arguments.ts';
import { exitCode } from '../exit-code.ts';
import { serverCommand, serverNote, serverOptions } from '../server/connection.ts';
import type { ServerContext } from '../server/connection.ts';
import { ServerError } from '../server/server-error.ts';
import { shortTime, tell } from '../server/table.ts';
import type { Terminal } from '../terminal.ts';

const declaration: CommandDeclaration = {
  name: 'notifications',
  usage: ['notifications [options]'],
  summary: 'Shows what there is to know: backtests that ended, orders that filled, messages. The newest first.',
  options: {
    unread: { group: 'Which', help: 'Only those that were not read.' },
    limit: { value: 'N', group: 'Which', help: 'So many at most, up to 1000. Default 20.' },
    'mark-read': { group: 'Which', help: 'Mark those that are shown as read.' },
    watch: { short: 'w', group: 'Output', help: 'Stay and show new ones as they come, until Ctrl-C.' },
    ...serverOptions,
  },
  examples: [
    ['xtrading notifications --unread --mark-read', 'what is new'],
    ['xtrading notifications --watch --json', 'one JSON object a line, for a program'],
  ],
  notes: [serverNote],
};

const listedDefault = 20;

export const notificationsCommand = serverCommand(declaration, async (given, context) => {
  const { client, terminal } = context;
  const isJson = given.flag('json');
  if (given.flag('watch')) {
    await watch(context, (one) => terminal.print(isJson ? JSON.stringify(one) : notificationText(one, terminal)));
    return exitCode.done;
  }
  const { data } = await client.notifications.list({
    limit: given.number('limit', { min: 1, max: 1_000, whole: true }) ?? listedDefault,
    ...(given.flag('unread') ? { unread: true } : {}),
  });
  const ids = data.filter(({ readAt }) => readAt === null).map(({ id }) => id);
  if (given.flag('mark-read') && ids.length > 0) await client.notifications.markRead(ids);
  tell(terminal, {
    isJson,
    value: data,
    text: () =>
      data.length === 0 ? 'There is nothing.' : data.map((one) => notificationText(one, terminal)).join('\n'),
  });
  return exitCode.done;
});

const watch = async (
  { client, live, lost, signal, terminal }: ServerContext,
  show: (one: Notification) => void,
): Promise<void> => {
  const { id: userId } = await client.users.profile();
  const { promise: refused, reject } = Promise.withResolvers<never>();
  const stop = live().inbox(userId, {
    onSnapshot: ({ unread }) => terminal.note(`${unread} unread. New ones are shown as they come; Ctrl-C ends it.`),
    onPublication: (event) => {
      if (event.type === 'notification') show(event.notification);
    },
    onRefused: (reason) =>
      reject(
        new ServerError('inbox-refused', `The inbox can't be watched: ${reason}.`, 'Sign in again: xtrading login.'),
      ),
  });
  try {
    await Promise.race([untilAborted(signal), refused, lost]);
  } finally {
    stop();
  }
};

const notificationText = ({ at, title, text, readAt }: Notification, terminal: Terminal): string =>
  [
    `${terminal.style('dim', shortTime(at))}  ${readAt === null ? terminal.style('bold', title) : title}`,
    ...(text === '' || text === title ? [] : text.split('\n').map((line) => `    ${line}`)),
  ].join('\n');
