/** For administrators: the actors of one kind that are in memory, the busiest first, and a way to any other. */

import { useState } from 'preact/hooks';
import type { ListedActor } from '#sdk';
import { Link } from '../app/link.tsx';
import { go } from '../app/router.ts';
import { showBytes, showNumber } from '../format/numbers.ts';
import { showAgo } from '../format/times.ts';
import { Empty, Show } from '../parts/states.tsx';
import { useEvery } from '../parts/use-every.ts';
import { useLoaded } from '../parts/use-loaded.ts';
import { client } from '../session/session.ts';
import { actorPath, actorsPath } from './actor-paths.ts';
import { QuarantinedTable } from './quarantined-table.tsx';
import { StatusLight } from './status-light.tsx';

const everyMs = 3_000;
const shownMax = 100;

export const KindPage = ({ kind }: { readonly kind: string }) => {
  const loaded = useLoaded(() => client.system.actors(kind, { limit: shownMax }), [kind]);
  useEvery(everyMs, () => {
    if (loaded.state.status === 'ready') loaded.reload();
  });
  return (
    <div class="page">
      <div class="page-head">
        <h1>
          <small>
            <Link to={actorsPath}>Actors</Link> /
          </small>{' '}
          {kind}
        </h1>
        <ActorSearch kind={kind} />
      </div>
      <Show of={loaded}>
        {({ data, quarantined, durability }) => (
          <>
            {quarantined.length > 0 && (
              <section class="panel">
                <QuarantinedTable actors={quarantined} onChange={loaded.reload} />
              </section>
            )}
            <section class="panel">
              {data.length === 0 ? (
                <Empty title={`No ${kind} is in memory.`}>
                  {durability === 'journal' &&
                    'They come with their next message. Any of them can be looked at by its id.'}
                </Empty>
              ) : (
                <ActorRows actors={data} />
              )}
            </section>
          </>
        )}
      </Show>
    </div>
  );
};

/** Those that sleep are in no list here. */
const ActorSearch = ({ kind }: { readonly kind: string }) => {
  const [id, setId] = useState('');
  return (
    <form
      class="actor-search"
      onSubmit={(event) => {
        event.preventDefault();
        if (id.trim() !== '') go(actorPath({ kind, id: id.trim() }));
      }}
    >
      <input
        class="small"
        type="search"
        aria-label="Id of an actor"
        placeholder="Any other, by its id"
        value={id}
        onInput={({ currentTarget }) => setId(currentTarget.value)}
      />
      <button type="submit" disabled={id.trim() === ''}>
        Look at it
      </button>
    </form>
  );
};

/** One that could not be read does not know how many it has. */
const isRead = ({ status, seq }: ListedActor): boolean => seq > 0 || status === 'live';

const ActorRows = ({ actors }: { readonly actors: readonly ListedActor[] }) => (
  <div class="table-place">
    <table>
      <thead>
        <tr>
          <th>Id</th>
          <th>Status</th>
          <th class="number">Waiting</th>
          <th class="number">Bytes</th>
          <th class="number">Unwritten</th>
          <th class="number">Events</th>
          <th class="number">Restarts</th>
          <th>Last turn</th>
          <th>Last failure</th>
        </tr>
      </thead>
      <tbody>
        {actors.map((actor) => (
          <tr key={actor.id}>
            <td>
              <Link to={actorPath(actor)}>{actor.id}</Link>
            </td>
            <td>
              <StatusLight status={actor.status} />
            </td>
            <td class="number">{showNumber(actor.mailboxMessages, 0)}</td>
            <td class="number">{actor.mailboxBytes > 0 && showBytes(actor.mailboxBytes)}</td>
            <td class="number">{actor.uncommittedWrites > 0 && showNumber(actor.uncommittedWrites, 0)}</td>
            <td class="number">{isRead(actor) && showNumber(actor.seq, 0)}</td>
            <td class={`number${actor.restarts > 0 ? ' down' : ''}`}>
              {actor.restarts > 0 && showNumber(actor.restarts, 0)}
            </td>
            <td class="time">{actor.lastTurnAt !== null && showAgo(actor.lastTurnAt)}</td>
            <td class="failure-text muted" title={actor.lastFailure?.message}>
              {actor.lastFailure?.message}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
