/** A port that can't be opened, told as what a person can mend. */

import { UsageError } from '../usage-error.ts';

interface Address {
  readonly host: string;
  readonly port: number;
}

/** How the caller's user chooses them: `set PORT`, `XTRADING_HOST`. */
interface Choices {
  readonly port: string;
  readonly host: string;
}

/** A {@link UsageError} where the port is to blame; else the error as it is. */
export const portFailure = (error: unknown, { host, port }: Address, choices: Choices): unknown => {
  if (!(error instanceof Error)) return error;
  const { code } = listenError(error) ?? {};
  if (code === 'EADDRINUSE')
    return new UsageError(
      'port-taken',
      `Port ${port} of ${host} is taken.`,
      `Stop what listens there, or ${choices.port} to another; 0 takes any free one.`,
      { cause: error },
    );
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL')
    return new UsageError(
      'port-refused',
      `Port ${port} of ${host} may not be opened (${code}).`,
      `Choose one above 1023 (${choices.port}), and with ${choices.host} an address of this machine.`,
      { cause: error },
    );
  return error;
};

/** Node's error, by itself or at the bottom of what supervisors made of it. */
const listenError = (error: Error): NodeJS.ErrnoException | null => {
  if ('syscall' in error && error.syscall === 'listen') return error as NodeJS.ErrnoException; // only Node's have one
  return error.cause instanceof Error ? listenError(error.cause) : null;
};
