/** Running a strategy live: on which account, on what, with which parameters. */

import { useRef, useState } from 'preact/hooks';
import type { Declared, Strategy } from '#sdk';
import { Link } from '../app/link.tsx';
import { go } from '../app/router.ts';
import { tell } from '../app/toasts.tsx';
import { ParamFields } from '../backtests/param-fields.tsx';
import { defaultTexts, readParams } from '../backtests/param-values.ts';
import type { ParamTexts } from '../backtests/param-values.ts';
import { SymbolChoice } from '../backtests/symbol-choice.tsx';
import { symbols as listed } from '../market/symbols.ts';
import { Dialog } from '../parts/dialog.tsx';
import { ChoiceField } from '../parts/field.tsx';
import { Empty, Spinner } from '../parts/states.tsx';
import { fieldProblem, otherProblem, useAction } from '../parts/use-action.ts';
import { client } from '../session/session.ts';
import { accounts, areAccountsKnown, chosenAccount } from '../trade/accounts.ts';

const intervalChoices = ['5s', '30s', '1m', '5m', '15m', '1h', '4h', '1d'];
const pointers = ['/symbols', '/interval', '/accountId'];

interface RunLiveDialogProps {
  readonly strategy: Strategy;
  readonly declared: Declared;
  readonly onClose: () => void;
}

export const RunLiveDialog = ({ strategy, declared, onClose }: RunLiveDialogProps) => (
  <Dialog title={`Run ${strategy.name} live`} onClose={onClose}>
    {!areAccountsKnown.value ? (
      <Spinner />
    ) : accounts.value.length === 0 ? (
      <Empty title="You have no account yet.">
        <Link to="/trade">Open a paper account</Link>
      </Empty>
    ) : (
      <RunLiveForm strategy={strategy} declared={declared} onClose={onClose} />
    )}
  </Dialog>
);

const RunLiveForm = ({ strategy, declared, onClose }: RunLiveDialogProps) => {
  const { params, data } = declared;
  const live = listed.value.filter(({ feed }) => feed !== null).map(({ symbol }) => symbol);
  const needed = data === 'all' ? null : data.filter((feed) => !('from' in feed)).length;
  const [accountId, setAccountId] = useState(chosenAccount.value ?? accounts.value[0]?.id ?? '');
  const [symbols, setSymbols] = useState<readonly string[]>(() => live.slice(0, needed ?? 1));
  const [interval, setInterval] = useState('');
  const [texts, setTexts] = useState<ParamTexts>(() => defaultTexts(params));
  const { run, isBusy, failure } = useAction();
  /** Sending again after a lost answer starts it once; each change of the form is another deployment. */
  const key = useRef({ of: '', key: '' });
  const read = readParams(params, texts);
  const isWrong = Object.keys(read.problems).length > 0 || symbols.length === 0 || accountId === '';
  const other = otherProblem(failure, pointers);
  const start = async (): Promise<void> => {
    const body = { accountId, symbols, params: read.values, ...(interval === '' ? {} : { interval }) };
    const of = JSON.stringify(body);
    if (key.current.of !== of) key.current = { of, key: crypto.randomUUID() };
    const { id } = await client.deployments.start(strategy.id, body, key.current.key);
    tell('good', `${strategy.name} runs live`);
    onClose();
    go(`/live/${id}`);
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        run(start);
      }}
    >
      <p class="muted">
        Version {strategy.head.version} decides at each bar that closes, and trades on the account until it is stopped.
      </p>
      <ChoiceField
        label="Account"
        value={accountId}
        options={accounts.value.map(({ id, name, currency }) => ({ value: id, title: `${name} · ${currency}` }))}
        onChange={setAccountId}
        problem={fieldProblem(failure, '/accountId')}
      />
      <SymbolChoice
        chosen={symbols}
        needed={needed}
        offers={live}
        onChange={setSymbols}
        problem={fieldProblem(failure, '/symbols')}
      />
      <ChoiceField
        label="Bars of"
        value={interval}
        options={[
          { value: '', title: 'as the strategy declares, else 1m' },
          ...intervalChoices.map((value) => ({ value, title: value })),
        ]}
        onChange={setInterval}
        problem={fieldProblem(failure, '/interval')}
      />
      <ParamFields
        params={params}
        texts={texts}
        axisTexts={null}
        problems={read.problems}
        onChange={(name, text) => setTexts((before) => ({ ...before, [name]: text }))}
        onAxis={() => undefined}
      />
      {other !== null && (
        <p class="problem" role="alert">
          {other}
        </p>
      )}
      <button type="submit" class="primary" disabled={isBusy || isWrong}>
        Start trading
      </button>
    </form>
  );
};
