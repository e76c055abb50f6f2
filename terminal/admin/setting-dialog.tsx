/** One setting of the cluster: its value, which administrators change, and what it was before. */

import { useState } from 'preact/hooks';
import type { ClusterSetting } from '#sdk';
import { tell } from '../app/toasts.tsx';
import { showAgo } from '../format/times.ts';
import { Dialog } from '../parts/dialog.tsx';
import { TextField } from '../parts/field.tsx';
import { Show } from '../parts/states.tsx';
import { fieldProblem, otherProblem, useAction } from '../parts/use-action.ts';
import { useLoaded } from '../parts/use-loaded.ts';
import { client, may } from '../session/session.ts';

interface SettingDialogProps {
  readonly setting: ClusterSetting;
  readonly onChange: () => void;
  readonly onClose: () => void;
}

export const SettingDialog = ({ setting, onChange, onClose }: SettingDialogProps) => (
  <Dialog title={setting.name} onClose={onClose}>
    <p class="muted">{setting.help}</p>
    {may('system:manage') && <SettingForm setting={setting} onChange={onChange} onClose={onClose} />}
    <SettingHistory name={setting.name} />
  </Dialog>
);

const SettingForm = ({ setting, onChange, onClose }: SettingDialogProps) => {
  const { name, value, byDefault, isSet } = setting;
  const [text, setText] = useState(value ?? '');
  // What others set meanwhile is not overwritten: it is refused, and shows in the table.
  const [revision] = useState(setting.revision ?? 0);
  const { run, isBusy, failure } = useAction();
  const problem = otherProblem(failure, ['/value']);
  const act = (action: () => Promise<ClusterSetting>): void =>
    run(async () => {
      const { value: now } = await action();
      onChange();
      onClose();
      tell('good', `${name} was changed`, now === null ? 'It is as each node says.' : `It is ${now} on all nodes.`);
    });
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        act(() => client.system.setConfig(name, { value: text, revision }));
      }}
    >
      <TextField
        label="Value"
        value={text}
        onChange={setText}
        hint={byDefault === null ? 'By default as each node says' : `By default ${byDefault}`}
        problem={fieldProblem(failure, '/value')}
        hasFocus
      />
      {problem !== null && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <div class="row">
        <button type="submit" class="primary" disabled={isBusy}>
          Set it
        </button>
        {isSet && (
          <button
            type="button"
            disabled={isBusy}
            onClick={() => act(() => client.system.unsetConfig(name, { revision }))}
          >
            Let it have its default
          </button>
        )}
      </div>
    </form>
  );
};

const SettingHistory = ({ name }: { readonly name: string }) => {
  const history = useLoaded(() => client.system.configHistory(name), [name]);
  return (
    <section aria-label="History">
      <h3>What it was</h3>
      <Show of={history}>
        {({ data }) =>
          data.length === 0 ? (
            <p class="muted">It has never been changed.</p>
          ) : (
            <table>
              <tbody>
                {data.toReversed().map(({ revision, value, author, at }) => (
                  <tr key={revision}>
                    <td>{value === null ? <span class="muted">its default</span> : value}</td>
                    <td class="time">{showAgo(at)}</td>
                    <td class="muted">{author}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Show>
    </section>
  );
};
