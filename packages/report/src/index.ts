export { renderTable } from './render-table.ts';
export { resultRowsToCsv } from './result-rows-to-csv.ts';
export { resultRowsToJson } from './result-rows-to-json.ts';
export type { Cell, Column, Table } from './table.ts';
export { tableToCsv } from './table-to-csv.ts';
export { writeFileAtomically } from './write-file-atomically.ts';
