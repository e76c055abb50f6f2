/** How a strategy is to be tested: over what, with which parameters, by whose rules. */

import { useRef, useState } from 'preact/hooks';
import type { Declared, Strategy } from '#sdk';
import { go } from '../app/router.ts';
import { symbols as listed } from '../market/symbols.ts';
import { ChoiceField, TextField } from '../parts/field.tsx';
import { Segments } from '../parts/segments.tsx';
import { fieldProblem, otherProblem, useAction } from '../parts/use-action.ts';
import { client, may } from '../session/session.ts';
import { showNumber } from '../format/numbers.ts';
import { ParamFields } from './param-fields.tsx';
import { defaultTexts, readAxes, readParams } from './param-values.ts';
import type { ParamTexts } from './param-values.ts';
import { rankings, wordsOf } from './statistic-words.ts';
import { SymbolChoice } from './symbol-choice.tsx';

const intervalChoices = ['1m', '5m', '15m', '1h', '4h', '1d', '1w'];
const profiles = [
  { value: 'native', title: 'xTrading' },
  { value: 'backtesting.py', title: 'backtesting.py' },
  { value: 'backtrader', title: 'backtrader' },
  { value: 'lean', title: 'Lean' },
] as const;
const pointers = ['/symbols', '/interval', '/from', '/to', '/profile', '/config/cash'];

interface BacktestFormProps {
  readonly strategy: Strategy;
  readonly declared: Declared;
}

export const BacktestForm = ({ strategy, declared }: BacktestFormProps) => {
  const { params, data } = declared;
  const [mode, setMode] = useState<'single' | 'batch'>('single');
  const [texts, setTexts] = useState<ParamTexts>(() => defaultTexts(params));
  const [axisTexts, setAxisTexts] = useState<ParamTexts>({});
  const needed = data === 'all' ? null : data.length;
  const [symbols, setSymbols] = useState<readonly string[]>(() =>
    listed.value.slice(0, needed ?? 1).map(({ symbol }) => symbol),
  );
  const [interval, setInterval] = useState('1d');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [profile, setProfile] = useState<(typeof profiles)[number]['value']>('native');
  const [cash, setCash] = useState('10000');
  const [rankBy, setRankBy] = useState('sharpe');
  const { run, isBusy, failure } = useAction();
  /** Sending again after a lost answer starts it once; each change of the form is another backtest. */
  const key = useRef({ of: '', key: '' });

  const read = readParams(params, texts);
  const axes = readAxes(params, axisTexts);
  const isBatch = mode === 'batch';
  /** Of a strategy for one symbol several are several backtests. */
  const isEach = isBatch && needed === 1 && symbols.length > 1;
  const members = axes.count * (isEach ? symbols.length : 1);
  const fixed = Object.fromEntries(
    Object.entries(read.values).filter(([name]) => !isBatch || axes.axes[name] === undefined),
  );
  const problems = isBatch ? { ...withoutAxes(read.problems, axisTexts), ...axes.problems } : read.problems;
  const cashNumber = Number(cash);
  const isWrong = Object.keys(problems).length > 0 || symbols.length === 0 || !(cashNumber > 0);
  const submit = (event: Event): void => {
    event.preventDefault();
    run(async () => {
      const body = {
        strategyId: strategy.id,
        params: fixed,
        symbols,
        interval,
        ...(from === '' ? {} : { from }),
        ...(to === '' ? {} : { to }),
        profile,
        config: { cash: cashNumber },
        ...(isBatch
          ? { batch: { type: 'grid', grid: axes.axes } as const, rankBy, ...(isEach ? { each: true } : {}) }
          : {}),
      };
      const of = JSON.stringify(body);
      if (key.current.of !== of) key.current = { of, key: crypto.randomUUID() };
      const { id } = await client.backtests.submit(body, key.current.key);
      go(`/backtests/${id}`);
    });
  };
  const other = otherProblem(failure, pointers);
  return (
    <form class="stack" onSubmit={submit}>
      <section class="panel section">
        <h2>Over what</h2>
        <SymbolChoice
          chosen={symbols}
          needed={isBatch && needed === 1 ? null : needed}
          onChange={setSymbols}
          problem={fieldProblem(failure, '/symbols')}
        />
        <div class="form-grid">
          <ChoiceField
            label="Bars of"
            value={interval}
            options={intervalChoices.map((value) => ({ value, title: value }))}
            onChange={setInterval}
            problem={fieldProblem(failure, '/interval')}
          />
          <TextField
            label="From"
            type="date"
            value={from}
            onChange={setFrom}
            hint="Empty: all there is"
            problem={fieldProblem(failure, '/from')}
          />
          <TextField
            label="Until before"
            type="date"
            value={to}
            onChange={setTo}
            problem={fieldProblem(failure, '/to')}
          />
          <ChoiceField
            label="Filled by the rules of"
            value={profile}
            options={profiles}
            onChange={setProfile}
            problem={fieldProblem(failure, '/profile')}
          />
          <TextField
            label="Starting cash"
            value={cash}
            onChange={setCash}
            isNumber
            problem={cashNumber > 0 ? fieldProblem(failure, '/config/cash') : 'A number above 0.'}
          />
        </div>
      </section>
      <section class="panel section">
        <div class="row">
          <h2>Parameters</h2>
          <span class="spacer" />
          <Segments
            label="One run or many"
            value={mode}
            options={[
              { value: 'single', title: 'One run' },
              { value: 'batch', title: 'Search' },
            ]}
            onChange={setMode}
          />
        </div>
        <ParamFields
          params={params}
          texts={texts}
          axisTexts={isBatch ? axisTexts : null}
          problems={problems}
          onChange={(name, text) => setTexts((before) => ({ ...before, [name]: text }))}
          onAxis={(name, text) => setAxisTexts((before) => ({ ...before, [name]: text }))}
        />
        {isBatch && (
          <div class="form-grid">
            <ChoiceField
              label="Ranked by"
              value={rankBy}
              options={rankings.map((value) => ({ value, title: wordsOf(value).title }))}
              onChange={setRankBy}
            />
          </div>
        )}
      </section>
      {other !== null && (
        <p class="problem" role="alert">
          {other}
        </p>
      )}
      <div class="row">
        <button type="submit" class="primary" disabled={isWrong || isBusy || !may('backtests:write')}>
          {isBatch ? `Run ${showNumber(members, 0)} backtests` : 'Run the backtest'}
        </button>
        {isBatch && members === 1 && <span class="hint">Name values to try for at least one parameter.</span>}
      </div>
    </form>
  );
};

/** A value that the search replaces can not be wrong. */
const withoutAxes = (
  problems: Readonly<Record<string, string>>,
  axisTexts: ParamTexts,
): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(problems).filter(([name]) => (axisTexts[name] ?? '').trim() === ''));
