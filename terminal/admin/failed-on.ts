/** What an actor failed on, in a few words. */

import type { QuarantinedActor } from '#sdk';

/** In a list or on its own page, where more is known of it. */
export type QuarantineSummary = QuarantinedActor['quarantine'];

export const failedOn = ({ seq, command }: QuarantineSummary): string => {
  if (command !== null) return `failed on the command ${command.type}`;
  return seq === null ? 'failed too often' : `can not read its event ${seq}`;
};
