/** Tables of results as files, made page by page as they are read. */

import { formatTime } from '#domain';
import type { Exporter, ExportFormat, Results, ResultTable } from '#ports';
import { exportColumns } from './export-columns.ts';
import type { ExportColumn } from './export-columns.ts';

type Row = Readonly<Record<string, unknown>>;
type Encode = (columns: readonly ExportColumn[], pages: AsyncIterable<readonly Row[]>) => AsyncIterable<Uint8Array>;

export const openExporter = (results: Pick<Results, 'rows'>): Exporter => ({
  resultTable: ({ attemptId, table, format, offset, limit }) =>
    encoders[format](exportColumns[table], pagesOf(results, attemptId, table, offset, limit ?? Infinity)),
});

/** Some ten megabytes at a time; also the size of a row group in Parquet. */
const rowsPerPage = 20_000;

async function* pagesOf(
  results: Pick<Results, 'rows'>,
  attemptId: string,
  table: ResultTable,
  offset: number,
  limit: number,
): AsyncGenerator<readonly Row[]> {
  const end = offset + limit;
  for (let from = offset; from < end; from += rowsPerPage) {
    const { rows, total } = await results.rows(attemptId, table, {
      offset: from,
      limit: Math.min(rowsPerPage, end - from),
    });
    if (rows.length > 0) yield rows;
    if (from + rowsPerPage >= total) return;
  }
}

const encoder = new TextEncoder();

async function* csvFile(columns: readonly ExportColumn[], pages: AsyncIterable<readonly Row[]>) {
  yield encoder.encode(csvLine(columns.map(({ name }) => name)));
  for await (const rows of pages) {
    yield encoder.encode(
      rows.map((row) => csvLine(columns.map((column) => csvField(column, column.of(row))))).join(''),
    );
  }
}

/** RFC 4180. */
const csvLine = (fields: readonly string[]): string => `${fields.join(',')}\r\n`;

/** Nothing for null, two quotes for an empty text: what reads it may tell them apart. */
const csvField = ({ kind }: ExportColumn, value: unknown): string => {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : (timeText(kind, value) ?? String(value));
  if (typeof value !== 'string') return '';
  return value === '' || /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
};

async function* jsonFile(columns: readonly ExportColumn[], pages: AsyncIterable<readonly Row[]>) {
  let before = '[';
  for await (const rows of pages) {
    const texts = rows.map((row) =>
      JSON.stringify(Object.fromEntries(columns.map((column) => [column.name, jsonValue(column, column.of(row))]))),
    );
    yield encoder.encode(`${before}\n${texts.join(',\n')}`);
    before = ',';
  }
  yield encoder.encode(before === '[' ? '[]\n' : '\n]\n');
}

/** Numbers that JSON has not become null there. */
const jsonValue = ({ kind }: ExportColumn, value: unknown): unknown =>
  typeof value === 'number' ? (timeText(kind, value) ?? value) : value;

const timeText = (kind: ExportColumn['kind'], value: number): string | null =>
  kind === 'time' && Number.isFinite(value) ? formatTime(value) : null;

/** Loaded with the first such file: a start is not to wait for it. */
async function* parquetFile(columns: readonly ExportColumn[], pages: AsyncIterable<readonly Row[]>) {
  const { parquetFile: encode } = await import('./parquet-file.ts');
  yield* encode(columns, pages);
}

const encoders: Readonly<Record<ExportFormat, Encode>> = { json: jsonFile, csv: csvFile, parquet: parquetFile };
