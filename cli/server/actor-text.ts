/** Actors as operators read them on the command line. */

import { withSeparators } from '#report';
import type { Actor, ActorEvent, ListedActor, Quarantine, QuarantinedActor, WaitingMessage } from '#sdk';
import type { Terminal } from '../terminal.ts';
import type { Column } from './table.ts';
import { shortTime, table } from './table.ts';

/** Lines of where it failed; `--json` has all. */
const detailLinesShown = 12;

export const actorText = (actor: Actor, terminal: Terminal): string => {
  const { kind, id, durability, seq, mailboxMessages, mailboxBytes, uncommittedWrites, stateSize, restarts } = actor;
  const { lastFailure, lastTurnAt, quarantine } = actor;
  const lines = [
    ['newest event', withSeparators(seq, 0)],
    ['waiting', `${withSeparators(mailboxMessages, 0)} messages, ${withSeparators(mailboxBytes, 0)} bytes`],
    ['unwritten', withSeparators(uncommittedWrites, 0)],
    ['state', stateSize === null ? 'not in memory' : `${withSeparators(stateSize, 0)} characters`],
    ['restarts', withSeparators(restarts, 0)],
    ['last turn', lastTurnAt === null ? 'none in this life' : `${shortTime(lastTurnAt)} UTC`],
    [
      'last failure',
      lastFailure === null
        ? 'none in this life'
        : `${shortTime(lastFailure.at)} UTC  ${printable(lastFailure.message)}`,
    ],
  ].map(([title = '', text = '']) => `  ${title.padEnd(14)}${text}`);
  return [
    [
      terminal.style('bold', `${kind} ${printable(id)}`),
      statusText(actor.status, terminal),
      ...(durability === 'journal' ? [] : [terminal.style('dim', 'without a journal')]),
    ].join('  '),
    ...lines,
    ...(quarantine === null ? [] : ['', ...quarantineLines(actor, quarantine, terminal)]),
  ].join('\n');
};

const quarantineLines = (
  { kind, id }: Pick<Actor, 'kind' | 'id'>,
  { at, reason, detail, seq, command }: Quarantine,
  terminal: Terminal,
): readonly string[] => {
  const stack = printable(detail).split('\n');
  return [
    `${terminal.style('red', 'Quarantined')} since ${shortTime(at)} UTC: ${printable(reason)}`,
    ...(seq === null ? [] : [`  It can't read its event ${seq}.`]),
    ...(command === null
      ? []
      : [
          `  It failed on the command ${command.type}${command.id === null ? '' : ` with the id ${command.id}`}:`,
          `  ${printable(JSON.stringify(command.payload))}`,
        ]),
    ...stack.slice(0, detailLinesShown).map((line) => terminal.style('dim', `  ${line}`)),
    '',
    `When the cause is mended:   xtrading actor retry ${kind} ${id}`,
    `To go on without ${seq === null ? 'the command' : 'the event'}:  xtrading actor skip ${kind} ${id}`,
  ];
};

export const statusText = (status: string, terminal: Terminal): string =>
  terminal.style(status === 'quarantined' ? 'red' : status === 'live' ? 'green' : 'yellow', status);

export const quarantinedTable = (actors: readonly QuarantinedActor[], terminal: Terminal): string =>
  fitted(
    actors,
    [
      { title: 'kind', text: ({ kind }) => kind },
      { title: 'id', text: ({ id }) => printable(id) },
      { title: 'since (UTC)', text: ({ quarantine }) => shortTime(quarantine.at) },
      { title: 'failed on', text: ({ quarantine }) => failedOn(quarantine) },
    ],
    { title: 'reason', text: ({ quarantine }) => quarantine.reason },
    terminal,
  );

/** `command Deposit`, `event 3`. */
const failedOn = ({ cause, seq, command }: QuarantinedActor['quarantine']): string => {
  if (command !== null) return `command ${command.type}`;
  return seq === null ? cause : `event ${seq}`;
};

export const actorsTable = (actors: readonly ListedActor[], terminal: Terminal): string =>
  fitted(
    actors,
    [
      { title: 'id', text: ({ id }) => printable(id) },
      { title: 'status', text: ({ status }) => status },
      { title: 'waiting', text: ({ mailboxMessages }) => withSeparators(mailboxMessages, 0), isNumber: true },
      { title: 'unwritten', text: ({ uncommittedWrites }) => withSeparators(uncommittedWrites, 0), isNumber: true },
      // One that could not be read does not know how many it has.
      {
        title: 'events',
        text: ({ seq, status }) => (seq === 0 && status === 'quarantined' ? '' : withSeparators(seq, 0)),
        isNumber: true,
      },
      { title: 'restarts', text: ({ restarts }) => withSeparators(restarts, 0), isNumber: true },
    ],
    { title: 'last failure', text: ({ lastFailure }) => lastFailure?.message ?? '' },
    terminal,
  );

export const eventsTable = (events: readonly ActorEvent[], terminal: Terminal): string =>
  fitted(
    events,
    [
      { title: 'event', text: ({ seq }) => String(seq), isNumber: true },
      { title: 'written (UTC)', text: ({ at }) => shortTime(at) },
      { title: 'type', text: ({ type, version }) => (version === 1 ? type : `${type} v${version}`) },
    ],
    { title: 'payload', text: ({ payload }) => JSON.stringify(payload) },
    terminal,
  );

export const messagesTable = (messages: readonly WaitingMessage[], terminal: Terminal): string =>
  fitted(
    messages,
    [
      { title: 'id', text: ({ id }) => printable(id) },
      { title: 'to', text: ({ recipient: { kind, id } }) => `${kind} ${printable(id)}` },
      { title: 'command', text: ({ command }) => printable(command) },
      { title: 'since (UTC)', text: ({ since }) => (since === null ? 'unknown' : shortTime(since)) },
      {
        title: 'attempts',
        text: ({ delivery }) => (delivery === null ? 'elsewhere' : withSeparators(delivery.attempts, 0)),
        isNumber: true,
      },
      {
        title: 'next (UTC)',
        text: ({ delivery }) => nextAttemptText(delivery),
      },
    ],
    { title: 'last failure', text: ({ delivery }) => failureText(delivery?.lastFailure ?? null) },
    terminal,
  );

const nextAttemptText = (delivery: WaitingMessage['delivery']): string => {
  if (delivery === null) return '';
  return delivery.nextAttemptAt === null ? 'now' : shortTime(delivery.nextAttemptAt);
};

/** `quarantined: The actor fails …`. */
const failureText = (failure: { readonly code: string | null; readonly message: string } | null): string => {
  if (failure === null) return '';
  return failure.code === null ? failure.message : `${failure.code}: ${failure.message}`;
};

/** A table whose last column is cut where the terminal ends; less than this is of no use to anybody. */
const fitted = <Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  last: Column<Row>,
  terminal: Terminal,
): string => {
  const taken = columns.reduce(
    (sum, { title, text }) => sum + 2 + Math.max(title.length, ...rows.map((row) => text(row).length)),
    0,
  );
  const room = Math.max(lastColumnMin, terminal.columns - taken);
  return table(rows, [...columns, { ...last, text: (row) => cut(printable(last.text(row)), room) }], terminal);
};
const lastColumnMin = 24;

const cut = (text: string, length: number): string => {
  const [line = ''] = text.split('\n');
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
};

/** What others have written must not steer the terminal. */
// oxlint-disable-next-line eslint/no-control-regex -- these are what is looked for
export const printable = (text: string): string =>
  text.replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, '\u{fffd}');
