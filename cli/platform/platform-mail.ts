/** Where the platform's mail goes: to the mail server of the settings, else into a folder; and what became of it. */

import type { Clock } from '#kernel';
import { openMailFolder, openSmtpMail } from '#persistence';
import type { SmtpMail } from '#persistence';
import type { MailReport, RetriedMail } from '#ports';
import type { DataFolder } from './data-folder.ts';
import type { Logger } from './log.ts';
import type { PlatformSettings } from './platform-settings.ts';

interface PlatformMailOptions {
  readonly settings: Pick<PlatformSettings, 'smtpUrl' | 'mailFrom' | 'mailFolder'>;
  readonly folder: Pick<DataFolder, 'mail'>;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  readonly clock: Pick<Clock, 'now'>;
}

export interface PlatformMail extends RetriedMail, SmtpMail {
  report(): MailReport;
}

/** Neither addresses nor what is in the mails get into the log, or into what is told of them. */
export const platformMail = ({ clock, ...options }: PlatformMailOptions): PlatformMail => {
  const { log } = options;
  const mail = openedMail(options);
  const counts = { sent: 0, failedAttempts: 0, givenUp: 0 };
  let lastFailure: MailReport['lastFailure'] = null;
  return {
    async send(message) {
      try {
        await mail.send(message);
        counts.sent++;
      } catch (error) {
        // Of the server's own words a code is enough: they may repeat the address.
        const { code = 'unknown', responseCode } = error as { readonly code?: string; readonly responseCode?: number };
        counts.failedAttempts++;
        lastFailure = { code: responseCode === undefined ? code : `${code} ${responseCode}`, at: clock.now() };
        // Whoever sends tries again; the operator is to hear why it takes so long.
        log.warn({ code, responseCode }, 'A mail could not be sent.');
        throw error;
      }
    },
    gaveUp() {
      counts.givenUp++;
    },
    report: () => ({ ...counts, lastFailure }),
    close: () => mail.close(),
  };
};

const openedMail = ({ settings, folder, log }: Omit<PlatformMailOptions, 'clock'>): SmtpMail => {
  const { smtpUrl, mailFrom: from, mailFolder } = settings;
  if (smtpUrl === null) {
    const mail = openMailFolder({
      folder: mailFolder ?? folder.mail,
      from,
      // Somebody waits for it, and nobody else tells the operator.
      onWritten: (file) => log.warn({ file }, 'A mail was written to a file, for no mail server is set.'),
    });
    return { send: (message) => mail.send(message), close: () => Promise.resolve() };
  }
  const mail = openSmtpMail({ url: smtpUrl, from });
  return {
    async send(message) {
      await mail.send(message);
      log.info('A mail was sent.');
    },
    close: () => mail.close(),
  };
};
