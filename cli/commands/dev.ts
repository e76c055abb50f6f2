/** `xtrading dev`: runs a backtest, and again each time a file of the strategy's folder is saved. */

import { watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { Arguments, CommandDeclaration } from '../arguments.ts';
import { exitCode } from '../exit-code.ts';
import { reportFailure } from '../main.ts';
import type { Command, CommandContext } from '../main.ts';
import { UsageError } from '../usage-error.ts';
import { backtestOptions, runBacktestCommand } from './backtest.ts';

/** Editors write a file in several steps; what comes within this time is one save. */
const settleMs = 60;

const declaration: CommandDeclaration = {
  name: 'dev',
  usage: ['dev STRATEGY --data FILE [options]'],
  summary:
    'Runs a backtest again each time the strategy, or a file beside it, is saved. Takes the options of backtest. Ctrl-C ends it.',
  options: backtestOptions,
  examples: [
    ['xtrading dev strategy.ts --data prices.csv', 'a result after each save'],
    ['xtrading dev strategy.ts --data prices.csv --report out.html', 'and a report to reload in the browser'],
  ],
};

export const devCommand: Command = {
  declaration,
  async run(given, context) {
    const [strategy] = given.positionals;
    if (strategy === undefined)
      throw new UsageError(
        'argument-count',
        'No strategy was named.',
        'Write xtrading dev strategy.ts --data prices.csv.',
      );
    const { terminal, signal } = context;
    const folder = resolve(dirname(strategy));
    // Watching begins before the first run, so that a save during it is not missed.
    const saves = watchSaves(folder, signal);
    await runOnce(given, context);
    terminal.note(terminal.style('dim', `Watching ${folder}. Save ${basename(strategy)} to run again, Ctrl-C to end.`));
    for (let name = await saves.next(); name !== null; name = await saves.next()) {
      if (terminal.isInteractive) process.stdout.write('\u001b[2J\u001b[H');
      terminal.note(terminal.style('dim', `${name} was saved.`));
      await runOnce(given, context);
    }
    return exitCode.done;
  },
};

/** A failing run is told like any other and does not end the watching. */
const runOnce = async (given: Arguments, context: CommandContext): Promise<void> => {
  try {
    await runBacktestCommand(given, context);
  } catch (error) {
    reportFailure(error, context);
  }
};

const isSource = (name: string): boolean => /\.(ts|js|mts|mjs)$/.test(name);

interface Saves {
  /** The name of the next file saved, one for each burst of writes; null when the watching has ended. */
  next(): Promise<string | null>;
}

const watchSaves = (folder: string, signal: AbortSignal): Saves => {
  let saved: string | null = null;
  let settling: NodeJS.Timeout | undefined;
  let wake = (): void => undefined;
  const watcher = watch(folder, { signal }, (_event, name) => {
    if (name === null || !isSource(name)) return;
    clearTimeout(settling);
    settling = setTimeout(() => {
      saved = name;
      wake();
    }, settleMs);
  });
  watcher.once('close', () => wake());
  return {
    async next() {
      if (saved === null && !signal.aborted) {
        await new Promise<void>((resolveWait) => {
          wake = resolveWait;
        });
      }
      const name = signal.aborted ? null : saved;
      saved = null;
      return name;
    },
  };
};
