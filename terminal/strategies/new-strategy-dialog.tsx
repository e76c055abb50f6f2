/** A new strategy from a template. */

import { useState } from 'preact/hooks';
import { go } from '../app/router.ts';
import { Dialog } from '../parts/dialog.tsx';
import { TextField } from '../parts/field.tsx';
import { fieldProblem, otherProblem, useAction } from '../parts/use-action.ts';
import { client } from '../session/session.ts';
import { templates } from './templates.ts';
import type { Template } from './templates.ts';

export const NewStrategyDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const [name, setName] = useState('');
  const [template, setTemplate] = useState<Template | undefined>(templates[0]);
  const { run, isBusy, failure } = useAction();
  const other = otherProblem(failure, ['/name']);
  const create = async (): Promise<void> => {
    const source = template?.source ?? '';
    const { id } = await client.strategies.create({ name: name.trim(), source, message: 'From a template' });
    onClose();
    go(`/strategies/${id}`);
  };
  return (
    <Dialog title="New strategy" onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          run(create);
        }}
      >
        <TextField
          label="Name"
          value={name}
          onChange={setName}
          isRequired
          hasFocus
          maxLength={100}
          placeholder="momentum"
          problem={fieldProblem(failure, '/name')}
        />
        <div class="templates" role="radiogroup" aria-label="Template">
          {templates.map((each) => (
            <label key={each.title} class="template">
              <input type="radio" name="template" checked={each === template} onChange={() => setTemplate(each)} />
              <span>
                <b>{each.title}</b>
                <small>{each.about}</small>
              </span>
            </label>
          ))}
        </div>
        {other !== null && (
          <p class="problem" role="alert">
            {other}
          </p>
        )}
        <button type="submit" class="primary" disabled={isBusy || name.trim() === ''}>
          Create
        </button>
      </form>
    </Dialog>
  );
};
