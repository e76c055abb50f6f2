/** Mail to people. */

export interface Mail {
  /** Resolves when a server has taken it; a rejection is an outage. */
  send(mail: { readonly to: string; readonly subject: string; readonly text: string }): Promise<void>;
}
