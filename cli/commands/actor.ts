/** `xtrading actor list`, `show`, `history`, `state`: for administrators, the actors of a server. */

import { withSeparators } from '#report';
import { kindsIn } from '#sdk';
import type { KindNode, QuarantinedActor } from '#sdk';
import type { Arguments, CommandDeclaration } from '../arguments.ts';
import { exitCode } from '../exit-code.ts';
import { actorsTable, actorText, eventsTable, quarantinedTable } from '../server/actor-text.ts';
import { serverCommand, serverNote, serverOptions } from '../server/connection.ts';
import type { ServerContext } from '../server/connection.ts';
import { actorNote, namedActor, ofKnownKind } from '../server/named-actor.ts';
import { positionals } from '../server/positionals.ts';
import { table, tell } from '../server/table.ts';
import type { Terminal } from '../terminal.ts';

const listDeclaration: CommandDeclaration = {
  name: 'actor list',
  usage: ['actor list', 'actor list KIND [--limit N]'],
  summary: 'Lists what failed and waits for you, and the kinds of actors; or the actors of a kind, the busiest first.',
  options: {
    limit: { value: 'N', group: 'Which', help: 'Of a kind: so many at most, up to 500. Default 50.' },
    ...serverOptions,
  },
  examples: [
    ['xtrading actor list', 'where something is wrong'],
    ['xtrading actor list account --limit 10', 'the accounts with the most messages waiting'],
  ],
  notes: [actorNote, serverNote],
};

const listedDefault = 50;
const listedMax = 500;
/** In one answer of the server. */
const quarantinedMax = 100;

export const actorListCommand = serverCommand(listDeclaration, async (given, context) => {
  const [kind] = given.positionals;
  if (kind === undefined) return await listAll(given, context);
  positionals(given, { names: ['kind'], example: 'xtrading actor list account' });
  const { client, terminal } = context;
  const limit = given.number('limit', { min: 1, max: listedMax, whole: true }) ?? listedDefault;
  const actors = await ofKnownKind(client, kind, () => client.system.actors(kind, { limit }));
  const { data, quarantined } = actors;
  tell(terminal, {
    isJson: given.flag('json'),
    value: actors,
    text: () =>
      [
        ...quarantineText(quarantined, terminal),
        data.length === 0 ? `No ${kind} is in memory.` : actorsTable(data, terminal),
      ].join('\n'),
  });
  return exitCode.done;
});

const listAll = async (given: Arguments, { client, terminal }: ServerContext): Promise<number> => {
  const [{ data: quarantined, nextCursor }, tree] = await Promise.all([
    client.system.quarantine({ limit: quarantinedMax }),
    client.system.tree(),
  ]);
  const kinds = kindsIn(tree).map(({ name, resident, mailboxMessages, restarts, quarantined: failed }) => ({
    kind: name,
    resident,
    mailboxMessages,
    restarts,
    quarantined: failed,
  }));
  tell(terminal, {
    isJson: given.flag('json'),
    value: { quarantined, kinds },
    text: () =>
      [
        ...(quarantined.length === 0 ? ['Nothing waits for you.', ''] : quarantineText(quarantined, terminal)),
        ...(nextCursor === null
          ? []
          : [`These are the first ${quarantinedMax}; xtrading actor list KIND has those of one kind.`, '']),
        kindsTable(kinds, terminal),
      ].join('\n'),
  });
  return exitCode.done;
};

const quarantineText = (quarantined: readonly QuarantinedActor[], terminal: Terminal): readonly string[] =>
  quarantined.length === 0
    ? []
    : [
        terminal.style(
          'red',
          `${quarantined.length} ${quarantined.length === 1 ? 'actor waits' : 'actors wait'} for you:`,
        ),
        quarantinedTable(quarantined, terminal),
        terminal.style('dim', 'xtrading actor show KIND ID says more of one.'),
        '',
      ];

type KindRow = Pick<KindNode, 'resident' | 'mailboxMessages' | 'restarts' | 'quarantined'> & { readonly kind: string };

