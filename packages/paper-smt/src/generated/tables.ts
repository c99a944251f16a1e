// Written by scripts/generate-indexes.ts from the files of ../tables. Do not edit.
import type { SmtTable } from '../tables/smt-table.ts';
import { costTable } from '../tables/table-1-cost.ts';
import { blocksTable } from '../tables/table-4-blocks.ts';
import { commonsenseTable } from '../tables/table-commonsense.ts';

export const tables: readonly SmtTable[] = [costTable, blocksTable, commonsenseTable];
