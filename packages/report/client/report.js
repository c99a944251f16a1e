/**
 * Sorting of the report's tables: a button in every header turns through ascending, descending and the order of the
 * document. It is put into the page as text, so that the page needs no other file.
 */

for (const table of document.querySelectorAll('table[data-sortable]'))
  makeSortable(/** @type {HTMLTableElement} */ (table));

/** @param {HTMLTableElement} table */
function makeSortable(table) {
  const body = table.tBodies[0];
  if (body === undefined) return;
  const original = [...body.rows];
  const headers = [...(table.tHead?.rows[0]?.cells ?? [])];
  for (const [column, header] of headers.entries()) {
    header.querySelector('button')?.addEventListener('click', () => {
      const direction = nextDirection(header.getAttribute('aria-sort'));
      for (const other of headers) other.removeAttribute('aria-sort');
      if (direction !== undefined) header.setAttribute('aria-sort', direction);
      body.append(...(direction === undefined ? original : sorted(original, column, direction)));
    });
  }
}

/**
 * @param {string | null} direction
 * @returns {'ascending' | 'descending' | undefined}
 */
function nextDirection(direction) {
  if (direction === null) return 'ascending';
  return direction === 'ascending' ? 'descending' : undefined;
}

/**
 * @param {readonly HTMLTableRowElement[]} rows
 * @param {number} column
 * @param {'ascending' | 'descending'} direction
 * @returns {HTMLTableRowElement[]}
 */
function sorted(rows, column, direction) {
  const sign = direction === 'ascending' ? 1 : -1;
  return rows
    .map((row) => ({ row, value: row.cells[column]?.dataset['value'] ?? '' }))
    .toSorted((a, b) => compare(a.value, b.value, sign))
    .map(({ row }) => row);
}

/**
 * Numbers by size, text by the alphabet, numbers before text; what is empty or not a number comes last in both directions.
 *
 * @param {string} a
 * @param {string} b
 * @param {1 | -1} sign
 * @returns {number}
 */
function compare(a, b, sign) {
  const isLast = [a, b].map((text) => text === '' || text === 'NaN');
  if (isLast[0] || isLast[1]) return Number(isLast[0]) - Number(isLast[1]);
  const [first, second] = [Number(a), Number(b)];
  const isText = [first, second].map(Number.isNaN);
  if (isText[0] && isText[1]) return sign * a.localeCompare(b, 'en', { numeric: true });
  if (isText[0] || isText[1]) return sign * (Number(isText[0]) - Number(isText[1]));
  return first === second ? 0 : sign * (first < second ? -1 : 1);
}
