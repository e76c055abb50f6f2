/** The outcome of trying a strategy out, with each mistake where it stands in the source. */

import type { CheckOutcome, Diagnostic } from '#sdk';
import { withSeparators } from '#report';
import type { Terminal } from '../terminal.ts';

export const checkText = ({ ok, diagnostics, trades, bars }: CheckOutcome, terminal: Terminal): string =>
  [
    ok
      ? `${terminal.style('green', 'ok')} ${withSeparators(trades ?? 0, 0)} trades on a sample of ${withSeparators(bars ?? 0, 0)} bars`
      : terminal.style('red', 'It does not run:'),
    ...diagnostics.map((diagnostic) => diagnosticText(diagnostic, terminal)),
  ].join('\n');

export const diagnosticText = (
  { code, message, remedy, file, line, column, codeFrame }: Diagnostic,
  terminal: Terminal,
): string => {
  const place = file === null ? '' : ` (${[file, line, column].filter((part) => part !== null).join(':')})`;
  return [
    `${terminal.style('red', 'error')} ${code}: ${message}${place}`,
    ...(codeFrame === null ? [] : ['', codeFrame, '']),
    ...(remedy === null ? [] : [`  ${remedy}`]),
  ].join('\n');
};
