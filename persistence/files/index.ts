/** The door to files of prices: reading them, writing them, and what went wrong. */

export { describeBars, instrumentFor, instrumentOf } from '#domain';
export type { BarsDescription, Gap, InstrumentOverrides } from '#domain';
export type { FileProgress } from './file-lines.ts';
export { PriceFileError } from './price-file-error.ts';
export type { BadRow } from './price-file-error.ts';
export { barsFromJson, readPriceFile } from './price-file.ts';
export type { PriceFile } from './price-file.ts';
export { describeBadRow } from './price-findings.ts';
export { openSortedPriceFile } from './sorted-price-file.ts';
export type { SortedPriceFile } from './sorted-price-file.ts';
export type { PriceFileOptions } from './price-rows.ts';
export { csvOfBars, holdsPrices, writePrices } from './write-prices.ts';
export { columnRoles } from './price-columns.ts';
