/** `xtrading actor outbox`, `actor outbox retry`: for administrators, messages between actors that have no answer yet. */

import { withSeparators } from '#report';
import type { CommandDeclaration } from '../arguments.ts';
import { exitCode } from '../exit-code.ts';
import { messagesTable } from '../server/actor-text.ts';
import { serverCommand, serverNote, serverOptions } from '../server/connection.ts';
import { mailText } from '../server/mail-text.ts';
import { onePositional, positionals } from '../server/positionals.ts';
import { tell } from '../server/table.ts';

const listedDefault = 50;
const listedMax = 100;

const adminNote = 'For administrators.';
const nodeNote = 'How far a message has come is known by the node that delivers it: ask that one.';

const listDeclaration: CommandDeclaration = {
  name: 'actor outbox',
  usage: ['actor outbox [--after N] [--limit N]'],
  summary: 'Lists messages between actors that have not been answered, and says what became of mails.',
  options: {
    after: { value: 'N', group: 'Which', help: 'Those after that place, which the page before names.' },
    limit: { value: 'N', group: 'Which', help: 'So many at most, up to 100. Default 50.' },
    ...serverOptions,
  },
  examples: [['xtrading actor outbox', 'which wait the longest, and why']],
  notes: ['What a message says is not shown.', `${adminNote} ${nodeNote}`, serverNote],
};

export const actorOutboxCommand = serverCommand(listDeclaration, async (given, { client, terminal }) => {
  positionals(given, { names: [], example: 'xtrading actor outbox' });
  const limit = given.number('limit', { min: 1, max: listedMax, whole: true }) ?? listedDefault;
  const after = given.number('after', { min: 0, whole: true });
  const page = await client.system.outbox(after === undefined ? { limit } : { limit, after });
  tell(terminal, {
    isJson: given.flag('json'),
    value: page,
    text: () =>
      [
        `${withSeparators(page.total, 0)} ${page.total === 1 ? 'message waits' : 'messages wait'} for an answer.`,
        ...(page.data.length === 0 ? [] : [messagesTable(page.data, terminal)]),
        ...(page.nextAfter === null ? [] : [terminal.style('dim', `There are more: --after ${page.nextAfter}`)]),
        '',
        mailText(page.mail, terminal),
      ].join('\n'),
  });
  return exitCode.done;
});

const retryDeclaration: CommandDeclaration = {
  name: 'actor outbox retry',
  usage: ['actor outbox retry ID'],
  summary: 'Has a message tried at once that waits to be tried again, when what it failed on is mended.',
  options: serverOptions,
  examples: [['xtrading actor outbox retry 47ff159a-29f8-895a-badf-12c15999f6a4', 'an id of xtrading actor outbox']],
  notes: [
    'What you do is recorded in the audit trail before it is done.',
    `${adminNote} Whichever node you ask, the one that delivers the message tries it.`,
    serverNote,
  ],
};

export const actorOutboxRetryCommand = serverCommand(retryDeclaration, async (given, { client, terminal }) => {
  const id = onePositional(given, { what: 'id of a message', example: 'xtrading actor outbox retry ID' });
  const tried = await client.system.retryMessage(id);
  const { recipient, command } = tried;
  tell(terminal, {
    isJson: given.flag('json'),
    value: tried,
    text: () =>
      `${command} to ${recipient.kind} ${recipient.id} is being tried; xtrading actor outbox says what came of it.`,
  });
  return exitCode.done;
});
