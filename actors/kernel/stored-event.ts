/** Events as the journal keeps them. */

import type { AnyKind } from './actor-kind.ts';
import type { DomainEvent } from './command.ts';
import type { EventToStore } from './journal.ts';

/** Stored where a command has an answer to be remembered, or timers, but no events; `evolve` never sees it. */
const commandAnswered = 'CommandAnswered';

export const toStored = (kind: AnyKind, events: readonly DomainEvent[]): readonly EventToStore[] => {
  if (events.length === 0) return [{ type: commandAnswered, version: 1, payload: '{}' }];
  const version = kind.eventVersion ?? 1;
  return events.map((event) => ({ type: event.type, version, payload: JSON.stringify(event) }));
};

/** The event brought up to date, or null for what no decider wrote. Throws when it is of no version or type that can be read. */
export const fromStored = (kind: AnyKind, stored: EventToStore): DomainEvent | null => {
  if (stored.type === commandAnswered) return null;
  const event = upToDate(kind, stored);
  if (kind.eventTypes !== undefined && !Object.hasOwn(kind.eventTypes, event.type)) {
    throw new Error(`${kind.name} knows no event ${event.type}.`);
  }
  return event;
};

const upToDate = (kind: AnyKind, { type, version, payload }: EventToStore): DomainEvent => {
  const parsed: unknown = JSON.parse(payload);
  // The journal gives back what `toStored` wrote of this kind's own events.
  if (version === (kind.eventVersion ?? 1)) return parsed as DomainEvent;
  if (kind.upcast === undefined) {
    throw new Error(`${kind.name} has no upcast for ${type} of version ${version}.`);
  }
  return kind.upcast({ type, version, payload: parsed }) as DomainEvent; // of the kind's own event type
};
