/** Tables of results as files. */

import type { ResultTable } from './results.ts';

export const exportFormats = ['json', 'csv', 'parquet'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export interface Exporter {
  /**
   * A table of an attempt as a file, made as it is read: JSON is a list of objects, CSV begins with the
   * names of the columns. Times are RFC 3339 in JSON and CSV, and times in Parquet.
   */
  resultTable(request: {
    readonly attemptId: string;
    readonly table: ResultTable;
    readonly format: ExportFormat;
    readonly offset: number;
    /** null: to the end. */
    readonly limit: number | null;
  }): AsyncIterable<Uint8Array>;
}
