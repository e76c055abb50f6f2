/** Results of backtests in ClickHouse: a head as JSON, the tables as columns, all under the attempt that made them. */

import type { BacktestResult, Fill, LogLine, Order, Trade } from '#domain';
import type { MemberScores, Results } from '#ports';
import { openBatchMembers } from './batch-members.ts';
import type { ClickHouse } from './clickhouse.ts';
import { exactJson, parseExactJson } from './exact-json.ts';
import type { Column, Columns } from './native-format.ts';
import { keptTables, resultColumns, rowsOf, selectedFields } from './result-tables.ts';
import type { KeptTable } from './result-tables.ts';

export const openResults = (clickHouse: ClickHouse): Results & MemberScores => ({
  async store(attemptId, result) {
    const before = await findHead(clickHouse, attemptId);
    // Later than what is there, and other than what a program left that was killed while it stored.
    const stored = Math.max((before?.stored ?? 0) + 1, Date.now());
    const tables = resultColumns(result);
    for (const table of keptTables)
      await insertRows(clickHouse, table, { attempt_id: attemptId, stored }, tables[table]);
    await clickHouse.insert({
      table: 'result_head',
      constants: { attempt_id: attemptId, stored },
      columns: {
        head: { type: 'String', values: [exactJson(headOf(result))] },
        sizes: { type: 'String', values: [exactJson(sizesOf(result))] },
      },
    });
    // Nobody can see these any more, so nobody waits for it.
    if (before !== null) await removeRows(clickHouse, attemptId, { before: stored });
  },

  async head(attemptId) {
    const found = await findHead(clickHouse, attemptId);
    return found?.head ?? null;
  },

  async rows(attemptId, table, { offset, limit }) {
    const found = await findHead(clickHouse, attemptId);
    if (found === null) return { rows: [], total: 0 };
    const total = found.sizes[table];
    const columns = await selectRows(clickHouse, found, table, { from: offset, to: Math.min(offset + limit, total) });
    return { rows: rowsOf(table, columns), total };
  },

  async load(attemptId) {
    const found = await findHead(clickHouse, attemptId);
    if (found === null) return null;
    const whole = (table: KeptTable) => selectRows(clickHouse, found, table, { from: 0, to: found.sizes[table] });
    const equity = await whole('equity');
    // Everything here was written from a BacktestResult, by `store` above.
    return {
      ...found.head,
      trades: rowsOf('trades', await whole('trades')) as unknown as readonly Trade[],
      orders: rowsOf('orders', await whole('orders')) as unknown as readonly Order[],
      fills: rowsOf('fills', await whole('fills')) as unknown as readonly Fill[],
      timeline: equity.numbers('time'),
      equity: equity.numbers('equity'),
      log: rowsOf('log', await whole('log')) as unknown as readonly LogLine[],
      plots: plotsOf(found.sizes.plotSizes, await whole('plots')),
    } as BacktestResult;
  },

  async remove(attemptId) {
    // Most attempts that are removed have stored nothing, and a DELETE is a writing even then.
    const some = await clickHouse.select(
      ['result_head', 'batch_member', ...keptTables.map((table) => `result_${table}`)]
        .map((table) => `(SELECT '${table}' AS found FROM ${table} WHERE attempt_id = {attemptId:String} LIMIT 1)`)
        .join(' UNION ALL '),
      { attemptId },
    );
    const found = some.texts('found');
    for (const table of found.filter((name) => name === 'result_head' || name === 'batch_member')) {
      await clickHouse.command(`DELETE FROM ${table} WHERE attempt_id = {attemptId:String}`, { attemptId });
    }
    if (found.length > 0) await removeRows(clickHouse, attemptId, { before: Number.MAX_SAFE_INTEGER });
  },

  ...openBatchMembers(clickHouse),
});

