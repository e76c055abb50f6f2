/** Opening an account, paying in, beginning again. */

import { useState } from 'preact/hooks';
import { tell } from '../app/toasts.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { TextField } from '../parts/field.tsx';
import { fieldProblem, otherProblem, useAction } from '../parts/use-action.ts';
import { client } from '../session/session.ts';
import { addAccount, book, chosenAccount, takeAccount } from './accounts.ts';
import { cleaned } from './ticket.ts';

export type AccountDialogKind = 'open' | 'deposit' | 'reset';

const words = {
  open: { title: 'Open a paper account', button: 'Open it', amount: 'Cash to begin with' },
  deposit: { title: 'Deposit play money', button: 'Deposit', amount: 'Amount' },
  reset: { title: 'Reset the account', button: 'Begin again', amount: 'Cash to begin with' },
} as const;

interface AccountDialogProps {
  readonly kind: AccountDialogKind;
  readonly onClose: () => void;
}

export const AccountDialog = ({ kind, onClose }: AccountDialogProps) => {
  const [name, setName] = useState('Paper');
  const [amount, setAmount] = useState(kind === 'deposit' ? '10000' : '100000');
  const [feePercent, setFeePercent] = useState('0');
  const { run, isBusy, failure } = useAction();
  const { title, button, amount: amountLabel } = words[kind];
  const amountPointer = kind === 'deposit' ? '/amount' : '/initialCash';
  const other = otherProblem(failure, [amountPointer, '/name', '/feeRate']);
  const act = async (): Promise<void> => {
    const id = chosenAccount.value;
    if (kind === 'open') {
      const feeRate = String(Number((Number(cleaned(feePercent)) / 100).toFixed(8)));
      addAccount(await client.trading.openAccount({ name: name.trim(), initialCash: cleaned(amount), feeRate }));
    } else if (id !== null) {
      const answer =
        kind === 'deposit' ? client.trading.deposit(id, cleaned(amount)) : client.trading.reset(id, cleaned(amount));
      takeAccount(await answer);
    }
    tell('good', kind === 'open' ? 'The account is open' : kind === 'deposit' ? 'Paid in' : 'The account begins again');
    onClose();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          run(act);
        }}
      >
        {kind === 'reset' && (
          <p>
            Open orders are cancelled and the positions of <b>{book.value?.account.name}</b> are gone. What has happened
            stays in the lists.
          </p>
        )}
        {kind === 'open' && (
          <TextField
            label="Name"
            value={name}
            onChange={setName}
            isRequired
            hasFocus
            maxLength={80}
            problem={fieldProblem(failure, '/name')}
          />
        )}
        <TextField
          label={amountLabel}
          value={amount}
          onChange={setAmount}
          isNumber
          isRequired
          problem={fieldProblem(failure, amountPointer)}
        />
        {kind === 'open' && (
          <TextField
            label="Commission, % of what is traded"
            value={feePercent}
            onChange={setFeePercent}
            isNumber
            isRequired
            problem={fieldProblem(failure, '/feeRate')}
          />
        )}
        {other !== null && (
          <p class="problem" role="alert">
            {other}
          </p>
        )}
        <button type="submit" class={kind === 'reset' ? 'primary danger' : 'primary'} disabled={isBusy}>
          {button}
        </button>
      </form>
    </Dialog>
  );
};
