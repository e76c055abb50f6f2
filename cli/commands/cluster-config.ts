/** `xtrading cluster config get`, `set`, `unset`, `watch`, `history`: for administrators, the settings of the whole cluster. */

import { pause, systemClock } from '#kernel';
import type { ClusterSetting } from '#sdk';
import type { CommandDeclaration } from '../arguments.ts';
import { exitCode } from '../exit-code.ts';
import { serverCommand, serverNote, serverOptions } from '../server/connection.ts';
import { onePositional, positionals } from '../server/positionals.ts';
import { ServerError } from '../server/server-error.ts';
import { shortTime, table, tell } from '../server/table.ts';
import type { Terminal } from '../terminal.ts';

const storeNote = 'A server without NATS keeps what is set in memory: it is gone when the server ends.';
const revisionOption = {
  revision: {
    value: 'N',
    group: 'Doing',
    help: 'Only if the setting is still at this revision (0: never set), as get shows it.',
  },
} as const;

const getDeclaration: CommandDeclaration = {
  name: 'cluster config get',
  usage: ['cluster config get', 'cluster config get NAME'],
  summary: 'Shows the settings of the whole cluster, which count on all nodes as soon as they are set.',
  options: serverOptions,
  examples: [
    ['xtrading cluster config get', 'all of them, with what each does'],
    ['xtrading cluster config get log.level --quiet', 'the value alone'],
  ],
  notes: [storeNote, serverNote],
};

export const clusterConfigGetCommand = serverCommand(getDeclaration, async (given, { client, terminal }) => {
  const { store, data } = await client.system.config();
  const isJson = given.flag('json');
  if (given.positionals.length === 0) {
    const note = store === 'memory' ? ['', terminal.style('dim', storeNote)] : [];
    tell(terminal, { isJson, value: data, text: () => [settingsTable(data, terminal), ...note].join('\n') });
    return exitCode.done;
  }
  const name = onePositional(given, { what: 'setting', example: 'xtrading cluster config get log.level' });
  const found = data.find((setting) => setting.name === name);
  if (found === undefined) {
    throw new ServerError(
      'cluster-setting-unknown',
      `There is no setting ${name.slice(0, 60)}.`,
      `The settings are ${data.map((setting) => setting.name).join(', ')}.`,
    );
  }
  tell(terminal, { isJson, value: found, text: () => valueOf(found) });
  return exitCode.done;
});

const setDeclaration: CommandDeclaration = {
  name: 'cluster config set',
  usage: ['cluster config set NAME VALUE [--revision N]'],
  summary: 'Sets a setting of the whole cluster, on all nodes at once.',
  options: { ...revisionOption, ...serverOptions },
  examples: [
    ['xtrading cluster config set log.level debug', 'all nodes say more'],
    ['xtrading cluster config set registration closed --revision 4', 'unless somebody has changed it since'],
  ],
  notes: ['What you do is recorded in the audit trail before it is done.', storeNote, serverNote],
};

export const clusterConfigSetCommand = serverCommand(setDeclaration, async (given, { client, terminal }) => {
  const [name = '', value = ''] = positionals(given, {
    names: ['setting', 'value'],
    example: 'xtrading cluster config set log.level debug',
  });
  const revision = given.number('revision', { min: 0, whole: true });
  const setting = await client.system.setConfig(name, { value, ...(revision === undefined ? {} : { revision }) });
  tell(terminal, { isJson: given.flag('json'), value: setting, text: () => settingText(setting) });
  return exitCode.done;
});

const unsetDeclaration: CommandDeclaration = {
  name: 'cluster config unset',
  usage: ['cluster config unset NAME [--revision N]'],
  summary: 'Lets a setting of the whole cluster have its default again.',
  options: { ...revisionOption, ...serverOptions },
  examples: [['xtrading cluster config unset log.level', 'as the environment of each node says']],
  notes: ['What you do is recorded in the audit trail before it is done.', serverNote],
};