/** Orders the removal of rows that no head names; the engine does it in its own time. */
const removeRows = async (clickHouse: ClickHouse, attemptId: string, { before }: { readonly before: number }) => {
  for (const table of keptTables) {
    await clickHouse.command(
      `DELETE FROM result_${table} WHERE attempt_id = {attemptId:String} AND stored < {before:UInt64}
       SETTINGS lightweight_deletes_sync = 0`,
      { attemptId, before },
    );
  }
};

interface Head {
  readonly attemptId: string;
  readonly stored: number;
  readonly head: Readonly<Record<string, unknown>>;
  readonly sizes: Sizes;
}

interface Sizes extends Readonly<Record<KeptTable, number>> {
  /** The names of the strategy's lines, in order, and how many points each has. */
  readonly plotSizes: readonly (readonly [name: string, points: number])[];
}

const findHead = async (clickHouse: ClickHouse, attemptId: string): Promise<Head | null> => {
  const found = await clickHouse.select(
    'SELECT toFloat64(stored) AS stored_at, head, sizes FROM result_head FINAL WHERE attempt_id = {attemptId:String}',
    { attemptId },
  );
  const stored = found.numbers('stored_at')[0];
  if (stored === undefined) return null;
  return {
    attemptId,
    stored,
    // Both were written by `store`.
    head: parseExactJson(found.texts('head')[0] ?? '') as Head['head'],
    sizes: parseExactJson(found.texts('sizes')[0] ?? '') as Sizes,
  };
};

const headOf = (result: BacktestResult): Readonly<Record<string, unknown>> => {
  const { trades: _t, orders: _o, fills: _f, timeline: _l, equity: _e, log: _g, plots: _p, ...head } = result;
  return head;
};

const sizesOf = (result: BacktestResult): Sizes => {
  const plotSizes = Object.entries(result.plots).map(([name, { steps }]) => [name, steps.length] as const);
  return {
    trades: result.trades.length,
    orders: result.orders.length,
    fills: result.fills.length,
    equity: result.timeline.length,
    log: result.log.length,
    plots: plotSizes.reduce((sum, [, points]) => sum + points, 0),
    plotSizes,
  };
};

/** Keeps the memory of one statement within some hundred megabytes. */
const insertRowsMax = 500_000;

const insertRows = async (
  clickHouse: ClickHouse,
  table: KeptTable,
  constants: Readonly<Record<string, string | number>>,
  columns: Readonly<Record<string, Column>>,
): Promise<void> => {
  const rows = Object.values(columns)[0]?.values.length ?? 0;
  for (let from = 0; from < rows; from += insertRowsMax) {
    const to = Math.min(from + insertRowsMax, rows);
    const numbers = Float64Array.from({ length: to - from }, (_, i) => from + i);
    const parts = Object.entries(columns).map(([name, column]) => [name, sliceColumn(column, from, to)] as const);
    await clickHouse.insert({
      table: `result_${table}`,
      constants,
      columns: { number: { type: 'Float64', values: numbers }, ...Object.fromEntries(parts) },
    });
  }
};

const sliceColumn = (column: Column, from: number, to: number): Column =>
  // A part of a list has what the list has.
  ({ ...column, values: column.values.slice(from, to) }) as Column;

const selectRows = async (
  clickHouse: ClickHouse,
  { attemptId, stored }: Head,
  table: KeptTable,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<Columns> =>
  clickHouse.select(
    `SELECT ${selectedFields(table)} FROM result_${table}
     WHERE attempt_id = {attemptId:String} AND stored = {stored:UInt64}
       AND number >= {from:UInt32} AND number < {to:UInt32} ORDER BY number`,
    { attemptId, stored, from, to },
  );

const plotsOf = (sizes: Sizes['plotSizes'], points: Columns): BacktestResult['plots'] => {
  const [steps, values] = [points.numbers('step'), points.numbers('value')];
  let from = 0;
  return Object.fromEntries(
    sizes.map(([name, size]) => {
      const to = from + size;
      const plot = { steps: [...steps.subarray(from, to)], values: [...values.subarray(from, to)] };
      from = to;
      return [name, plot];
    }),
  );
};