const kindsTable = (kinds: readonly KindRow[], terminal: Terminal): string =>
  table(
    kinds,
    [
      { title: 'kind', text: ({ kind }) => kind },
      ...(
        [
          ['in memory', 'resident'],
          ['waiting', 'mailboxMessages'],
          ['restarts', 'restarts'],
          ['quarantined', 'quarantined'],
        ] as const
      ).map(([title, field]) => ({ title, text: (row: KindRow) => withSeparators(row[field], 0), isNumber: true })),
    ],
    terminal,
  );

const showDeclaration: CommandDeclaration = {
  name: 'actor show',
  usage: ['actor show KIND ID'],
  summary: 'Shows one actor: whether it lives, what waits for it, how often it failed, and why it is left alone.',
  options: serverOptions,
  examples: [['xtrading actor show account u1.paper', 'looking does not bring it into memory']],
  notes: [actorNote, serverNote],
};

export const actorShowCommand = serverCommand(showDeclaration, async (given, { client, terminal }) => {
  const path = namedActor(given, 'show');
  const actor = await ofKnownKind(client, path.kind, () => client.system.actor(path));
  tell(terminal, { isJson: given.flag('json'), value: actor, text: () => actorText(actor, terminal) });
  return exitCode.done;
});

const historyDeclaration: CommandDeclaration = {
  name: 'actor history',
  usage: ['actor history KIND ID [--after N] [--limit N]'],
  summary: 'Lists the events of an actor, as the journal has them; secrets are left out.',
  options: {
    after: { value: 'N', group: 'Which', help: 'Events after the one of that number. Default: the newest ones.' },
    limit: { value: 'N', group: 'Which', help: 'So many at most, up to 200. Default 20.' },
    ...serverOptions,
  },
  examples: [
    ['xtrading actor history account u1.paper', 'what happened last'],
    ['xtrading actor history account u1.paper --after 0 --limit 5 --json', 'how it began, whole'],
  ],
  notes: [actorNote, serverNote],
};

const eventsDefault = 20;
const eventsMax = 200;

export const actorHistoryCommand = serverCommand(historyDeclaration, async (given, { client, terminal }) => {
  const path = namedActor(given, 'history');
  const limit = given.number('limit', { min: 1, max: eventsMax, whole: true }) ?? eventsDefault;
  const asked = given.number('after', { min: 0, whole: true });
  const page = await ofKnownKind(client, path.kind, async () => {
    const after = asked ?? Math.max(0, (await client.system.actor(path)).seq - limit);
    return await client.system.history(path, { after, limit });
  });
  tell(terminal, {
    isJson: given.flag('json'),
    value: page,
    text: () =>
      [
        page.data.length === 0 ? 'There are none.' : eventsTable(page.data, terminal),
        ...(page.nextAfter === null ? [] : [terminal.style('dim', `There are more: --after ${page.nextAfter}`)]),
      ].join('\n'),
  });
  return exitCode.done;
});

const stateDeclaration: CommandDeclaration = {
  name: 'actor state',
  usage: ['actor state KIND ID [--seq N]'],
  summary: 'Prints the state of an actor as JSON: now, or as it was after any of its events; secrets are left out.',
  options: {
    seq: { value: 'N', group: 'Which', help: 'After the event of that number; 0: before the first. Default: now.' },
    ...serverOptions,
  },
  examples: [
    ['xtrading actor state account u1.paper', 'as it is'],
    ['xtrading actor state account u1.paper --seq 6', 'as it was after its sixth event'],
  ],
  notes: [
    actorNote,
    'What event 7 changed is the difference between --seq 6 and --seq 7. With --json, the number of the newest event in the state comes along.',
    serverNote,
  ],
};

export const actorStateCommand = serverCommand(stateDeclaration, async (given, { client, terminal, signal }) => {
  const path = namedActor(given, 'state');
  const seq = given.number('seq', { min: 0, whole: true });
  const made = await ofKnownKind(client, path.kind, () => client.system.state(path, seq, { signal }));
  tell(terminal, { isJson: given.flag('json'), value: made, text: () => JSON.stringify(made.state, null, 2) });
  return exitCode.done;
});
