// Written by scripts/generate-indexes.ts from the files of ../tables. Do not edit.
import type { SmtTable } from '../tables/smt-table.ts';
import { commonsenseTable } from '../tables/table-commonsense.ts';

export const tables: readonly SmtTable[] = [commonsenseTable];
