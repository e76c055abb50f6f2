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

/** For whoever sends one again and again, and gives it up at last. */
export interface RetriedMail extends Mail {
  /** One that could not be sent is tried no more: to be counted. */
  gaveUp(): void;
}

/** What became of the mails of this node, since its start. */
export interface MailReport {
  readonly sent: number;
  readonly failedAttempts: number;
  readonly givenUp: number;
  /** `code`: of the connection or the server, without its words, which may repeat the address. */
  readonly lastFailure: { readonly code: string; readonly at: number } | null;
}
