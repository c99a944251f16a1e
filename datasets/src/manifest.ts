/**
 * Which data sets there are, where each comes from, and under which file names it may lie in a folder.
 * Hub ids, configs, splits and row counts are those of lm-evaluation-harness's task files. Licences are as commonly
 * stated; a user who passes data on has to look them up.
 */

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
  readonly split: 'train' | 'validation' | 'test';
  /** Rows of the whole split; null where they were not counted. */
  readonly rows: number | null;
  readonly licence: string;
  /** The one file of the repository that is read, where a protocol asks for it; else its split is looked for. */
  readonly hubFile?: string;
  /** Names in a folder of the user's, the most preferred first. */
  readonly files: readonly CandidateFile[];
}

const hub = (path: string): CandidateFile => ({ path, form: 'hub' });

/** Every data set, by the name under which tasks and corpora ask for it. */
export const manifest: Readonly<Record<string, DatasetEntry>> = {
  arc_challenge: {
    title: 'ARC-Challenge',
    hubId: 'allenai/ai2_arc',
    config: 'ARC-Challenge',
    split: 'test',
    rows: 1172,
    licence: 'CC-BY-SA-4.0',
    files: [hub('ARC-Challenge/test.jsonl'), hub('arc_challenge/test.jsonl'), hub('arc_challenge.test.jsonl')],
  },
  arc_easy: {
    title: 'ARC-Easy',
    hubId: 'allenai/ai2_arc',
    config: 'ARC-Easy',
    split: 'test',
    rows: 2376,
    licence: 'CC-BY-SA-4.0',
    files: [hub('ARC-Easy/test.jsonl'), hub('arc_easy/test.jsonl'), hub('arc_easy.test.jsonl')],
  },
  boolq: {
    title: 'BoolQ',
    hubId: 'aps/super_glue',
    config: 'boolq',
    split: 'validation',
    rows: 3270,
    licence: 'CC-BY-SA-3.0',
    files: [hub('boolq/validation.jsonl'), hub('boolq.validation.jsonl')],
  },
  c4: {
    title: 'C4',
    hubId: 'allenai/c4',
    config: 'en',
    split: 'validation',
    rows: null,
    licence: 'ODC-BY',
    hubFile: 'en/c4-validation.00000-of-00008.json.gz',
    files: [
      hub('c4/c4-validation.00000-of-00008.json.gz'),
      hub('c4/en/c4-validation.00000-of-00008.json.gz'),
      hub('c4/c4-validation.00000-of-00008.json'),
      hub('c4/en/c4-validation.00000-of-00008.json'),
      hub('c4/validation.jsonl'),
      hub('c4.validation.jsonl'),
      { path: 'c4/train_sample2000.jsonl', form: 'sample' },
    ],
  },
  hellaswag: {
    title: 'HellaSwag',
    hubId: 'Rowan/hellaswag',
    config: null,
    split: 'validation',
    rows: 10042,
    licence: 'MIT',
    files: [
      hub('hellaswag/validation.jsonl'),
      hub('hellaswag.validation.jsonl'),
      { path: 'hellaswag/validation_raw_sample1000.jsonl', form: 'sample' },
      { path: 'hellaswag/validation_processed.jsonl', form: 'processed' },
    ],
  },
  lambada_openai: {
    title: 'LAMBADA (OpenAI)',
    hubId: 'EleutherAI/lambada_openai',
    config: 'default',
    split: 'test',
    rows: 5153,
    licence: 'Modified MIT; the texts CC-BY-4.0',
    files: [hub('lambada_openai/test.jsonl'), hub('lambada_openai.test.jsonl'), hub('lambada.test.jsonl')],
  },
  openbookqa: {
    title: 'OpenBookQA',
    hubId: 'allenai/openbookqa',
    config: 'main',
    split: 'test',
    rows: 500,
    licence: 'Apache-2.0; the hub says unknown',
    files: [hub('openbookqa/test.jsonl'), hub('openbookqa.test.jsonl')],
  },
  piqa: {
    title: 'PIQA',
    hubId: 'baber/piqa',
    config: null,
    split: 'validation',
    rows: 1838,
    licence: 'AFL-3.0; the hub says unknown',
    files: [hub('piqa/validation.jsonl'), hub('piqa.validation.jsonl')],
  },
  sciq: {
    title: 'SciQ',
    hubId: 'allenai/sciq',
    config: null,
    split: 'test',
    rows: 1000,
    licence: 'CC-BY-NC-3.0',
    files: [hub('sciq/test.jsonl'), hub('sciq.test.jsonl')],
  },
  social_iqa: {
    title: 'Social IQa',
    hubId: 'lighteval/siqa',
    config: null,
    split: 'validation',
    rows: 1954,
    licence: 'CC-BY-4.0; the hub says unknown',
    files: [
      hub('social_i_qa/validation.jsonl'),
      hub('social_iqa/validation.jsonl'),
      hub('social_iqa.validation.jsonl'),
    ],
  },
  wikitext2: {
    title: 'WikiText-2 (raw)',
    hubId: 'Salesforce/wikitext',
    config: 'wikitext-2-raw-v1',
    split: 'test',
    rows: 4358,
    licence: 'CC-BY-SA-3.0 and GFDL',
    files: [hub('wikitext-2/wiki.test.raw'), hub('wikitext-2-raw/wiki.test.raw'), hub('wikitext.test.txt')],
  },
  wikitext2_train: {
    title: 'WikiText-2 (raw), train',
    hubId: 'Salesforce/wikitext',
    config: 'wikitext-2-raw-v1',
    split: 'train',
    rows: 36718,
    licence: 'CC-BY-SA-3.0 and GFDL',
    files: [hub('wikitext-2/wiki.train.raw'), hub('wikitext-2-raw/wiki.train.raw')],
  },
  wikitext2_validation: {
    title: 'WikiText-2 (raw), validation',
    hubId: 'Salesforce/wikitext',
    config: 'wikitext-2-raw-v1',
    split: 'validation',
    rows: 3760,
    licence: 'CC-BY-SA-3.0 and GFDL',
    files: [hub('wikitext-2/wiki.valid.raw'), hub('wikitext-2-raw/wiki.valid.raw')],
  },
  winogrande: {
    title: 'WinoGrande',
    hubId: 'allenai/winogrande',
    config: 'winogrande_xl',
    split: 'validation',
    rows: 1267,
    licence: 'CC-BY',
    files: [
      hub('winogrande_xl/validation.jsonl'),
      hub('winogrande/validation.jsonl'),
      hub('winogrande.validation.jsonl'),
    ],
  },
};
