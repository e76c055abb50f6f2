/** For administrators: who is here, and how the system is. */

import { useState } from 'preact/hooks';
import { Segments } from '../parts/segments.tsx';
import { showSeconds } from '../format/times.ts';
import { useLoaded } from '../parts/use-loaded.ts';
import { client } from '../session/session.ts';
import { ActorTreeView } from './actor-tree.tsx';
import { UsersTable } from './users-table.tsx';

export const AdminPage = () => {
  const [tab, setTab] = useState<'users' | 'actors'>('users');
  const info = useLoaded(() => client.system.info(), []);
  return (
    <div class="page">
      <div class="page-head">
        <h1>Administration</h1>
        {info.state.status === 'ready' && (
          <span class="muted">
            Version {info.state.value.version} · up {showSeconds(info.state.value.uptimeSeconds)} · registration{' '}
            {info.state.value.registration}
          </span>
        )}
      </div>
      <section class="panel">
        <Segments
          look="tabs"
          label="What to administer"
          value={tab}
          options={[
            { value: 'users', title: 'Users' },
            { value: 'actors', title: 'Actors' },
          ]}
          onChange={setTab}
        />
        {tab === 'users' ? <UsersTable /> : <ActorTreeView />}
      </section>
    </div>
  );
};
