/** The person's terminal, or the pipe that stands in its place: colours, width and a line that updates. */

import { styleText } from 'node:util';
import { exitCode } from './exit-code.ts';

type Style = Parameters<typeof styleText>[0];

export interface Terminal {
  /** True when people look at it: progress and colours make sense. */
  readonly isInteractive: boolean;
  readonly columns: number;
  /** Results: standard output. */
  readonly print: (text: string) => void;
  /** Everything about the run that is not its result: standard error. */
  readonly note: (text: string) => void;
  /** Shows `text` in place of the status line before it; '' removes it. Does nothing when not interactive. */
  readonly status: (text: string) => void;
  readonly style: (style: Style, text: string) => string;
}

/** Widest output that stays readable. */
const columnsMax = 120;

/** `plain` switches colours and progress off, as do NO_COLOR, TERM=dumb and a pipe. */
export const openTerminal = ({
  plain,
  quiet,
  environment,
}: {
  plain: boolean;
  quiet: boolean;
  environment: Readonly<Record<string, string | undefined>>;
}): Terminal => {
  const dumb = plain || environment['TERM'] === 'dumb' || (environment['NO_COLOR'] ?? '') !== '';
  const isInteractive = process.stderr.isTTY && environment['TERM'] !== 'dumb' && !plain && !quiet;
  let shown = false;
  // Whoever reads our output may stop early, as `head` does: that ends the command, and is no failure.
  process.stdout.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(exitCode.done);
  });
  // With `2>&1 | head` both end there. What is not read is not missed; the report is still to be written.
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const status = (text: string): void => {
    if (!isInteractive) return;
    if (text === '' && !shown) return;
    process.stderr.write(`\r\u001b[2K${text}`);
    shown = text !== '';
  };
  return {
    isInteractive,
    columns: Math.min(columnsMax, process.stdout.columns ?? 100),
    print(text) {
      status('');
      process.stdout.write(`${text}\n`);
    },
    note(text) {
      if (quiet) return;
      status('');
      process.stderr.write(`${text}\n`);
    },
    status,
    style: (style, text) => (dumb || !process.stdout.isTTY ? text : styleText(style, text)),
  };
};
