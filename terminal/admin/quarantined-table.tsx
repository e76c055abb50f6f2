/** Actors that failed and are left alone until somebody decides, with what there is to decide. */

import type { QuarantinedActor } from '#sdk';
import { Link } from '../app/link.tsx';
import { showAgo } from '../format/times.ts';
import { actorPath } from './actor-paths.ts';
import { failedOn } from './failed-on.ts';
import { SetRightButtons } from './set-right-buttons.tsx';

interface QuarantinedTableProps {
  readonly actors: readonly QuarantinedActor[];
  readonly hasMore?: boolean;
  readonly onChange: () => void;
}

export const QuarantinedTable = ({ actors, hasMore = false, onChange }: QuarantinedTableProps) => (
  <div class="quarantined" role="region" aria-label="Quarantined actors">
    <h2>
      {actors.length}
      {hasMore ? ' or more' : ''} {actors.length === 1 ? 'actor waits' : 'actors wait'} for you
    </h2>
    <ul>
      {actors.map(({ kind, id, quarantine }) => (
        <li key={`${kind}/${id}`}>
          <div class="quarantined-what">
            <Link to={actorPath({ kind, id })}>
              <b>{kind}</b> {id}
            </Link>
            <small class="muted">
              {failedOn(quarantine)} · {showAgo(quarantine.at)}
            </small>
            <p>{quarantine.reason}</p>
          </div>
          <SetRightButtons actor={{ kind, id }} quarantine={quarantine} onChange={onChange} />
        </li>
      ))}
    </ul>
  </div>
);
