// Written by scripts/generate-indexes.ts from the files of ../tables. Do not edit.
import type { PaperTable } from '../tables/paper-table.ts';
import { table1 } from '../tables/table-1-super-weight-importance.ts';

export const tables: readonly PaperTable[] = [table1];
