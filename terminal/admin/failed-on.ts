/** What an actor failed on, in a few words. */

import type { Quarantine } from '#sdk';

export const failedOn = ({ seq, command }: Pick<Quarantine, 'seq' | 'command'>): string => {
  if (command !== null) return `failed on the command ${command.type}`;
  return seq === null ? 'failed too often' : `can not read its event ${seq}`;
};
