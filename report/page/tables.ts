/** Tables that sort by a click on, or a key press in, the head of a column. */

export const makeSortable = (table: HTMLTableElement): void => {
  [...(table.tHead?.rows[0]?.cells ?? [])].forEach((cell, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...cell.childNodes);
    button.addEventListener('click', () => sortBy(table, cell, column));
    cell.append(button);
  });
};

/** Down first for numbers and up first for text; where there is nothing stays last. */
const sortBy = (table: HTMLTableElement, head: HTMLTableCellElement, column: number): void => {
  const body = table.tBodies[0];
  if (body === undefined) return;
  const rows = [...body.rows].map((row) => ({ row, key: keyOf(row.cells[column]) }));
  const isText = rows.some(({ key }) => typeof key === 'string');
  const before = head.getAttribute('aria-sort');
  const direction =
    before === null ? (isText ? 'ascending' : 'descending') : before === 'ascending' ? 'descending' : 'ascending';
  const sign = direction === 'ascending' ? 1 : -1;
  rows.sort((a, b) => {
    if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null);
    if (typeof a.key === 'number' && typeof b.key === 'number') return sign * (a.key - b.key);
    return sign * String(a.key).localeCompare(String(b.key), 'en', { numeric: true });
  });
  for (const other of table.querySelectorAll('th[aria-sort]')) other.removeAttribute('aria-sort');
  head.setAttribute('aria-sort', direction);
  body.append(...rows.map(({ row }) => row));
};

const keyOf = (cell: HTMLTableCellElement | undefined): number | string | null => {
  const text = cell?.dataset['value'] ?? cell?.textContent?.trim() ?? '';
  if (text === '') return null;
  const number = Number(text);
  return Number.isNaN(number) ? text : number;
};
