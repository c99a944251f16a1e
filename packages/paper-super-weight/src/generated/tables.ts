// Written by scripts/generate-indexes.ts from the files of ../tables. Do not edit.
import type { PaperTable } from '../tables/paper-table.ts';
import { table1 } from '../tables/table-1-super-weight-importance.ts';
import { table2 } from '../tables/table-2-super-weight-directory.ts';
import { table3 } from '../tables/table-3-activation-quantization.ts';

export const tables: readonly PaperTable[] = [table1, table2, table3];
