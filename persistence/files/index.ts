/** The door to files of prices: reading them, writing them, and what went wrong. */

export { describeBars, instrumentFor } from '#domain';
export type { BarsDescription, Gap, InstrumentOverrides } from '#domain';
export type { FileProgress } from './file-lines.ts';
export { PriceFileError } from './price-file-error.ts';
export type { BadRow } from './price-file-error.ts';
export { barsFromJson, describeBadRow, readPriceFile } from './price-file.ts';
export type { PriceFile, PriceFileOptions } from './price-file.ts';
export { csvOfBars, holdsPrices, writePrices } from './write-prices.ts';
export { columnRoles } from './price-columns.ts';
