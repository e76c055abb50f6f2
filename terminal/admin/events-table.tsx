/** The events of an actor, the newest page first; one that is chosen is shown whole, and its state above. */

import { useEffect, useState } from 'preact/hooks';
import type { Actor, ActorEvent } from '#sdk';
import { showNumber } from '../format/numbers.ts';
import { showTime } from '../format/times.ts';
import { Empty, Show } from '../parts/states.tsx';
import { useLoaded, useReload } from '../parts/use-loaded.ts';
import { client } from '../session/session.ts';
import { JsonText } from './json-text.tsx';

const pageEvents = 25;

interface EventsTableProps {
  readonly actor: Actor;
  readonly chosen: number | null;
  /** The one that can't be read. */
  readonly broken: number | null;
  readonly onChoose: (event: number | null) => void;
}

export const EventsTable = ({ actor, chosen, broken, onChoose }: EventsTableProps) => {
  const { kind, id, seq } = actor;
  /** Of the event before the page; null: the newest page, whatever comes. */
  const [start, setStart] = useState<number | null>(null);
  const newest = Math.max(0, seq - pageEvents);
  const after = start ?? newest;
  const loaded = useLoaded(() => client.system.history({ kind, id }, { after, limit: pageEvents }), [kind, id, start]);
  useReload(loaded.reload, seq);
  // The page goes along with the event that is chosen.
  useEffect(() => {
    if (chosen === null || chosen === 0 || (chosen > after && chosen <= after + pageEvents)) return;
    setStart(Math.max(0, Math.min(newest, chosen - Math.ceil(pageEvents / 2))));
  }, [chosen]);
  const show = (from: number): void => setStart(from >= newest ? null : Math.max(0, from));
  return (
    <section class="panel" aria-label="Events">
      <div class="panel-head">
        <h2>Events</h2>
      </div>
      <Show of={loaded}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty title="It has no events." />
          ) : (
            <>
              <div class="table-place">
                <table class="events">
                  <thead>
                    <tr>
                      <th class="number">Event</th>
                      <th>Written (UTC)</th>
                      <th>Type</th>
                      <th>Payload</th>
                    </tr>
                  </thead>
                  <tbody>
                    {data.toReversed().map((event) => (
                      <EventRow
                        key={event.seq}
                        event={event}
                        isChosen={event.seq === chosen}
                        isBroken={event.seq === broken}
                        onChoose={onChoose}
                      />
                    ))}
                  </tbody>
                </table>
              </div>
              <div class="pages">
                <span>
                  {showNumber(data[0]?.seq ?? 0, 0)}–{showNumber(data.at(-1)?.seq ?? 0, 0)} of {showNumber(seq, 0)}
                </span>
                <button type="button" class="small" disabled={start === null} onClick={() => show(newest)}>
                  Newest
                </button>
                <button type="button" class="small" disabled={start === null} onClick={() => show(after + pageEvents)}>
                  Newer
                </button>
                <button type="button" class="small" disabled={after === 0} onClick={() => show(after - pageEvents)}>
                  Older
                </button>
                <button type="button" class="small" disabled={after === 0} onClick={() => show(0)}>
                  Oldest
                </button>
              </div>
            </>
          )
        }
      </Show>
    </section>
  );
};

interface EventRowProps {
  readonly event: ActorEvent;
  readonly isChosen: boolean;
  readonly isBroken: boolean;
  readonly onChoose: (event: number | null) => void;
}

const EventRow = ({ event, isChosen, isBroken, onChoose }: EventRowProps) => {
  const { seq, at, type, version, payload } = event;
  return (
    <>
      <tr class={`${isChosen ? 'chosen-event' : ''}${isBroken ? ' broken-event' : ''}`}>
        <td class="number">
          <button
            type="button"
            class="small plain"
            aria-expanded={isChosen}
            aria-label={`Event ${seq}`}
            onClick={() => onChoose(isChosen ? null : seq)}
          >
            {seq}
          </button>
        </td>
        <td class="time">{showTime(at)}</td>
        <td>
          {type}
          {version > 1 && <small class="muted"> v{version}</small>}
          {isBroken && <span class="status failed">can not be read</span>}
        </td>
        <td class="payload">{JSON.stringify(payload).slice(0, payloadShownMax)}</td>
      </tr>
      {isChosen && (
        <tr class="chosen-event">
          <td colSpan={4}>
            <JsonText value={payload} />
          </td>
        </tr>
      )}
    </>
  );
};

/** Characters in a row; the style cuts what does not fit. */
const payloadShownMax = 400;
