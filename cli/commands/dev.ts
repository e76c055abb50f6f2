/** `xtrading dev`: runs a backtest, and again each time a file of the strategy's folder is saved. */

import { watch } from 'node:fs/promises';
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
  summary: 'Runs a backtest again each time the strategy, or a file beside it, is saved. Takes the options of backtest. Ctrl-C ends it.',
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
    if (strategy === undefined) throw new UsageError('argument-count', 'No strategy was named.', 'Write xtrading dev strategy.ts --data prices.csv.');
    const { terminal, signal } = context;
    const watched = resolve(dirname(strategy));
    await runOnce(given, context);
    terminal.note(terminal.style('dim', `Watching ${watched}. Save ${basename(strategy)} to run again, Ctrl-C to end.`));
    for await (const name of savedFiles(watched, signal)) {
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

/** Names of source files that were saved, one for each burst of writes; ends with the signal. */
async function* savedFiles(folder: string, signal: AbortSignal): AsyncGenerator<string> {
  const events = watch(folder, { signal })[Symbol.asyncIterator]();
  let next = events.next();
  try {
    for (;;) {
      const event = await next;
      if (event.done === true) return;
      next = events.next();
      const name = event.value.filename;
      if (name === null || !isSource(name)) continue;
      // Gather what follows at once, so that one save is one run.
      for (;;) {
        const quiet = AbortSignal.timeout(settleMs);
        const more = await Promise.race([next, new Promise<null>((settle) => quiet.addEventListener('abort', () => settle(null), { once: true }))]);
        if (more === null) break;
        if (more.done === true) return;
        next = events.next();
      }
      yield name;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
