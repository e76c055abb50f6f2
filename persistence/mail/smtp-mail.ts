/** Mail through an SMTP server. */

import { createTransport } from 'nodemailer';
import type { Mail } from '#ports';

export interface SmtpMail extends Mail {
  /** Ends the connections. */
  close(): void;
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
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: connectionsMax,
    requireTLS: password !== '' && !isThisMachine(hostname),
    connectionTimeout: answerMsMax,
    greetingTimeout: answerMsMax,
    dnsTimeout: answerMsMax,
    socketTimeout: silenceMsMax,
  });
  return {
    async send({ to, subject, text }) {
      await transport.sendMail({ from, to, subject, text });
    },
    close: () => transport.close(),
  };
};

const isThisMachine = (host: string): boolean => host === 'localhost' || host === '[::1]' || host.startsWith('127.');
