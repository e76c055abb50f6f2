/** The report and the exports. They are asked for with the token and saved from there: a plain link has none. */

import { tellProblem } from '../app/toasts.tsx';
import { client } from '../session/session.ts';

/** Time for the browser to begin saving before the address is given up. */
const keptMs = 60_000;

const save = (blob: Blob, name: string): void => {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), keptMs);
};

const exports = [
  { table: 'trades', format: 'csv', title: 'Trades (CSV)' },
  { table: 'orders', format: 'csv', title: 'Orders (CSV)' },
  { table: 'equity', format: 'csv', title: 'Equity (CSV)' },
  { table: 'trades', format: 'parquet', title: 'Trades (Parquet)' },
  { table: 'trades', format: 'json', title: 'Trades (JSON)' },
] as const;

export const FileLinks = ({ id }: { readonly id: string }) => {
  const give = (name: string, file: Promise<Blob>): void => {
    file.then(
      (blob) => save(blob, name),
      (error: unknown) => tellProblem('The file could not be made', error),
    );
  };
  return (
    <>
      <select
        class="exports"
        aria-label="Export"
        value=""
        onChange={(event) => {
          const chosen = exports[Number(event.currentTarget.value)];
          event.currentTarget.value = '';
          if (chosen === undefined) return;
          const { table, format } = chosen;
          give(`${id}-${table}.${format}`, client.backtests.file(id, { table, format }));
        }}
      >
        <option value="">Export</option>
        {exports.map(({ title }, place) => (
          <option key={title} value={String(place)}>
            {title}
          </option>
        ))}
      </select>
      <button type="button" onClick={() => give(`backtest-${id}.html`, client.backtests.file(id, 'report'))}>
        HTML report
      </button>
    </>
  );
};
