/** `xtrading data show`: what a price file holds and what was noticed in reading it. */

import { describeBadRow } from '#persistence/files';
import { readPriceFile } from '#persistence/files';
import { formatTimeframe } from '#domain';
import { showPrice, showTime, withSeparators } from '#report';
import type { CommandDeclaration } from '../arguments.ts';
import { exitCode } from '../exit-code.ts';
import { columnsOf, dataOptions } from '../load-feeds.ts';
import type { Command } from '../main.ts';
import { UsageError } from '../usage-error.ts';

/** Bad rows that are shown one by one. */
const badRowsShownMax = 10;

const declaration: CommandDeclaration = {
  name: 'data show',
  usage: ['data show FILE …'],
  summary: 'Says what price files hold, how they were read, and which rows are wrong.',
  options: {
    'date-format': dataOptions['date-format'],
    'time-zone': dataOptions['time-zone'],
    columns: dataOptions.columns,
    symbol: dataOptions.symbol,
    json: { group: 'Output', help: 'As JSON.' },
    plain: { group: 'Output', help: 'No colours.' },
  },
  examples: [['xtrading data show prices.csv', 'bars, period, timeframe, gaps, price step, bad rows']],
};

export const dataShowCommand: Command = {
  declaration,
  async run(given, { terminal, signal }) {
    if (given.positionals.length === 0)
      throw new UsageError('argument-count', 'No file was named.', 'Write xtrading data show prices.csv.');
    let bad = 0;
    for (const path of given.positionals) {
      const { bars, description, layout, notes, rejected, rejectedCount, timeframe } = await readPriceFile(path, {
        skipBad: true,
        dateFormat: given.text('date-format'),
        timeZone: given.text('time-zone'),
        columns: columnsOf(given),
        symbol: given.text('symbol'),
        signal,
      });
      bad += rejectedCount;
      if (given.flag('json')) {
        terminal.print(JSON.stringify({ file: path, layout, description, notes, rejected, rejectedCount }, null, 2));
        continue;
      }
      const { time, close, volume } = bars;
      const last = time.length - 1;
      const rows: readonly (readonly [string, string])[] = [
        ['Layout', layout],
        ['Bars', withSeparators(time.length, 0)],
        ['Period', last < 0 ? 'none' : `${showTime(time[0] ?? 0)} to ${showTime(time[last] ?? 0)}`],
        ['Timeframe', timeframe === null ? 'unknown' : formatTimeframe(timeframe)],
        ['Close', last < 0 ? 'none' : `first ${showPrice(close[0] ?? 0)}, last ${showPrice(close[last] ?? 0)}`],
        ['Price step', String(description.suggestedTick)],
        ['Volume', volume.some((value) => value > 0) ? 'yes' : 'none'],
        ['Bad rows', withSeparators(rejectedCount, 0)],
      ];
      terminal.print(
        [
          terminal.style('bold', path),
          ...rows.map(([name, value]) => `  ${name.padEnd(12)}${value}`),
          ...notes.map((note) => `  · ${note}`),
          ...rejected.slice(0, badRowsShownMax).map((row) => terminal.style('red', `  ${describeBadRow(row)}`)),
        ].join('\n'),
      );
    }
    return bad > 0 ? exitCode.badInput : exitCode.done;
  },
};
