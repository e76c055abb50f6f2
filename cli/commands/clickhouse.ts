/** `xtrading clickhouse`: the embedded ClickHouse as a server, until Ctrl-C, for nodes that share one machine. */

import { join, resolve } from 'node:path';
import { pause, systemClock, untilAborted } from '#kernel';
import { startClickHouseServer } from '#persistence';
import type { CommandDeclaration } from '../arguments.ts';
import { exitCode } from '../exit-code.ts';
import type { Command } from '../main.ts';
import { portFailure } from '../platform/port-failure.ts';
import { clickHouseMemoryBytes } from '../platform/storage.ts';
import { UsageError } from '../usage-error.ts';

const portDefault = 8123;
const hostDefault = '127.0.0.1';
const userDefault = 'default';

const declaration: CommandDeclaration = {
  name: 'clickhouse',
  usage: ['clickhouse [options]'],
  summary: 'Runs the embedded ClickHouse as a server that several nodes on this machine share. Ctrl-C stops it.',
  options: {
    port: { value: 'N', group: 'Server', help: `Port on which it answers; 0: any free one. Default ${portDefault}.` },
    host: {
      value: 'ADDRESS',
      group: 'Server',
      help: `Address on which it listens. Default ${hostDefault}; any other one needs CLICKHOUSE_PASSWORD.`,
    },
    data: {
      value: 'FOLDER',
      group: 'Server',
      help: "Its data. Default: that of the embedded engine in the platform's data folder (XTRADING_DATA).",
    },
    'idle-seconds': {
      value: 'N',
      group: 'Server',
      help: 'Ends when nobody has asked for anything for so long. Default: never.',
    },
    plain: { group: 'Output', help: 'No colours.' },
    quiet: { group: 'Output', help: 'Say nothing but errors.' },
  },
  examples: [
    ['xtrading clickhouse', 'on port 8123, with the prices that are in ./.data'],
    ['CLICKHOUSE_URL=http://127.0.0.1:8123 xtrading start', 'a node that works on it'],
  ],
  notes: [
    'With CLICKHOUSE_PASSWORD set, whoever asks must log in, as CLICKHOUSE_USER or as default. It speaks the part of the interface of ClickHouse that xTrading uses; who may ask it may read what this user may read.',
  ],
};

export const clickHouseCommand: Command = {
  declaration,
  async run(given, { terminal, environment, signal }) {
    const port = given.number('port', { min: 0, max: 65_535, whole: true }) ?? portDefault;
    const host = given.text('host') ?? hostDefault;
    const password = environment['CLICKHOUSE_PASSWORD'] ?? '';
    if (!isLoopback(host) && password === '')
      throw new UsageError(
        'option-value',
        `--host ${host} would let other machines in without a password.`,
        'Set CLICKHOUSE_PASSWORD, and give it in the CLICKHOUSE_URL of the nodes.',
      );
    const folder = given.text('data') ?? join(environment['XTRADING_DATA'] ?? './.data', 'clickhouse');
    const server = await startClickHouseServer({
      dataFolder: resolve(folder),
      memoryBytesMax: clickHouseMemoryBytes(),
      port,
      host,
      login: password === '' ? null : { user: environment['CLICKHOUSE_USER'] ?? userDefault, password },
    }).catch((error: unknown) => {
      throw portFailure(error, { host, port }, { port: 'set --port', host: '--host' });
    });
    terminal.print(`ClickHouse is running at http://${host}:${server.port}, with its data in ${folder}`);
    const idleSeconds = given.number('idle-seconds', { min: 1, whole: true });
    await Promise.race([
      untilAborted(signal),
      ...(idleSeconds === undefined ? [] : [untilIdle(server, idleSeconds, signal)]),
    ]);
    terminal.note('Stopping: finishing what is under way.');
    await server.close();
    return exitCode.done;
  },
};

/** Looks a few times while that long. */
const looksPerIdle = 10;

const untilIdle = async (
  { idleMs }: { readonly idleMs: () => number },
  seconds: number,
  signal: AbortSignal,
): Promise<void> => {
  while (!signal.aborted && idleMs() < seconds * 1_000)
    await pause(systemClock, (seconds * 1_000) / looksPerIdle, signal);
};

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.');
