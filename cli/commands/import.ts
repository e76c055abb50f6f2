/** `xtrading import`: brings a file of prices to a server, and waits until they are in. */

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { withSeparators } from '#report';
import type { Client, Import } from '#sdk';
import type { CommandDeclaration } from '../arguments.ts';
import { exitCode } from '../exit-code.ts';
import { startProgress } from '../progress.ts';
import { onePositional } from '../server/positionals.ts';
import { serverCommand, serverNote, serverOptions } from '../server/connection.ts';
import { ServerError } from '../server/server-error.ts';
import { tell } from '../server/table.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

const declaration: CommandDeclaration = {
  name: 'import',
  usage: ['import FILE --symbol S [options]'],
  summary:
    'Brings a file of prices to a server, which lists the symbol where it is new. Sending a file twice is harmless.',
  options: {
    symbol: { value: 'S', group: 'Data', help: 'Whose prices they are. Default: the name of the file, in capitals.' },
    interval: { value: '1m|1d', group: 'Data', help: 'Length of the bars; default: told from the times.' },
    'skip-bad': {
      group: 'Data',
      help: 'Leave out rows that can not be bars, and say which; else they end the import.',
    },
    'no-wait': { group: 'Output', help: 'Return when the file has arrived.' },
    ...serverOptions,
  },
  examples: [
    ['xtrading import GOOG.csv --symbol GOOG', 'CSV of any common layout, .gz too'],
    ['xtrading import minutes.csv.gz --symbol BTC-USD --interval 1m --skip-bad', 'minutes, bad rows left out'],
  ],
  notes: [serverNote],
};

export const importCommand = serverCommand(declaration, async (given, { client, terminal, signal }) => {
  const file = onePositional(given, { what: 'file of prices', example: 'xtrading import GOOG.csv --symbol GOOG' });
  const symbol = (given.text('symbol') ?? basename(file).replace(/\..*$/, '')).toUpperCase();
  const interval = intervalOf(given.text('interval'));
  const query = {
    symbol,
    skipBad: given.flag('skip-bad'),
    fileName: basename(file),
    ...(interval === undefined ? {} : { interval }),
  };
  const arrived = await send(file, { client, query, terminal, signal });
  const ended = given.flag('no-wait') ? arrived : await end(arrived, { client, terminal, signal });
  tell(terminal, { isJson: given.flag('json'), value: ended, text: () => importText(ended, terminal) });
  if (ended.status === 'failed')
    throw new ServerError(
      'import-failed',
      ended.failure ?? 'The import failed.',
      query.skipBad ? 'Look at the file.' : 'Mend the file, or leave bad rows out with --skip-bad.',
    );
  return exitCode.done;
});

const intervalOf = (text: string | undefined): '1m' | '1d' | undefined => {
  if (text === undefined || text === '1m' || text === '1d') return text;
  throw new UsageError(
    'option-value',
    `--interval ${text} is not stored.`,
    'Bars are stored by the minute (1m) or by the day (1d).',
  );
};

interface Sending {
  readonly client: Client;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

const send = async (
  file: string,
  { client, query, terminal, signal }: Sending & { readonly query: Parameters<Client['data']['importFile']>[0] },
): Promise<Import> => {
  const { size } = await stat(file).catch((error: Error) => {
    throw new UsageError(
      'file-unreadable',
      `${file} can't be read: ${error.message}.`,
      'Check the path and its permissions.',
      {
        cause: error,
      },
    );
  });
  const progress = await startProgress(terminal, { title: `Sending ${query.fileName}`, total: size / 1e6, unit: 'MB' });
  let sent = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sent += chunk.length;
      progress.update(sent / 1e6);
      done(null, chunk);
    },
  });
  try {
    const content = Readable.toWeb(createReadStream(file).pipe(counted)) as ReadableStream<Uint8Array>; // bytes of a file
    return await client.data.importFile(query, content, { signal });
  } finally {
    progress.stop();
  }
};

const lookAgainMs = 300;

/** Imports have no realtime channel: asked for until it has ended. */
const end = async (import_: Import, { client, terminal, signal }: Sending): Promise<Import> => {
  let now = import_;
  while (now.finishedAt === null) {
    terminal.status(`Importing ${now.symbol}: ${withSeparators(now.rows, 0)} rows`);
    await pause(lookAgainMs, undefined, { signal });
    now = await client.data.import(now.id);
  }
  terminal.status('');
  return now;
};

/** Rejected rows that are shown one by one; --json has more. */
const rejectedShownMax = 10;

const importText = (
  { id, symbol, interval, rows, rejected, rejectedRows, notes, status }: Import,
  terminal: Terminal,
): string => {
  const head = `${terminal.style('bold', symbol)}${interval === null ? '' : ` ${interval}`}  ${withSeparators(rows, 0)} bars ${status === 'completed' ? 'imported' : status}`;
  const shown = rejectedRows.slice(0, rejectedShownMax).map(({ line, reason }) => `  line ${line}: ${reason}`);
  return [
    head,
    ...(rejected === 0
      ? []
      : [
          `${withSeparators(rejected, 0)} rows rejected${shown.length < rejected ? `, the first ${shown.length}` : ''}:`,
          ...shown,
        ]),
    ...notes.map((note) => terminal.style('yellow', note)),
    terminal.style('dim', `import ${id}`),
  ].join('\n');
};
