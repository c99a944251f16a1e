import type { Artifact } from './artifact.ts';

/** What a report is made of. */
export interface Report {
  readonly title: string;
  /** When it was written, as readers should see it. */
  readonly written: string;
  /** In the order of the report within each kind. */
  readonly artifacts: readonly Artifact[];
}
