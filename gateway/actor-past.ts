/** What an actor's journal tells operators: its events in bounded pages, and its state after any of them. */

import { UnreadableEvent } from '#actors';
import type { ActorSystem, ActorView, StoredEvent } from '#actors';
import { ProblemError } from './errors.ts';
import { historyCharactersMax } from './limits.ts';
import type { Redaction } from './redaction.ts';

type Operator = ActorSystem['operator'];

/** Events in one read, so that large ones do not fill the memory before they are counted. */
const eventsAtOnce = 25;

interface EventPage {
  readonly events: readonly StoredEvent[];
  readonly hasMore: boolean;
}

/** Events after a number: at most `limit`, and fewer where they are large. */
export const eventPage = async (
  operator: Operator,
  { address }: Pick<ActorView, 'address'>,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<EventPage> => {
  const events: StoredEvent[] = [];
  let characters = 0;
  for (;;) {
    const read = await operator.history(address, events.at(-1)?.seq ?? after, eventsAtOnce);
    for (const event of read) {
      characters += event.payload.length;
      const isFull = events.length === limit || (events.length > 0 && characters > historyCharactersMax);
      if (isFull) return { events, hasMore: true };
      events.push(event);
    }
    if (read.length < eventsAtOnce) return { events, hasMore: false };
  }
};

interface Wanted {
  /** Of the newest event in the state; absent: the state as it is now. */
  readonly seq: number | undefined;
  readonly redaction: Redaction;
  readonly signal: AbortSignal;
}

/** The state of an actor, without secrets. */
export const stateOf = async (
  operator: Operator,
  { address, seq: newest }: ActorView,
  { seq, redaction, signal }: Wanted,
): Promise<{ readonly seq: number; readonly state: unknown }> => {
  try {
    const now = seq === undefined ? await operator.stateNow(address, signal) : null;
    if (now !== null) return { seq: now.seq, state: redaction.value(now.state) };
    // One that was never told anything has the state that it began with.
    const asked = seq ?? 0;
    const state = asked > newest ? null : await operator.stateAt(address, asked, signal);
    if (state === null) throw noSuchEvent(asked, newest);
    return { seq: asked, state: redaction.value(state) };
  } catch (error) {
    if (!(error instanceof UnreadableEvent)) throw error;
    throw new ProblemError('state-unreadable', redaction.text(error.message), {
      remedy: `Ask for the state before it, with seq=${error.seq - 1}; or have the actor skip the event.`,
    });
  }
};

const noSuchEvent = (seq: number, newest: number): ProblemError => {
  const message = `There is no state of it after an event ${seq}.`;
  const remedy =
    newest === 0
      ? 'It has no events: ask without seq.'
      : `Its newest event in the journal is ${newest}; 0 is before the first.`;
  return new ProblemError('request-invalid', message, { errors: [{ pointer: 'seq', message, remedy }] });
};
