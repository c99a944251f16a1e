/**
 * The 57 subjects of MMLU (see ../mmlu.ts) in four groups, each of which and all of which is averaged over its questions
 * (lm_eval/tasks/mmlu/default, version 2).
 */
import { type MmluSubject, mmluSubjects } from '@linchpin/datasets';
import type { Task } from '@linchpin/plugin-api';
import { type MmluRow, mmluTask } from '../mmlu.ts';
import type { TaskGroup } from '../task-group.ts';

const humanities = new Set<MmluSubject>([
  'formal_logic',
  'high_school_european_history',
  'high_school_us_history',
  'high_school_world_history',
  'international_law',
  'jurisprudence',
  'logical_fallacies',
  'moral_disputes',
  'moral_scenarios',
  'philosophy',
  'prehistory',
  'professional_law',
  'world_religions',
]);

const socialSciences = new Set<MmluSubject>([
  'econometrics',
  'high_school_geography',
  'high_school_government_and_politics',
  'high_school_macroeconomics',
  'high_school_microeconomics',
  'high_school_psychology',
  'human_sexuality',
  'professional_psychology',
  'public_relations',
  'security_studies',
  'sociology',
  'us_foreign_policy',
]);

const other = new Set<MmluSubject>([
  'business_ethics',
  'clinical_knowledge',
  'college_medicine',
  'global_facts',
  'human_aging',
  'management',
  'marketing',
  'medical_genetics',
  'miscellaneous',
  'nutrition',
  'professional_accounting',
  'professional_medicine',
  'virology',
]);

function areaOf(subject: MmluSubject): string {
  if (humanities.has(subject)) return 'humanities';
  if (socialSciences.has(subject)) return 'social_sciences';
  return other.has(subject) ? 'other' : 'stem';
}

export const mmlu: TaskGroup = {
  name: 'mmlu',
  version: 2,
  members: ['stem', 'other', 'social_sciences', 'humanities'].map(area),
  metrics: [{ metric: 'acc', weighting: 'items' }],
};

function area(name: string): TaskGroup {
  const tag = `mmlu_${name}_tasks`;
  const members = mmluSubjects
    .filter((subject) => areaOf(subject) === name)
    .map((subject): Task<MmluRow> => ({ ...mmluTask(subject), tags: [tag] }));
  return {
    name: `mmlu_${name}`,
    version: 2,
    members,
    metrics: [{ metric: 'acc', weighting: 'items' }],
  };
}
