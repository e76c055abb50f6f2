/** What became of mails, as operators read it on the command line. */

import { withSeparators } from '#report';
import type { MailReport } from '#sdk';
import type { Terminal } from '../terminal.ts';
import { printable } from './actor-text.ts';
import { shortTime } from './table.ts';

export const mailText = (mail: MailReport, terminal: Pick<Terminal, 'style'>): string => {
  const { sent, failedAttempts, givenUp, lastFailure, lastGivenUp } = mail;
  const of = (count: number, one: string, many: string): string =>
    `${withSeparators(count, 0)} ${count === 1 ? one : many}`;
  const failures = [
    `${of(failedAttempts, 'attempt has', 'attempts have')} failed`,
    ...(lastFailure === null
      ? []
      : [`the last one at ${shortTime(lastFailure.at)} UTC with ${printable(lastFailure.code)}`]),
  ];
  return [
    `${of(sent, 'mail was', 'mails were')} sent by this node since its start, ${failures.join(', ')}, and ${withSeparators(givenUp, 0)} given up.`,
    ...(lastGivenUp === null
      ? []
      : [
          terminal.style(
            'yellow',
            `The last mail that any node has given up was to ${printable(lastGivenUp.userId)}, at ${shortTime(lastGivenUp.at)} UTC.`,
          ),
        ]),
  ].join('\n');
};
