/** For administrators: one actor, with its events and its state after any of them. */

import { useEffect } from 'preact/hooks';
import type { Actor } from '#sdk';
import { Link } from '../app/link.tsx';
import { goInstead } from '../app/router.ts';
import { listenToKeys } from '../app/shortcuts.ts';
import { tell, tellProblem } from '../app/toasts.tsx';
import { showBytes, showNumber } from '../format/numbers.ts';
import { showAgo } from '../format/times.ts';
import { Show } from '../parts/states.tsx';
import { useEvery } from '../parts/use-every.ts';
import { useLoaded } from '../parts/use-loaded.ts';
import { client, may } from '../session/session.ts';
import { actorPath, actorsPath, kindPath } from './actor-paths.ts';
import type { ActorPath } from './actor-paths.ts';
import { EventsTable } from './events-table.tsx';
import { QuarantinePanel } from './quarantine-panel.tsx';
import { StatePanel } from './state-panel.tsx';
import { StatusLight } from './status-light.tsx';

const everyMs = 3_000;

interface ActorPageProps extends ActorPath {
  /** With the state after that one; null: as it is now. */
  readonly event: number | null;
}

export const ActorPage = ({ kind, id, event }: ActorPageProps) => {
  const loaded = useLoaded(() => client.system.actor({ kind, id }), [kind, id]);
  useEvery(everyMs, () => {
    if (loaded.state.status === 'ready') loaded.reload();
  });
  return (
    <div class="page">
      <Head
        path={{ kind, id }}
        actor={loaded.state.status === 'ready' ? loaded.state.value : null}
        onChange={loaded.reload}
      />
      <Show of={loaded}>{(actor) => <Opened actor={actor} event={event} onChange={loaded.reload} />}</Show>
    </div>
  );
};

interface OpenedProps {
  readonly actor: Actor;
  readonly event: number | null;
  readonly onChange: () => void;
}

const Opened = ({ actor, event, onChange }: OpenedProps) => {
  const { durability, seq, quarantine } = actor;
  const choose = (chosen: number | null): void => goInstead(actorPath(actor, chosen));
  const move = (step: number): void => {
    const to = (event ?? seq) + step;
    if (durability === 'journal' && to >= 0 && to <= seq) choose(to);
  };
  useEffect(() => listenToKeys({ '[': () => move(-1), ']': () => move(1) }));
  return (
    <>
      {quarantine !== null && (
        <QuarantinePanel actor={actor} quarantine={quarantine} onChange={onChange} onChoose={choose} />
      )}
      <Figures actor={actor} />
      <StatePanel actor={actor} event={event} onChoose={choose} onMove={move} />
      {durability === 'journal' && (
        <EventsTable actor={actor} chosen={event} broken={quarantine?.seq ?? null} onChoose={choose} />
      )}
    </>
  );
};

interface HeadProps {
  readonly path: ActorPath;
  /** null while it is not known. */
  readonly actor: Actor | null;
  readonly onChange: () => void;
}

/** What can be ended: one that failed is retried instead, and the others are not in memory. */
const isStoppable = ({ status }: Actor): boolean => !['asleep', 'gone', 'quarantined'].includes(status);

const Head = ({ path, actor, onChange }: HeadProps) => {
  const { kind, id } = path;
  const stop = (): void => {
    client.system.stop(path).then(
      (after) => {
        tell('plain', `${kind} ${id} has ended`, after.status === 'gone' ? '' : 'Its next message brings it back.');
        onChange();
      },
      (error: unknown) => tellProblem('It was not ended', error),
    );
  };
  return (
    <div class="page-head">
      <h1>
        <small>
          <Link to={actorsPath}>Actors</Link> / <Link to={kindPath(kind)}>{kind}</Link> /
        </small>{' '}
        {id}
      </h1>
      {actor !== null && <StatusLight status={actor.status} />}
      {actor !== null && may('system:manage') && (
        <button
          type="button"
          disabled={!isStoppable(actor)}
          title="Ends it after what it has decided; its next message brings it back"
          onClick={stop}
        >
          Restart
        </button>
      )}
    </div>
  );
};

const Figures = ({ actor }: { readonly actor: Actor }) => {
  const { seq, mailboxMessages, mailboxBytes, uncommittedWrites, stateSize, restarts, lastFailure, lastTurnAt } = actor;
  const figures: readonly (readonly [string, string, string?])[] = [
    ['Events', showNumber(seq, 0)],
    ['Messages waiting', showNumber(mailboxMessages, 0), mailboxBytes > 0 ? showBytes(mailboxBytes) : ''],
    ['Unwritten', showNumber(uncommittedWrites, 0)],
    ['State', stateSize === null ? '–' : showBytes(stateSize), stateSize === null ? 'not in memory' : ''],
    [
      'Restarts',
      showNumber(restarts, 0),
      lastFailure === null ? '' : `${showAgo(lastFailure.at)}: ${lastFailure.message}`,
    ],
    ['Last turn', lastTurnAt === null ? '–' : showAgo(lastTurnAt)],
  ];
  return (
    <dl class="cards actor-figures">
      {figures.map(([title, value, more = '']) => (
        <div key={title} class="card figure">
          <dt>{title}</dt>
          <dd>{value}</dd>
          {more !== '' && (
            <dd class="figure-more" title={more}>
              {more}
            </dd>
          )}
        </div>
      ))}
    </dl>
  );
};
