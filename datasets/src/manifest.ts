/**
 * Which data sets there are, where each comes from, and under which file names it may lie in a folder.
 * Hub ids, configs, splits and row counts are those of lm-evaluation-harness's task files. Licences are as commonly
 * stated; a user who passes data on has to look them up.
 */

import type { CandidateFile, DatasetEntry } from './dataset-entry.ts';
import { mmluEntries } from './mmlu-entries.ts';

const hub = (path: string): CandidateFile => ({ path, form: 'hub' });

const questions: Readonly<Record<string, DatasetEntry>> = {
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
  commonsense_qa: {
    title: 'CommonsenseQA',
    hubId: 'tau/commonsense_qa',
    config: null,
    split: 'validation',
    rows: 1221,
    licence: 'MIT',
    files: [hub('commonsense_qa/validation.jsonl'), hub('commonsense_qa.validation.jsonl')],
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
  gsm8k: {
    title: 'GSM8K',
    hubId: 'openai/gsm8k',
    config: 'main',
    split: 'test',
    rows: 1319,
    licence: 'MIT',
    files: [hub('gsm8k/test.jsonl'), hub('gsm8k/main/test.jsonl'), hub('gsm8k.test.jsonl')],
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
  lambada_standard: {
    title: 'LAMBADA',
    hubId: 'cimec/lambada',
    config: null,
    split: 'test',
    rows: 5153,
    licence: 'CC-BY-4.0',
    files: [hub('lambada/test.jsonl'), hub('lambada_standard/test.jsonl'), hub('lambada_standard.test.jsonl')],
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
  race: {
    title: 'RACE (high)',
    hubId: 'EleutherAI/race',
    config: 'high',
    split: 'test',
    rows: 1045,
    licence: 'non-commercial research only',
    files: [hub('race/high/test.jsonl'), hub('race/test.jsonl'), hub('race.test.jsonl')],
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
  triviaqa: {
    title: 'TriviaQA, reading comprehension without documents',
    hubId: 'mandarjoshi/trivia_qa',
    config: 'rc.nocontext',
    split: 'validation',
    rows: 17944,
    licence: 'Apache-2.0; the hub says unknown',
    files: [
      hub('triviaqa/rc.nocontext/validation.jsonl'),
      hub('triviaqa.validation.jsonl'),
      { path: 'triviaqa/rc_subset3000.jsonl', form: 'sample' },
    ],
  },
  triviaqa_unfiltered: {
    title: 'TriviaQA, unfiltered',
    hubId: 'mandarjoshi/trivia_qa',
    config: 'unfiltered.nocontext',
    split: 'validation',
    rows: 11313,
    licence: 'Apache-2.0; the hub says unknown',
    files: [hub('triviaqa/unfiltered-web-dev.jsonl'), hub('triviaqa/unfiltered.nocontext/validation.jsonl')],
  },
  truthful_qa: {
    title: 'TruthfulQA',
    hubId: 'truthfulqa/truthful_qa',
    config: 'multiple_choice',
    split: 'validation',
    rows: 817,
    licence: 'Apache-2.0',
    files: [
      hub('truthful_qa/validation.jsonl'),
      hub('truthful_qa/multiple_choice/validation.jsonl'),
      hub('truthful_qa.validation.jsonl'),
    ],
  },
  web_questions: {
    title: 'WebQuestions',
    hubId: 'stanfordnlp/web_questions',
    config: null,
    split: 'test',
    rows: 2032,
    licence: 'CC-BY-4.0',
    files: [hub('web_questions/test.jsonl'), hub('web_questions.test.jsonl')],
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

/** The splits that few-shot examples are drawn from, with their rows. */
const examples: Readonly<Record<string, DatasetEntry>> = {
  arc_challenge_train: trainingSplit('arc_challenge', 1119),
  arc_easy_train: trainingSplit('arc_easy', 2251),
  boolq_train: trainingSplit('boolq', 9427),
  commonsense_qa_train: trainingSplit('commonsense_qa', 9741),
  gsm8k_train: trainingSplit('gsm8k', 7473),
  hellaswag_train: trainingSplit('hellaswag', 39905),
  lambada_standard_validation: splitBeside('lambada_standard', 'validation', 4869),
  openbookqa_train: trainingSplit('openbookqa', 4957),
  piqa_train: trainingSplit('piqa', 16113),
  sciq_train: trainingSplit('sciq', 11679),
  social_iqa_train: trainingSplit('social_iqa', 33410),
  winogrande_train: trainingSplit('winogrande', 40398),
};

/** Every data set, by the name under which tasks and corpora ask for it. */
export const manifest: Readonly<Record<string, DatasetEntry>> = { ...questions, ...examples, ...mmluEntries() };

function trainingSplit(name: string, rows: number): DatasetEntry {
  return splitBeside(name, 'train', rows);
}

/** Another split of a data set: it lies where that lies, under its own name. */
function splitBeside(name: string, split: DatasetEntry['split'], rows: number): DatasetEntry {
  const entry = questions[name]!;
  const whole = entry.files.filter(({ path, form }) => form === 'hub' && path.endsWith(`${entry.split}.jsonl`));
  const files = whole.map(({ path }) => hub(path.replace(/[^/.]+\.jsonl$/u, `${split}.jsonl`)));
  return { ...entry, title: `${entry.title}, ${split}`, split, rows, purpose: 'examples', files };
}
