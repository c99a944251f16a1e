/** What the commonsense table is made of, and what comes out. */
import type { Chain } from '@linchpin/execution';
import type { OpenedModel } from '@linchpin/harness';
import type { Json, ResultRow } from '@linchpin/plugin-api';
import type { Protocol } from './protocol.ts';
import type { SetData } from './read-set.ts';
import type { CommonsenseSet } from './sets.ts';

/** The row of a model and a chain. */
export interface FinishedRow {
  readonly model: string;
  readonly label: string;
  /** In %, in the order of the sets, then the average; null of a set that is missing. */
  readonly values: readonly (number | null)[];
  /** Printed ones of this method, as far as there are any. */
  readonly published: readonly number[] | undefined;
}

export interface CommonsensePlan {
  readonly protocol: Protocol;
  readonly sets: readonly CommonsenseSet[];
  /** Of the sets that are there. */
  readonly data: readonly SetData[];
  readonly models: readonly { readonly opened: OpenedModel; readonly chains: readonly Chain[] }[];
  /** What is not there, in words. */
  readonly notes: readonly string[];
  readonly settings: Readonly<Record<string, Json>>;
  readonly caption: string;
}

export interface CommonsenseResult {
  readonly rows: readonly FinishedRow[];
  readonly numbers: readonly ResultRow[];
  readonly notes: readonly string[];
}
