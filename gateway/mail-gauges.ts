/** What became of the mails of this node, since its start. */

import { Gauge } from 'prom-client';
import type { MailReport } from '#ports';

export const mailGauges = (mail: () => MailReport): readonly Gauge[] =>
  (
    [
      ['mails_sent_total', 'Mails that a server, or the folder for them, has taken', 'sent'],
      ['mails_failed_total', 'Attempts to send a mail that have failed', 'failedAttempts'],
      ['mails_given_up_total', 'Mails that were tried too often and are tried no more', 'givenUp'],
    ] as const
  ).map(
    ([name, help, field]): Gauge =>
      new Gauge({
        name,
        help,
        registers: [],
        collect() {
          this.set(mail()[field]);
        },
      }),
  );
