/** The head of the pages for administrators: what runs, and the way between them. */

import { go } from '../app/router.ts';
import { showSeconds } from '../format/times.ts';
import { Segments } from '../parts/segments.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import { client } from '../session/session.ts';

const paths = {
  users: '/admin',
  actors: '/admin/actors',
  nodes: '/admin/nodes',
  settings: '/admin/settings',
  events: '/admin/events',
} as const;
export type AdminTab = keyof typeof paths;

export const AdminHead = () => {
  const info = useLoaded(() => client.system.info(), []);
  return (
    <div class="page-head">
      <h1>Administration</h1>
      {info.state.status === 'ready' && (
        <span class="muted">
          Version {info.state.value.version} · up {showSeconds(info.state.value.uptimeSeconds)} · registration{' '}
          {info.state.value.registration}
        </span>
      )}
    </div>
  );
};

export const AdminTabs = ({ tab }: { readonly tab: AdminTab }) => (
  <Segments
    look="tabs"
    label="What to administer"
    value={tab}
    options={[
      { value: 'users', title: 'Users' },
      { value: 'actors', title: 'Actors' },
      { value: 'nodes', title: 'Nodes' },
      { value: 'settings', title: 'Settings' },
      { value: 'events', title: 'Refused events' },
    ]}
    onChange={(chosen) => go(paths[chosen])}
  />
);
