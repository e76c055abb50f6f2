/** An error in one line: what it says, and what those say that have caused it. */

export const wholeMessage = ({ message, cause }: Error): string =>
  cause instanceof Error ? `${message} ${wholeMessage(cause)}` : message;
