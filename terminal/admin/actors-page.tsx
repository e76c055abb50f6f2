/** For administrators: what failed and waits for them, messages that have not arrived, and the tree of all that runs. */

import { Show } from '../parts/states.tsx';
import { useEvery } from '../parts/use-every.ts';
import { useLoaded } from '../parts/use-loaded.ts';
import { client } from '../session/session.ts';
import { ActorTree } from './actor-tree.tsx';
import { AdminHead, AdminTabs } from './admin-head.tsx';
import { MailNote } from './mail-note.tsx';
import { QuarantinedTable } from './quarantined-table.tsx';
import { WaitingTable } from './waiting-table.tsx';

const everyMs = 3_000;
/** More is one cause, and not so many actors; each kind has a page with its own. */
const quarantinedShownMax = 100;
/** The oldest ones tell what the others wait for. */
const messagesShownMax = 20;

export const ActorsPage = () => {
  const quarantined = useLoaded(() => client.system.quarantine({ limit: quarantinedShownMax }), []);
  const outbox = useLoaded(() => client.system.outbox({ limit: messagesShownMax }), []);
  const tree = useLoaded(() => client.system.tree(), []);
  const reload = (): void => {
    quarantined.reload();
    outbox.reload();
    tree.reload();
  };
  useEvery(everyMs, reload);
  return (
    <div class="page">
      <AdminHead />
      <section class="panel">
        <AdminTabs tab="actors" />
        <Show of={quarantined}>
          {({ data, nextCursor }) =>
            data.length === 0 ? (
              <p class="all-well">
                <span class="light live" />
                No actor waits for you.
              </p>
            ) : (
              <QuarantinedTable actors={data} hasMore={nextCursor !== null} onChange={reload} />
            )
          }
        </Show>
      </section>
      <section class="panel">
        <Show of={outbox}>
          {({ total, data, mail }) => (
            <>
              {data.length === 0 ? (
                <p class="all-well">
                  <span class="light live" />
                  No message between actors waits to be answered.
                </p>
              ) : (
                <WaitingTable total={total} messages={data} onChange={reload} />
              )}
              <MailNote mail={mail} />
            </>
          )}
        </Show>
      </section>
      <section class="panel">
        <Show of={tree}>{(root) => <ActorTree root={root} />}</Show>
      </section>
    </div>
  );
};
