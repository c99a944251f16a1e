/**
 * The subjects of MMLU (Hendrycks et al., arXiv 2009.03300), each a configuration of its repository with a split of questions and one of
 * five examples. The rows of the questions are those of the published split, 14042 in all.
 */
import type { DatasetEntry } from './dataset-entry.ts';

/** Rows of the test split by subject. */
const mmluRows = {
  abstract_algebra: 100,
  anatomy: 135,
  astronomy: 152,
  business_ethics: 100,
  clinical_knowledge: 265,
  college_biology: 144,
  college_chemistry: 100,
  college_computer_science: 100,
  college_mathematics: 100,
  college_medicine: 173,
  college_physics: 102,
  computer_security: 100,
  conceptual_physics: 235,
  econometrics: 114,
  electrical_engineering: 145,
  elementary_mathematics: 378,
  formal_logic: 126,
  global_facts: 100,
  high_school_biology: 310,
  high_school_chemistry: 203,
  high_school_computer_science: 100,
  high_school_european_history: 165,
  high_school_geography: 198,
  high_school_government_and_politics: 193,
  high_school_macroeconomics: 390,
  high_school_mathematics: 270,
  high_school_microeconomics: 238,
  high_school_physics: 151,
  high_school_psychology: 545,
  high_school_statistics: 216,
  high_school_us_history: 204,
  high_school_world_history: 237,
  human_aging: 223,
  human_sexuality: 131,
  international_law: 121,
  jurisprudence: 108,
  logical_fallacies: 163,
  machine_learning: 112,
  management: 103,
  marketing: 234,
  medical_genetics: 100,
  miscellaneous: 783,
  moral_disputes: 346,
  moral_scenarios: 895,
  nutrition: 306,
  philosophy: 311,
  prehistory: 324,
  professional_accounting: 282,
  professional_law: 1534,
  professional_medicine: 272,
  professional_psychology: 612,
  public_relations: 110,
  security_studies: 245,
  sociology: 201,
  us_foreign_policy: 100,
  virology: 166,
  world_religions: 171,
} as const;

export type MmluSubject = keyof typeof mmluRows;

/** In the order of their names. */
export const mmluSubjects: readonly MmluSubject[] = Object.keys(mmluRows) as MmluSubject[];

/** `mmlu_anatomy` and `mmlu_anatomy_dev`, and so on. */
export function mmluEntries(): Record<string, DatasetEntry> {
  return Object.fromEntries(
    mmluSubjects.flatMap((subject) => [
      [`mmlu_${subject}`, entry(subject, 'test', mmluRows[subject])],
      [`mmlu_${subject}_dev`, entry(subject, 'dev', 5)],
    ]),
  );
}

function entry(subject: MmluSubject, split: 'test' | 'dev', rows: number): DatasetEntry {
  return {
    title: `MMLU, ${subject.replaceAll('_', ' ')}${split === 'dev' ? ', examples' : ''}`,
    hubId: 'cais/mmlu',
    config: subject,
    split,
    rows,
    licence: 'MIT',
    ...(split === 'dev' ? { purpose: 'examples' } : {}),
    files: [
      { path: `mmlu/${subject}/${split}.jsonl`, form: 'hub' },
      { path: `mmlu_${subject}/${split}.jsonl`, form: 'hub' },
      { path: `mmlu_${subject}.${split}.jsonl`, form: 'hub' },
    ],
  };
}
