/** `xtrading data generate`: believable prices from a seed, for first steps, examples and tests. */

import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { formatTimeframe, generatePrices, marketKinds, parseTime, parseTimeframe } from '#domain';
import type { Bars, MarketKind } from '#domain';
import { csvOfBars, holdsPrices, writePrices } from '#persistence/files';
import { showTime, withSeparators } from '#report';
import type { Arguments, CommandDeclaration } from '../arguments.ts';
import { exitCode } from '../exit-code.ts';
import { printPieces } from '../give-out.ts';
import type { Command } from '../main.ts';
import { UsageError } from '../usage-error.ts';

const declaration: CommandDeclaration = {
  name: 'data generate',
  usage: ['data generate --out FILE [options]'],
  summary:
    'Makes price data that behave like a market: calm and wild times, jumps, nights, weekends and holidays. The same seed makes the same data, everywhere and for ever.',
  options: {
    out: {
      value: 'FILE',
      group: 'Output',
      help: 'Where to write CSV; with several symbols a folder. Default: standard output.',
    },
    force: { group: 'Output', help: 'Write over a file that holds something else.' },
    quiet: { short: 'q', group: 'Output', help: 'Say nothing but errors.' },
    plain: { group: 'Output', help: 'No colours.' },
    seed: { value: 'TEXT', group: 'Market', help: 'Any number or word. Default 1.' },
    market: {
      value: 'KIND',
      group: 'Market',
      help: `${marketKinds.join(', ')}: hours of trading, size of moves, price steps. Default stock.`,
    },
    symbol: {
      value: 'NAME',
      repeat: true,
      group: 'Market',
      help: 'A symbol; several move together as far as --correlation says. Default DEMO.',
    },
    correlation: { value: 'N', group: 'Market', help: 'Correlation of the symbols’ returns, 0 to 0.99.' },
    bars: { value: 'N', group: 'Period', help: 'Bars of each symbol. Default 2000.' },
    timeframe: { value: 'TF', group: 'Period', help: '1m, 5m, 1h, 1d, 1w … Default 1d.' },
    start: { value: 'TIME', group: 'Period', help: 'First possible bar (UTC). Default 2015-01-01.' },
    price: { value: 'N', group: 'Prices', help: 'First price. Default by market.' },
    volatility: {
      value: 'FRACTION',
      group: 'Prices',
      help: 'Deviation of a year’s return: 0.25 is 25 %. Default by market.',
    },
    drift: { value: 'FRACTION', group: 'Prices', help: 'Expected return of a year. Default by market.' },
  },
  examples: [
    ['xtrading data generate --out prices.csv', 'eight years of daily prices of one stock'],
    [
      'xtrading data generate --out btc.csv --market crypto --symbol BTC-USD --timeframe 1m --bars 500000 --seed 7',
      'a year of minutes, day and night',
    ],
    [
      'xtrading data generate --out pairs --symbol KO --symbol PEP --correlation 0.9',
      'two related stocks, in pairs/KO.csv and pairs/PEP.csv',
    ],
  ],
};

export const dataGenerateCommand: Command = {
  declaration,
  async run(given, { terminal }) {
    if (given.positionals.length > 0)
      throw new UsageError(
        'argument-count',
        `data generate takes no argument "${given.positionals[0]}".`,
        'Name the file with --out prices.csv.',
      );
    const names = given.list('symbol').length > 0 ? given.list('symbol') : ['DEMO'];
    for (const name of names)
      if (!/^[A-Za-z0-9][\w.-]{0,39}$/.test(name))
        throw new UsageError(
          'option-value',
          `--symbol ${name} can't be a symbol.`,
          'Use letters, digits, dot and hyphen, at most 40.',
        );
    const timeframe = parseTimeframe(given.text('timeframe') ?? '1d');
    const symbols = generatePrices({
      seed: given.text('seed') ?? '1',
      market: marketFrom(given),
      timeframe,
      start: startFrom(given),
      bars: given.number('bars', { min: 1, max: 50_000_000, whole: true }) ?? 2_000,
      correlation: given.number('correlation', { min: 0, max: 0.99 }),
      symbols: names.map((symbol) => ({
        symbol,
        price: given.number('price', { min: 1e-8 }),
        volatility: given.number('volatility', { min: 0.001, max: 10 }),
        drift: given.number('drift', { min: -5, max: 5 }),
      })),
    });
    const out = given.text('out');
    const [only, ...others] = symbols;
    if (out === undefined) {
      if (only === undefined || others.length > 0)
        throw new UsageError('option-value', 'Several symbols need a folder.', 'Add --out prices.');
      await printPieces(csvOfBars(only.bars));
      return exitCode.done;
    }
    const files = symbols.map(({ symbol, bars }) => ({
      path: others.length === 0 ? out : join(out, `${symbol}.csv`),
      bars,
    }));
    // The same data again, by the same command, loses nothing. All are looked at before one is written.
    if (!given.flag('force')) for (const { path, bars } of files) await refuseOverwriting(path, bars);
    for (const { path, bars } of files) {
      await makeFolder(dirname(path));
      await writePrices(path, bars);
      const { time } = bars;
      terminal.note(
        `${path}: ${withSeparators(time.length, 0)} bars of ${formatTimeframe(timeframe)}, ${showTime(time[0] ?? 0)} to ${showTime(time[time.length - 1] ?? 0)}`,
      );
    }
    return exitCode.done;
  },
};

const refuseOverwriting = async (path: string, bars: Bars): Promise<void> => {
  if (!existsSync(path) || (await holdsPrices(path, bars))) return;
  throw new UsageError(
    'file-exists',
    `${path} is there already and holds something else.`,
    'Name another file with --out, or write over it with --force.',
  );
};

const marketFrom = (given: Arguments): MarketKind => {
  const text = given.text('market') ?? 'stock';
  const kind = marketKinds.find((each) => each === text);
  if (kind === undefined)
    throw new UsageError('option-value', `--market ${text} is not known.`, `Write one of ${marketKinds.join(', ')}.`);
  return kind;
};

const startFrom = (given: Arguments): number => {
  const text = given.text('start') ?? '2015-01-01';
  const time = parseTime(text);
  if (Number.isNaN(time))
    throw new UsageError('option-value', `--start ${text} is no time.`, 'Write --start 2015-01-01.');
  return time;
};

const makeFolder = async (folder: string): Promise<void> => {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new UsageError(
      'file-unwritable',
      `The folder ${basename(folder)} can't be made: ${(error as Error).message}.`,
      'Name a folder that may be written.',
      { cause: error },
    ); // fs rejects with Error
  }
};