export const clusterConfigUnsetCommand = serverCommand(unsetDeclaration, async (given, { client, terminal }) => {
  const name = onePositional(given, { what: 'setting', example: 'xtrading cluster config unset log.level' });
  const revision = given.number('revision', { min: 0, whole: true });
  const setting = await client.system.unsetConfig(name, revision === undefined ? {} : { revision });
  tell(terminal, { isJson: given.flag('json'), value: setting, text: () => settingText(setting) });
  return exitCode.done;
});

const historyDeclaration: CommandDeclaration = {
  name: 'cluster config history',
  usage: ['cluster config history NAME'],
  summary: 'Lists the last 64 changes of a setting, the newest last.',
  options: serverOptions,
  examples: [['xtrading cluster config history log.level', 'who has set it to what, and when']],
  notes: ['A NATS server that has lost its store has lost the history too.', serverNote],
};

export const clusterConfigHistoryCommand = serverCommand(historyDeclaration, async (given, { client, terminal }) => {
  const name = onePositional(given, { what: 'setting', example: 'xtrading cluster config history log.level' });
  const { data } = await client.system.configHistory(name);
  const text = (): string =>
    data.length === 0
      ? 'It was never set.'
      : table(
          data,
          [
            { title: 'revision', text: ({ revision }) => String(revision), isNumber: true },
            { title: 'when', text: ({ at }) => shortTime(at) },
            { title: 'value', text: ({ value }) => value ?? '(unset)' },
            { title: 'by', text: ({ author }) => author },
          ],
          terminal,
        );
  tell(terminal, { isJson: given.flag('json'), value: data, text });
  return exitCode.done;
});

const watchDeclaration: CommandDeclaration = {
  name: 'cluster config watch',
  usage: ['cluster config watch'],
  summary: 'Shows each change of a setting of the whole cluster as it comes, until Ctrl-C.',
  options: serverOptions,
  examples: [['xtrading cluster config watch --json', 'one JSON object a line, for a program']],
  notes: ['The server is asked every two seconds: of two changes within that time the newer one is shown.', serverNote],
};

const watchEveryMs = 2_000;

export const clusterConfigWatchCommand = serverCommand(watchDeclaration, async (given, context) => {
  const { client, terminal, signal } = context;
  positionals(given, { names: [], example: 'xtrading cluster config watch' });
  let before: readonly ClusterSetting[] | null = null;
  while (!signal.aborted) {
    const { data } = await client.system.config();
    for (const setting of before === null ? [] : changedSince(before, data)) {
      terminal.print(given.flag('json') ? JSON.stringify(setting) : settingText(setting));
    }
    if (before === null) terminal.note('Watching; Ctrl-C ends it.');
    before = data;
    await pause(systemClock, watchEveryMs, signal);
  }
  return exitCode.done;
});

const changedSince = (before: readonly ClusterSetting[], now: readonly ClusterSetting[]): readonly ClusterSetting[] =>
  now.filter(({ name, value, at }) => {
    const known = before.find((setting) => setting.name === name);
    return known?.value !== value || known.at !== at;
  });

const valueOf = ({ value }: ClusterSetting): string => value ?? '(not set)';

const settingText = (setting: ClusterSetting): string => {
  const { name, isSet, revision, author, at } = setting;
  const who = author === null || at === null ? '' : `  by ${author} at ${shortTime(at)}`;
  return `${name} = ${valueOf(setting)}${isSet ? '' : ' (default)'}  revision ${revision ?? 0}${who}`;
};

const settingsTable = (settings: readonly ClusterSetting[], terminal: Terminal): string =>
  table(
    settings,
    [
      { title: 'setting', text: ({ name }) => name },
      { title: 'value', text: valueOf },
      { title: 'from', text: ({ isSet, problem }) => (problem === null ? (isSet ? 'set' : 'default') : 'unreadable') },
      { title: 'revision', text: ({ revision }) => String(revision ?? 0), isNumber: true },
      { title: 'what it does', text: ({ help, problem }) => problem ?? help },
    ],
    terminal,
  );
