/** What is known of a data set, and under which names its files may lie in a folder. */

/** How the rows of a file relate to those of the hub's split. */
export type FileForm =
  /** The hub's fields, or the original text; the rows are the whole split, unless the file is an embedded mini set. */
  | 'hub'
  /** The hub's fields, but other rows than the split's: some of them, or those of another split. */
  | 'sample'
  /** Other fields: the text has been through a preprocessing that must not be repeated. */
  | 'processed';

/** A file that may hold a data set. */
export interface CandidateFile {
  /** Relative to the data folder, with `/`. */
  readonly path: string;
  readonly form: FileForm;
}

/** One data set of the manifest. */
export interface DatasetEntry {
  /** As papers write it. */
  readonly title: string;
  readonly hubId: string;
  readonly config: string | null;
  readonly split: 'train' | 'dev' | 'validation' | 'test';
  /** Rows of the whole split; null where they were not counted. */
  readonly rows: number | null;
  readonly licence: string;
  /** Set where only few-shot examples come from it. */
  readonly purpose?: 'examples';
  /** The one file of the repository that is read, where a protocol asks for it; else its split is looked for. */
  readonly hubFile?: string;
  /** Names in a folder of the user's, the most preferred first. */
  readonly files: readonly CandidateFile[];
}
