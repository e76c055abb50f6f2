/** Bringing prices in: a file, which symbol it is about, what became of it. */

import { useState } from 'preact/hooks';
import { tell } from '../app/toasts.tsx';
import { showBytes, showNumber } from '../format/numbers.ts';
import { loadSymbols } from '../market/symbols.ts';
import { ChoiceField, TextField } from '../parts/field.tsx';
import { fieldProblem, otherProblem, useAction } from '../parts/use-action.ts';
import { guessSymbol } from './guess-symbol.ts';
import { DropZone } from './drop-zone.tsx';
import { ImportsTable } from './imports-table.tsx';
import { upload } from './upload.ts';

type IntervalChoice = 'auto' | '1m' | '1d';

export const ImportPage = () => {
  const [file, setFile] = useState<File | null>(null);
  const [symbol, setSymbol] = useState('');
  const [interval, setInterval] = useState<IntervalChoice>('auto');
  const [skipBad, setSkipBad] = useState(true);
  const [share, setShare] = useState(0);
  const [sent, setSent] = useState(0);
  const { run, isBusy, failure, clear } = useAction();
  const choose = (chosen: File): void => {
    setFile(chosen);
    clear();
    if (symbol === '') setSymbol(guessSymbol(chosen.name));
  };
  const send = async (): Promise<void> => {
    if (file === null) return;
    setShare(0);
    const started = await upload({
      file,
      symbol,
      interval: interval === 'auto' ? null : interval,
      skipBad,
      onProgress: setShare,
    });
    tell('plain', started.status === 'completed' ? 'It was imported before' : 'The file has arrived', file.name);
    setFile(null);
    setSymbol('');
    setSent((before) => before + 1);
    loadSymbols();
  };
  const other = otherProblem(failure, ['/symbol', '/interval', 'symbol', 'interval']);
  return (
    <div class="page">
      <div class="page-head">
        <h1>Import prices</h1>
      </div>
      <form
        class="panel section"
        onSubmit={(event) => {
          event.preventDefault();
          run(send);
        }}
      >
        <DropZone file={file} onFile={choose} />
        <div class="form-grid">
          <TextField
            label="Symbol"
            value={symbol}
            onChange={(text) => setSymbol(text.toUpperCase())}
            isRequired
            maxLength={24}
            placeholder="GOOG"
            problem={fieldProblem(failure, '/symbol')}
          />
          <ChoiceField
            label="Bars of"
            value={interval}
            options={[
              { value: 'auto', title: 'Told from the times' },
              { value: '1d', title: 'a day' },
              { value: '1m', title: 'a minute' },
            ]}
            onChange={setInterval}
            problem={fieldProblem(failure, '/interval')}
          />
        </div>
        <label class="tick">
          <input
            type="checkbox"
            checked={skipBad}
            onChange={({ currentTarget }) => setSkipBad(currentTarget.checked)}
          />
          Leave rows out that can not be bars, and name them
        </label>
        {isBusy && (
          <div class="progress" role="status">
            <progress max={1} value={share} aria-label="Upload" />
            <div class="progress-words">
              <b>{showNumber(share * 100, 0)} %</b>
              {file !== null && <span>of {showBytes(file.size)} sent</span>}
            </div>
          </div>
        )}
        {other !== null && (
          <p class="problem" role="alert">
            {other}
          </p>
        )}
        <div class="row">
          <button type="submit" class="primary" disabled={file === null || symbol === '' || isBusy}>
            Import
          </button>
          <span class="hint">The same file again is the same import: nothing is counted twice.</span>
        </div>
      </form>
      <ImportsTable sent={sent} />
    </div>
  );
};
