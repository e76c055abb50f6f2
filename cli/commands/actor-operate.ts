/** `xtrading actor retry`, `skip`, `stop`: for administrators, setting an actor right. */

import type { Actor, Client } from '#sdk';
import type { Arguments, CommandDeclaration } from '../arguments.ts';
import { exitCode } from '../exit-code.ts';
import { actorText, statusText } from '../server/actor-text.ts';
import { askLine } from '../server/ask-secret.ts';
import { serverCommand, serverNote, serverOptions } from '../server/connection.ts';
import { namedActor, ofKnownKind } from '../server/named-actor.ts';
import type { NamedActor } from '../server/named-actor.ts';
import { tell } from '../server/table.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

const exitNote = 'Exit codes: 0 the actor is there again, 3 it has failed again, or the server refused.';
const auditNote = 'What you do is recorded in the audit trail before it is done.';

const retryDeclaration: CommandDeclaration = {
  name: 'actor retry',
  usage: ['actor retry KIND ID'],
  summary: 'Lets an actor that is quarantined try again, when what it failed on is mended.',
  options: serverOptions,
  examples: [['xtrading actor retry account u1.paper', 'says at once whether it has failed again']],
  notes: ['It is read from its journal anew, and takes what it is given.', auditNote, exitNote, serverNote],
};

export const actorRetryCommand = serverCommand(retryDeclaration, async (given, { client, terminal }) => {
  const path = namedActor(given, 'retry');
  return tellOutcome(await ofKnownKind(client, path.kind, () => client.system.retry(path)), given, terminal);
});

const skipDeclaration: CommandDeclaration = {
  name: 'actor skip',
  usage: ['actor skip KIND ID [--yes]'],
  summary: 'Has an actor that is quarantined go on without what it failed on. This can not be undone.',
  options: {
    yes: { short: 'y', group: 'Doing', help: 'Do not ask; needed where nobody can be asked.' },
    ...serverOptions,
  },
  examples: [
    ['xtrading actor skip account u1.paper', 'shows what it failed on, and asks'],
    ['xtrading actor skip account u1.paper --yes', 'for a script'],
  ],
  notes: [
    'An event that can not be read is left out of its state for good, with what it did to money or positions. A command is refused to whoever sends it again. Look first: xtrading actor show, history and state.',
    auditNote,
    exitNote,
    serverNote,
  ],
};

export const actorSkipCommand = serverCommand(skipDeclaration, async (given, { client, terminal, signal }) => {
  const path = namedActor(given, 'skip');
  if (!given.flag('yes') && !(await isAgreed(client, path, { terminal, signal }))) {
    terminal.note('Nothing was done.');
    return exitCode.done;
  }
  return tellOutcome(await ofKnownKind(client, path.kind, () => client.system.skip(path)), given, terminal);
});

const isAgreed = async (
  client: Client,
  path: NamedActor,
  { terminal, signal }: { readonly terminal: Terminal; readonly signal: AbortSignal },
): Promise<boolean> => {
  if (!process.stdin.isTTY)
    throw new UsageError(
      'confirmation-needed',
      'What is skipped is left out for good, and nobody is here to be asked.',
      `Look at it first, then: xtrading actor skip ${path.kind} ${path.id} --yes.`,
    );
  const actor = await ofKnownKind(client, path.kind, () => client.system.actor(path));
  // The server says why not.
  if (actor.quarantine === null) return true;
  terminal.note(actorText(actor, terminal));
  const what = actor.quarantine.seq === null ? 'the command' : `the event ${actor.quarantine.seq}`;
  const answer = await askLine(`\nGo on without ${what}, for good? [y/N] `, signal);
  return /^y(es)?$/i.test(answer?.trim() ?? '');
};

const stopDeclaration: CommandDeclaration = {
  name: 'actor stop',
  usage: ['actor stop KIND ID'],
  summary: 'Ends an actor in memory after what it has decided; its next message brings it back from the journal.',
  options: serverOptions,
  examples: [['xtrading actor stop account u1.paper', 'nothing that was acknowledged is lost']],
  notes: [
    'One without a journal (a market, the dispatcher) forgets what it knew, and learns it again.',
    auditNote,
    serverNote,
  ],
};

export const actorStopCommand = serverCommand(stopDeclaration, async (given, { client, terminal }) => {
  const path = namedActor(given, 'stop');
  const actor = await ofKnownKind(client, path.kind, () => client.system.stop(path));
  tell(terminal, { isJson: given.flag('json'), value: actor, text: () => outcomeText(actor, terminal) });
  return exitCode.done;
});

/** A script is told of another failure by the exit code. */
const tellOutcome = (actor: Actor, given: Arguments, terminal: Terminal): number => {
  tell(terminal, { isJson: given.flag('json'), value: actor, text: () => outcomeText(actor, terminal) });
  return actor.quarantine === null ? exitCode.done : exitCode.badInput;
};

const outcomeText = (actor: Actor, terminal: Terminal): string =>
  actor.quarantine === null
    ? `${actor.kind} ${actor.id}  ${statusText(actor.status, terminal)}  newest event ${actor.seq}`
    : `It has failed again.\n\n${actorText(actor, terminal)}`;
