/** A table as a Parquet file, a row group for each page of it. */

import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import type { BasicType } from 'hyparquet-writer';
import type { ExportColumn } from './export-columns.ts';

type Row = Readonly<Record<string, unknown>>;

export async function* parquetFile(
  columns: readonly ExportColumn[],
  pages: AsyncIterable<readonly Row[]>,
): AsyncGenerator<Uint8Array> {
  const writer = new ByteWriter();
  const schema = schemaFromColumnData({ columnData: columnData(columns, []) });
  const file = new ParquetWriter({ writer, schema, createdBy: 'xtrading' });
  for await (const rows of pages) {
    // This writer is in memory, so nothing has to be awaited.
    void file.write({ columnData: columnData(columns, rows), rowGroupSize: rows.length });
    yield taken(writer);
  }
  void file.finish();
  yield taken(writer);
}

/** What has been written since the last time. The writer goes on counting from the file's beginning. */
const taken = (writer: ByteWriter): Uint8Array => {
  const bytes = writer.getBytes().slice();
  writer.index = 0;
  return bytes;
};

const columnData = (columns: readonly ExportColumn[], rows: readonly Row[]) =>
  columns.map(({ name, kind, of }) => ({
    name,
    type: parquetTypes[kind],
    data: rows.map((row) => parquetValue(kind, of(row))),
  }));

const parquetTypes: Readonly<Record<ExportColumn['kind'], BasicType>> = {
  // Counts within a run.
  integer: 'INT32',
  number: 'DOUBLE',
  time: 'TIMESTAMP',
  text: 'STRING',
};

const parquetValue = (kind: ExportColumn['kind'], value: unknown): unknown => {
  if (kind !== 'time') return value ?? null;
  return typeof value === 'number' && Number.isFinite(value) ? new Date(value) : null;
};
