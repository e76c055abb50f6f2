/** What became of the mails of this node, since its start. */

import type { Gauge } from 'prom-client';
import type { MailReport } from '#ports';
import { gaugeOf } from './gauge.ts';

export const mailGauges = (mail: () => MailReport): readonly Gauge[] => [
  gaugeOf('mails_sent_total', 'Mails that a server, or the folder for them, has taken', () => mail().sent),
  gaugeOf('mails_failed_total', 'Attempts to send a mail that have failed', () => mail().failedAttempts),
  gaugeOf('mails_given_up_total', 'Mails that were tried too often and are tried no more', () => mail().givenUp),
];
