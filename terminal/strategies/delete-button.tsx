/** Deleting a strategy, asked twice; its backtests stay. */

import { go } from '../app/router.ts';
import { tell, tellProblem } from '../app/toasts.tsx';
import { client } from '../session/session.ts';
import type { Draft } from './draft.ts';

export const DeleteButton = ({ draft }: { readonly draft: Draft }) => {
  const remove = (): void => {
    const { id, name, version } = draft.saved.value;
    if (!confirm(`Delete ${name} with all its versions? Its backtests stay.`)) return;
    client.strategies.remove(id, version).then(
      () => {
        draft.forget();
        tell('plain', `${name} is deleted`);
        go('/strategies');
      },
      (error: unknown) => tellProblem('It was not deleted', error),
    );
  };
  return (
    <button type="button" class="danger" onClick={remove}>
      Delete
    </button>
  );
};
