/** Where the platform's mail goes: to the mail server of the settings, else into a folder. */

import { openMailFolder, openSmtpMail } from '#persistence';
import type { SmtpMail } from '#persistence';
import type { DataFolder } from './data-folder.ts';
import type { Logger } from './log.ts';
import type { PlatformSettings } from './platform-settings.ts';

interface PlatformMailOptions {
  readonly settings: Pick<PlatformSettings, 'smtpUrl' | 'mailFrom' | 'mailFolder'>;
  readonly folder: Pick<DataFolder, 'mail'>;
  readonly log: Pick<Logger, 'info' | 'warn'>;
}

/** Neither addresses nor what is in the mails get into the log. */
export const platformMail = ({ settings, folder, log }: PlatformMailOptions): SmtpMail => {
  const { smtpUrl, mailFrom: from, mailFolder } = settings;
  if (smtpUrl === null) {
    const mail = openMailFolder({
      folder: mailFolder ?? folder.mail,
      from,
      // Somebody waits for it, and nobody else tells the operator.
      onWritten: (file) => log.warn({ file }, 'A mail was written to a file, for no mail server is set.'),
    });
    return { send: (message) => told(mail.send(message), log), close: () => Promise.resolve() };
  }
  const mail = openSmtpMail({ url: smtpUrl, from });
  return {
    async send(message) {
      await told(mail.send(message), log);
      log.info('A mail was sent.');
    },
    close: () => mail.close(),
  };
};

/** Whoever sends tries again; the operator is to hear why it takes so long. */
const told = async (sending: Promise<void>, log: PlatformMailOptions['log']): Promise<void> => {
  try {
    await sending;
  } catch (error) {
    // Of the server's own words a code is enough: they may repeat the address.
    const { code = 'unknown', responseCode } = error as { readonly code?: string; readonly responseCode?: number };
    log.warn({ code, responseCode }, 'A mail could not be sent.');
    throw error;
  }
};
