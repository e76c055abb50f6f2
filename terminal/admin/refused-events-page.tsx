/** For administrators: events for other programs that NATS has refused, why, and a way to have one sent again. */

import type { RefusedEvent } from '#sdk';
import { Link } from '../app/link.tsx';
import { tell } from '../app/toasts.tsx';
import { showAgo } from '../format/times.ts';
import { Show } from '../parts/states.tsx';
import { otherProblem, useAction } from '../parts/use-action.ts';
import { useEvery } from '../parts/use-every.ts';
import { useLoaded } from '../parts/use-loaded.ts';
import { client, may } from '../session/session.ts';
import { actorPath } from './actor-paths.ts';
import { AdminHead, AdminTabs } from './admin-head.tsx';

const everyMs = 3_000;
/** More have one cause, and the API has them all. */
const shownMax = 100;

export const RefusedEventsPage = () => {
  const refused = useLoaded(() => client.system.refusedEvents({ limit: shownMax }), []);
  useEvery(everyMs, refused.reload);
  return (
    <div class="page">
      <AdminHead />
      <section class="panel">
        <AdminTabs tab="events" />
        <Show of={refused}>
          {({ data, nextAfter }) =>
            data.length === 0 ? (
              <p class="all-well">
                <span class="light live" />
                No event for other programs was refused.
              </p>
            ) : (
              <RefusedRows events={data} hasMore={nextAfter !== null} onChange={refused.reload} />
            )
          }
        </Show>
      </section>
    </div>
  );
};

interface RefusedRowsProps {
  readonly events: readonly RefusedEvent[];
  readonly hasMore: boolean;
  readonly onChange: () => void;
}

const RefusedRows = ({ events, hasMore, onChange }: RefusedRowsProps) => (
  <div role="region" aria-label="Refused events">
    <div class="panel-head">
      <h2>
        {events.length}
        {hasMore ? ' or more' : ''} {events.length === 1 ? 'event was' : 'events were'} refused
      </h2>
      <span class="muted">Those that come after them go on. When the reason is mended, have them sent again.</span>
    </div>
    <div class="table-place">
      <table>
        <thead>
          <tr>
            <th>Event</th>
            <th>Of</th>
            <th>Refused</th>
            <th>Reason</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {events.map((event) => (
            <RefusedRow key={event.id} event={event} onChange={onChange} />
          ))}
        </tbody>
      </table>
    </div>
  </div>
);

const RefusedRow = ({
  event: { id, name, actor, reason, at, isAskedFor },
  onChange,
}: {
  readonly event: RefusedEvent;
  readonly onChange: () => void;
}) => {
  const { run, isBusy, failure } = useAction();
  const problem = otherProblem(failure, []);
  const resend = (): void =>
    run(async () => {
      await client.system.resendEvent(id);
      onChange();
      tell('good', `${name} is sent again`, 'It leaves the list when it was taken.');
    });
  return (
    <tr>
      <td title={id}>{name}</td>
      <td>
        <Link to={actorPath(actor)}>
          <b>{actor.kind}</b> {actor.id}
        </Link>
      </td>
      <td class="time">{showAgo(at)}</td>
      <td class={`failure-text ${problem === null ? 'muted' : 'down'}`} title={problem ?? reason}>
        {problem ?? reason}
      </td>
      <td class="actions">
        {isAskedFor ? (
          <small class="muted">is sent again</small>
        ) : (
          may('system:manage') && (
            <button type="button" class="small" disabled={isBusy} aria-label={`Send ${name} again`} onClick={resend}>
              Send again
            </button>
          )
        )}
      </td>
    </tr>
  );
};
