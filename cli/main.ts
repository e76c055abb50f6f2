/** The `xtrading` command: finds the sub-command, runs it, and turns failures into one clear line and an exit code. */

import type { Arguments, CommandDeclaration } from './arguments.ts';
import { helpFor, readArguments } from './arguments.ts';
import { exitCode } from './exit-code.ts';
import { serverCommands } from './server/server-commands.ts';
import { openTerminal } from './terminal.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

export interface CommandContext {
  readonly terminal: Terminal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

export interface Command {
  readonly declaration: CommandDeclaration;
  /** Returns the exit code. */
  readonly run: (given: Arguments, context: CommandContext) => Promise<number>;
}

/** Each command is loaded only when it is asked for: start-up is part of a backtest's time. */
export interface CommandEntry {
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

const ownCommands: Readonly<Record<string, CommandEntry>> = {
  start: {
    summary: 'Start the platform: API, realtime and terminal',
    load: async () => (await import('./commands/start.ts')).startCommand,
  },
  backtest: {
    summary: 'Run a strategy, a search or an order tape over price files',
    load: async () => (await import('./commands/backtest.ts')).backtestCommand,
  },
  init: {
    summary: 'Make a folder for strategies, with editor types and sample data',
    load: async () => (await import('./commands/init.ts')).initCommand,
  },
  dev: {
    summary: 'Run a backtest again each time its strategy is saved',
    load: async () => (await import('./commands/dev.ts')).devCommand,
  },
  'data generate': {
    summary: 'Make believable price data from a seed',
    load: async () => (await import('./commands/data-generate.ts')).dataGenerateCommand,
  },
  'data show': {
    summary: 'Say what a price file holds, and what is wrong with it',
    load: async () => (await import('./commands/data-show.ts')).dataShowCommand,
  },
  'cache show': {
    summary: 'Say where results are kept for the next time, and how much they take',
    load: async () => (await import('./commands/cache.ts')).cacheShowCommand,
  },
  'cache clear': {
    summary: 'Forget all results that are kept',
    load: async () => (await import('./commands/cache.ts')).cacheClearCommand,
  },
  config: {
    summary: 'List the settings of the platform, their values and sources',
    load: async () => (await import('./commands/config.ts')).configCommand,
  },
  clickhouse: {
    summary: 'Run the embedded ClickHouse as a server for several nodes',
    load: async () => (await import('./commands/clickhouse.ts')).clickHouseCommand,
  },
  indicators: {
    summary: 'List the built-in indicators',
    load: async () => (await import('./commands/indicators.ts')).indicatorsCommand,
  },
};

const commands: Readonly<Record<string, CommandEntry>> = { ...ownCommands, ...serverCommands };

/** Runs one command line and returns the exit code. */
export const main = async (
  given: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<number> => {
  const { signal, forget } = interruption();
  const terminal = openTerminal({
    plain: given.includes('--plain') || given.includes('--json'),
    quiet: given.includes('--quiet') || given.includes('-q'),
    environment,
  });
  try {
    return await dispatch(given, { terminal, environment, signal });
  } catch (error) {
    return reportFailure(error, { terminal, environment, signal });
  } finally {
    forget();
  }
};

/** A service manager signals all processes of a program, and its launcher passes the signal on: it comes twice. */
const sameSignalMs = 500;

/** Aborted by Ctrl-C or a polite kill; a second one ends the process at once. */
const interruption = (): { readonly signal: AbortSignal; readonly forget: () => void } => {
  const controller = new AbortController();
  let firstAt = NaN;
  const interrupt = (name: NodeJS.Signals): void => {
    if (!controller.signal.aborted) {
      firstAt = performance.now();
      controller.abort();
    } else if (performance.now() - firstAt > sameSignalMs) {
      forget();
      process.kill(process.pid, name);
    }
  };
  const forget = (): void => {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return { signal: controller.signal, forget };
};

const dispatch = async (given: readonly string[], context: CommandContext): Promise<number> => {
  const [first, second] = given;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    if (first === 'help' && second !== undefined) return dispatch([...given.slice(1), '--help'], context);
    context.terminal.print(overview());
    return first === undefined ? exitCode.usage : exitCode.done;
  }
  if (first === '--version' || first === '-v') {
    const { default: manifest } = await import('#package', { with: { type: 'json' } });
    context.terminal.print(manifest.version);
    return exitCode.done;
  }
  // The longest name that is there: `config` is a command, and so is `cluster config get`.
  const names = [3, 2, 1].map((words) => given.slice(0, words).join(' '));
  const name = names.find((words) => commands[words] !== undefined) ?? first;
  const entry = commands[name];
  if (entry === undefined) throw unknownCommand(first, second);
  const command = await entry.load();
  const rest = given.slice(name.split(' ').length);
  const argumentsGiven = readArguments(command.declaration, rest);
  if (argumentsGiven.flag('help')) {
    context.terminal.print(helpFor(command.declaration, context.terminal.columns));
    return exitCode.done;
  }
  return command.run(argumentsGiven, context);
};

const unknownCommand = (first: string, second: string | undefined): UsageError => {
  const names = Object.keys(commands);
  const family = names.filter((name) => name.startsWith(`${first} `));
  if (family.length > 0)
    return new UsageError(
      'command-unknown',
      second === undefined || second.startsWith('-')
        ? `xtrading ${first} needs one more word.`
        : `There is no command "${first} ${second.slice(0, 60)}".`,
      `Write xtrading ${family.join(', or xtrading ')}.`,
    );
  return new UsageError(
    'command-unknown',
    `There is no command "${[first, second].join(' ').trim().slice(0, 60)}".`,
    `The commands are ${names.join(', ')}; see xtrading --help.`,
  );
};

const overview = (): string => {
  const width = Math.max(...Object.keys(commands).map((name) => name.length)) + 3;
  return [
    'xtrading: backtests you can trust, from one command.',
    '',
    'Commands:',
    ...Object.entries(ownCommands).map(([name, { summary }]) => `  ${name.padEnd(width)}${summary}`),
    '',
    'Commands that talk to a server, after xtrading login:',
    ...Object.entries(serverCommands).map(([name, { summary }]) => `  ${name.padEnd(width)}${summary}`),
    '',
    'A first backtest:',
    '  xtrading data generate --out prices.csv',
    '  xtrading backtest examples/sma-cross/strategy.ts --data prices.csv',
    '',
    'Each command explains itself: xtrading backtest --help.',
    '',
    'Exit codes: 0 done · 1 the strategy failed · 2 wrong command line · 3 bad data or settings, or the server refused · 69 the running platform lost a part it can not do without · 70 a defect of xtrading · 130 interrupted.',
  ].join('\n');
};

interface Coded {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

const isCoded = (error: unknown): error is Error & Coded =>
  error instanceof Error &&
  typeof (error as Partial<Coded>).code === 'string' &&
  typeof (error as Partial<Coded>).remedy === 'string';

/** The command line is well written; a file that it names does not serve. */
const isAboutInput = ({ code }: UsageError): boolean => code.startsWith('file-') || code === 'data-empty';

/** Prints what went wrong and what to do; returns the exit code. */
export const reportFailure = (error: unknown, { terminal, environment, signal }: CommandContext): number => {
  terminal.status('');
  // Also when somebody has told it to stop in the meantime.
  const hasFailed = isCoded(error) && error.code === 'platform-failed';
  if (signal.aborted && !hasFailed) {
    terminal.note('Interrupted.');
    return exitCode.interrupted;
  }
  if (isCoded(error)) {
    process.stderr.write(`${terminal.style('red', 'error')} ${error.code}: ${error.message}\n  ${error.remedy}\n`);
    if (hasFailed) return exitCode.platformFailed;
    if (error instanceof UsageError) return isAboutInput(error) ? exitCode.badInput : exitCode.usage;
    return error.name === 'StrategyMistake' || error.name === 'StrategyError'
      ? exitCode.strategyFailed
      : exitCode.badInput;
  }
  const shown =
    error instanceof Error
      ? environment['XTRADING_DEBUG'] === undefined
        ? error.message
        : error.stack
      : String(error);
  process.stderr.write(
    `${terminal.style('red', 'error')} defect: ${shown}\n  This is a defect of xtrading itself; run again with XTRADING_DEBUG=1 for its trace.\n`,
  );
  return exitCode.defect;
};
