/** A table that lists what is found in models instead of what they score. */
import type { TableFlags } from '../commands/table.ts';
import type { PaperTable } from './paper-table.ts';
import type { TableOption } from './table-options.ts';

export interface DirectoryTable {
  readonly kind: 'directory';
  readonly number: number;
  readonly title: string;
  readonly columns: readonly { readonly header: string }[];
  /** As those of a PaperTable. */
  readonly takes?: readonly TableOption[];
  /** Asks everything that could stop it, and gives back what computes and writes it. */
  plan(flags: TableFlags, signal: AbortSignal): Promise<() => Promise<void>>;
}

/** What `linchpin table` can write. */
export type ListedTable = PaperTable | DirectoryTable;
