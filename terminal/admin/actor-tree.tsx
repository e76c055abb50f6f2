/** The tree of the actor system as it is now: services, and kinds of actors with their counters. */

import { useEffect } from 'preact/hooks';
import type { ActorTree } from '#sdk';
import { showNumber } from '../format/numbers.ts';
import { Show } from '../parts/states.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import { client } from '../session/session.ts';

const everyMs = 3_000;

export const ActorTreeView = () => {
  const tree = useLoaded(() => client.system.actors(), []);
  useEffect(() => {
    const timer = setInterval(tree.reload, everyMs);
    return () => clearInterval(timer);
  }, []);
  return <Show of={tree}>{(value) => <Tree tree={value} />}</Show>;
};

const Tree = ({ tree: { services, kinds } }: { readonly tree: ActorTree }) => (
  <div class="tree">
    <b>system</b>
    <ul>
      <li>
        <b>services</b>
        <ul>
          {services.map(({ name, status, restarts, lastFailure }) => (
            <li key={name}>
              <span class="node">
                {name}
                <span class={`status ${status === 'running' ? 'running-service' : status}`}>{status}</span>
                {restarts > 0 && <span class="down">{restarts} restarts</span>}
                {lastFailure !== null && <small class="muted">last: {lastFailure}</small>}
              </span>
            </li>
          ))}
        </ul>
      </li>
      <li>
        <b>actors</b>
        <ul>
          {kinds.map(({ kind, resident, mailboxMessages, restarts, quarantined }) => (
            <li key={kind}>
              <span class="node">
                {kind}
                <span class="tag">{showNumber(resident, 0)} resident</span>
                {mailboxMessages > 0 && <span class="tag">{showNumber(mailboxMessages, 0)} waiting</span>}
                {restarts > 0 && <span class="down">{restarts} restarts</span>}
                {quarantined > 0 && <span class="down">{quarantined} quarantined</span>}
              </span>
            </li>
          ))}
        </ul>
      </li>
    </ul>
  </div>
);
