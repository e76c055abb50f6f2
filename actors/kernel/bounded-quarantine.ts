/** A quarantine as a journal keeps it: its texts cut to their bounds, and of characters that every store takes. */

import type { Quarantine } from './journal.ts';
import { quarantineCommandMax, quarantineDetailMax, quarantineReasonMax } from './journal.ts';

/** Errors say anything, at any length: what is kept of them must not become a failure of its own. */
export const boundedQuarantine = (record: Quarantine): Quarantine => ({
  ...record,
  reason: bounded(record.reason, quarantineReasonMax),
  detail: bounded(record.detail, quarantineDetailMax),
  command: record.command && {
    id: record.command.id === null ? null : bounded(record.command.id, quarantineReasonMax),
    type: bounded(record.command.type, quarantineReasonMax),
    json: bounded(record.command.json, quarantineCommandMax),
  },
});

/** Well formed, because what has half a character at its end comes back from a store as another text. */
const bounded = (text: string, charactersMax: number): string => {
  const cut = text.length <= charactersMax ? text : `${text.slice(0, charactersMax - 1)}…`;
  return cut.replaceAll('\0', '\uFFFD').toWellFormed();
};
