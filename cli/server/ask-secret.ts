/** Asks for what is not to be seen: without echo at a terminal, from a pipe otherwise. */

import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** The line that is typed, shown as it is typed; null: the input has ended. */
export const askLine = async (question: string, signal: AbortSignal): Promise<string | null> =>
  await ask(question, { isSecret: false, signal });

/** The line that is typed at a terminal, or the first of a pipe; null: the input has ended. */
export const askSecret = async (question: string, signal: AbortSignal): Promise<string | null> =>
  await ask(question, { isSecret: true, signal });

const ask = async (
  question: string,
  { isSecret, signal }: { readonly isSecret: boolean; readonly signal: AbortSignal },
): Promise<string | null> => {
  const isTerminal = process.stdin.isTTY;
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({
    input: process.stdin,
    // readline echoes what is typed to its output, and only with one does it switch the terminal's own echo off.
    output: isSecret ? nowhere : process.stderr,
    terminal: isTerminal,
  });
  // After the echo is off, so that nothing typed at once is seen. On standard error: standard output is the
  // command's result alone.
  if (isTerminal) process.stderr.write(question);
  const interrupt = (): void => lines.close();
  lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    for await (const line of lines) return line;
    return null;
  } finally {
    signal.removeEventListener('abort', interrupt);
    lines.close();
    if (isTerminal && isSecret) process.stderr.write('\n');
  }
};
