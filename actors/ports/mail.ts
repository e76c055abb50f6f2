/** Mail to people. */

export interface MailMessage {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export interface Mail {
  /** Resolves when a server, or whatever stands in for one, has taken it; a rejection is an outage. */
  send(mail: MailMessage): Promise<void>;
}
