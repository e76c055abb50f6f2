/** Numbers as vendors write them: `1,234.50`, `1.234,50`, `$12`, `2.5M`, `null`. */

export interface NumberStyle {
  readonly decimal: '.' | ',';
}

/** A number, NaN for what is none, and null for a cell that says "no value". */
export const parseNumber = (text: string, { decimal }: NumberStyle): number | null => {
  const bare = text.replace(/[\s\u00a0\u202f$€£¥₹']/g, '');
  if (missingWords.has(bare.toLowerCase())) return null;
  const found = suffixed.exec(bare);
  const scale = found === null ? 1 : (scales.get((found[2] ?? '').toUpperCase()) ?? NaN);
  const plain = ungrouped(found?.[1] ?? bare, decimal);
  return decimalPattern.test(plain) ? Number(plain) * scale : NaN;
};

/**
 * Tells the decimal mark from cells that hold numbers: a comma when some cell can only be read so
 * (`1,25`, `1.234,5`), or when all commas might be either and fields are not separated by commas.
 */
export const detectNumberStyle = (cells: readonly string[], delimiter: string): NumberStyle => {
  if (delimiter === ',' && !cells.some((cell) => cell.includes(','))) return { decimal: '.' };
  let points = 0;
  let commas = 0;
  let either = 0;
  for (const cell of cells) {
    const point = cell.lastIndexOf('.');
    const comma = cell.lastIndexOf(',');
    if (comma < 0 && point < 0) continue;
    if (comma > point) {
      const grouped = /^\D*\d{1,3}(,\d{3})+\D*$/.test(cell);
      if (!grouped || point >= 0) commas++;
      else either++;
    } else if (comma >= 0 || !/^\D*\d{1,3}(\.\d{3}){2,}\D*$/.test(cell)) {
      points++;
    }
  }
  return { decimal: commas > points || (points === 0 && commas === 0 && either > 0 && delimiter !== ',') ? ',' : '.' };
};

const missingWords: ReadonlySet<string> = new Set([
  '',
  '-',
  '--',
  '.',
  'null',
  'nan',
  'na',
  'n/a',
  '#n/a',
  'none',
  'nil',
]);
const suffixed = /^(.*\d.*)([kmb])$/i;
const scales: ReadonlyMap<string, number> = new Map([
  ['K', 1e3],
  ['M', 1e6],
  ['B', 1e9],
]);
const decimalPattern = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i;

/** The text with thousands marks taken out and a point for the decimal mark; unchanged where the groups are odd. */
const ungrouped = (text: string, decimal: '.' | ','): string => {
  if (decimal === '.')
    return /^[+-]?\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d*)?$/.test(text) ? text.replaceAll(',', '') : text;
  const joined = /^[+-]?\d{1,3}(?:\.\d{3})+(?:,\d*)?$/.test(text) ? text.replaceAll('.', '') : text;
  return joined.includes('.') ? `?${joined}` : joined.replace(',', '.'); // a point that groups nothing is no number
};
