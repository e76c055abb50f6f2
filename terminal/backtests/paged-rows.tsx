/** A table of a result, page by page. */

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { ResultRow, ResultRows } from '#sdk';
import { showNumber } from '../format/numbers.ts';
import { Empty, Show } from '../parts/states.tsx';
import { useLoaded } from '../parts/use-loaded.ts';

const pageRows = 50;

interface PagedRowsProps<Row extends ResultRow> {
  readonly id: string;
  readonly load: (page: { readonly offset: number; readonly limit: number }) => Promise<ResultRows<Row>>;
  readonly empty: string;
  readonly head: ComponentChildren;
  readonly row: (row: Row) => ComponentChildren;
}

export const PagedRows = <Row extends ResultRow>({ id, load, empty, head, row }: PagedRowsProps<Row>) => {
  const [offset, setOffset] = useState(0);
  const loaded = useLoaded(() => load({ offset, limit: pageRows }), [id, offset]);
  return (
    <Show of={loaded}>
      {({ data, total }) =>
        total === 0 ? (
          <Empty title={empty} />
        ) : (
          <>
            <div class="table-place">
              <table>
                <thead>
                  <tr>{head}</tr>
                </thead>
                <tbody>{data.map(row)}</tbody>
              </table>
            </div>
            <div class="pages">
              <span>
                {showNumber(offset + 1, 0)}–{showNumber(offset + data.length, 0)} of {showNumber(total, 0)}
              </span>
              <button
                type="button"
                class="small"
                disabled={offset === 0}
                onClick={() => setOffset(Math.max(0, offset - pageRows))}
              >
                Before
              </button>
              <button
                type="button"
                class="small"
                disabled={offset + data.length >= total}
                onClick={() => setOffset(offset + pageRows)}
              >
                Next
              </button>
            </div>
          </>
        )
      }
    </Show>
  );
};
