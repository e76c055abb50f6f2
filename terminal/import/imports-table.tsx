/** What was imported, what is under way, and which rows were left out. */

import { useEffect, useState } from 'preact/hooks';
import type { ImportEntry } from '#sdk';
import { Link } from '../app/link.tsx';
import { showBytes, showNumber } from '../format/numbers.ts';
import { showAgo } from '../format/times.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Empty, Show } from '../parts/states.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import { loadSymbols } from '../market/symbols.ts';
import { client } from '../session/session.ts';

/** While one is under way. */
const everyMs = 1_000;

/** `sent` counts the files sent from this page. */
export const ImportsTable = ({ sent }: { readonly sent: number }) => {
  const loaded = useLoaded(() => client.data.imports({ limit: 50 }), []);
  const [shown, setShown] = useState<string | null>(null);
  const { state, reload } = loaded;
  const isWaiting =
    state.status === 'ready' && state.value.data.some(({ status }) => status === 'recorded' || status === 'running');
  useEffect(() => {
    if (sent > 0) reload();
  }, [sent]);
  useEffect(() => {
    if (!isWaiting) {
      loadSymbols();
      return undefined;
    }
    const timer = setInterval(reload, everyMs);
    return () => clearInterval(timer);
  }, [isWaiting]);
  return (
    <section class="panel" aria-label="Imports">
      <Show of={loaded}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty title="Nothing was imported so far.">
              Files that you send are listed here with what became of them.
            </Empty>
          ) : (
            <div class="table-place">
              <table>
                <thead>
                  <tr>
                    <th>File</th>
                    <th>Symbol</th>
                    <th>Bars of</th>
                    <th>Status</th>
                    <th class="number">Bars</th>
                    <th class="number">Left out</th>
                    <th class="number">Size</th>
                    <th>When</th>
                  </tr>
                </thead>
                <tbody>
                  {data.map((entry) => (
                    <ImportRow key={entry.id} entry={entry} onShow={() => setShown(entry.id)} />
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Show>
      {shown !== null && <ImportDialog id={shown} onClose={() => setShown(null)} />}
    </section>
  );
};

const ImportRow = ({ entry, onShow }: { readonly entry: ImportEntry; readonly onShow: () => void }) => {
  const { symbol, interval, fileName, status, rows, rejected, bytes, createdAt } = entry;
  return (
    <tr>
      <td>
        <button type="button" class="small" onClick={onShow}>
          {fileName}
        </button>
      </td>
      <td>
        <Link to={`/trade/${encodeURIComponent(symbol)}`}>{symbol}</Link>
      </td>
      <td>{interval ?? '…'}</td>
      <td>
        <span class={`status ${status}`}>{status}</span>
      </td>
      <td class="number">{showNumber(rows, 0)}</td>
      <td class={`number ${rejected > 0 ? 'down' : ''}`}>{showNumber(rejected, 0)}</td>
      <td class="number">{showBytes(bytes)}</td>
      <td class="time">{showAgo(createdAt)}</td>
    </tr>
  );
};

const ImportDialog = ({ id, onClose }: { readonly id: string; readonly onClose: () => void }) => {
  const loaded = useLoaded(() => client.data.import(id), [id]);
  return (
    <Dialog title="Import" onClose={onClose}>
      <Show of={loaded}>
        {({ fileName, status, failure, notes, rejected, rejectedRows }) => (
          <div class="stack">
            <p>
              {fileName} <span class={`status ${status}`}>{status}</span>
            </p>
            {failure !== null && <p class="problem">{failure}</p>}
            {notes.map((note) => (
              <p key={note} class="muted">
                {note}
              </p>
            ))}
            {rejected === 0 ? (
              <p class="muted">No row was left out.</p>
            ) : (
              <>
                <h3>
                  {showNumber(rejected, 0)} rows were left out
                  {rejectedRows.length < rejected ? `, the first ${rejectedRows.length}:` : ':'}
                </h3>
                <ul class="rejected">
                  {rejectedRows.map(({ line, reason }) => (
                    <li key={line}>
                      <b>Line {line}</b> {reason}
                    </li>
                  ))}
                </ul>
              </>
            )}
          </div>
        )}
      </Show>
    </Dialog>
  );
};
