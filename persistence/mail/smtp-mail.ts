/** Mail through an SMTP server. */

import type { Mail } from '#ports';

export interface SmtpMail extends Mail {
  /** Ends the connections. */
  close(): Promise<void>;
}

export interface SmtpMailOptions {
  /** `smtps://user:password@host`, or `smtp://host:587`. */
  readonly url: string;
  readonly from: string;
}

/** Each wait for the server; whoever sends tries again later. */
const answerMsMax = 10_000;
const silenceMsMax = 20_000;
/** Of connections, for mails that come at once. */
const connectionsMax = 2;

/**
 * A password goes over an encrypted connection alone: with `smtp://` the server has to offer one,
 * unless it is on this machine.
 */
export const openSmtpMail = ({ url, from }: SmtpMailOptions): SmtpMail => {
  const { password, hostname } = new URL(url);
  // Loaded with the first mail: a start is not to wait for it.
  const open = async () => {
    const { createTransport } = await import('nodemailer');
    return createTransport({
      url,
      pool: true,
      maxConnections: connectionsMax,
      requireTLS: password !== '' && !isThisMachine(hostname),
      connectionTimeout: answerMsMax,
      greetingTimeout: answerMsMax,
      dnsTimeout: answerMsMax,
      socketTimeout: silenceMsMax,
    });
  };
  let transport: ReturnType<typeof open> | null = null;
  return {
    async send({ to, subject, text }) {
      transport ??= open();
      await (await transport).sendMail({ from, to, subject, text });
    },
    async close() {
      (await transport)?.close();
    },
  };
};

const isThisMachine = (host: string): boolean => host === 'localhost' || host === '[::1]' || host.startsWith('127.');
