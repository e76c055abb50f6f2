/** For administrators: the settings of the whole cluster, which count on all nodes at once. */

import { useState } from 'preact/hooks';
import type { ClusterSetting } from '#sdk';
import { Link } from '../app/link.tsx';
import { showAgo } from '../format/times.ts';
import { Show } from '../parts/states.tsx';
import { useEvery } from '../parts/use-every.ts';
import { useLoaded } from '../parts/use-loaded.ts';
import { client, may } from '../session/session.ts';
import { actorPath } from './actor-paths.ts';
import { AdminHead, AdminTabs } from './admin-head.tsx';
import { SettingDialog } from './setting-dialog.tsx';

const everyMs = 3_000;

export const SettingsPage = () => {
  const settings = useLoaded(() => client.system.config(), []);
  const [chosen, choose] = useState<string | null>(null);
  useEvery(everyMs, settings.reload);
  return (
    <div class="page">
      <AdminHead />
      <section class="panel">
        <AdminTabs tab="settings" />
        <Show of={settings}>
          {({ store, data }) => {
            const setting = data.find(({ name }) => name === chosen);
            return (
              <>
                <p class="all-well">
                  <span class="light live" />
                  {store === 'nats'
                    ? 'What is set here counts on all nodes at once.'
                    : 'The program is alone: what is set here counts until it ends.'}
                </p>
                <SettingRows settings={data} onChoose={choose} />
                {setting !== undefined && (
                  <SettingDialog setting={setting} onChange={settings.reload} onClose={() => choose(null)} />
                )}
              </>
            );
          }}
        </Show>
      </section>
    </div>
  );
};

interface SettingRowsProps {
  readonly settings: readonly ClusterSetting[];
  readonly onChoose: (name: string) => void;
}

const SettingRows = ({ settings, onChoose }: SettingRowsProps) => (
  <div class="table-place">
    <table>
      <thead>
        <tr>
          <th>Setting</th>
          <th>Value</th>
          <th>Default</th>
          <th>Changed</th>
          <th>By</th>
          <th />
        </tr>
      </thead>
      <tbody>
        {settings.map(({ name, help, value, byDefault, isSet, author, at, problem }) => (
          <tr key={name}>
            <td>
              {name}
              <br />
              <small class="muted">{help}</small>
              {problem !== null && <p class="problem">{problem}</p>}
            </td>
            <td>{isSet ? <b>{value}</b> : (value ?? ofEachNode)}</td>
            <td class="muted">{byDefault ?? ofEachNode}</td>
            <td class="time">{at !== null && showAgo(at)}</td>
            <td>{author !== null && <Link to={actorPath({ kind: 'user', id: author })}>{author}</Link>}</td>
            <td class="actions">
              <button type="button" class="small" aria-label={`Open ${name}`} onClick={() => onChoose(name)}>
                {may('system:manage') ? 'Change…' : 'History…'}
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

const ofEachNode = 'as each node says';
