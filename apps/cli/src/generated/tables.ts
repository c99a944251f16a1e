// Made by scripts/generate-indexes.ts: do not edit.
import type { PaperTable } from '../tables/paper-table.ts';
import { table1 } from '../tables/table-1-super-weight-importance.ts';

export const tables: readonly PaperTable[] = [table1];
