/**
 * The eight commonsense sets of AGI-Edgerunners/LLM-Adapters (`dataset/<name>/test.json`), in the order of its tables, with the
 * labels that are looked for in an answer: the first that occurs, or none, which is wrong.
 */
import { nearestNames } from '@linchpin/errors';
import { unknownSet } from '../errors.ts';

export interface CommonsenseSet {
  /** Name of its folder. */
  readonly name: string;
  readonly header: string;
  readonly labels: readonly string[];
}

const numbered = (word: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${word}${index + 1}`);

const answers = numbered('answer', 5);

export const commonsenseSets: readonly CommonsenseSet[] = [
  { name: 'boolq', header: 'BoolQ', labels: ['true', 'false'] },
  { name: 'piqa', header: 'PIQA', labels: numbered('solution', 2) },
  { name: 'social_i_qa', header: 'SIQA', labels: answers },
  { name: 'hellaswag', header: 'HellaSwag', labels: numbered('ending', 4) },
  { name: 'winogrande', header: 'WinoGrande', labels: numbered('option', 2) },
  { name: 'ARC-Easy', header: 'ARC-e', labels: answers },
  { name: 'ARC-Challenge', header: 'ARC-c', labels: answers },
  { name: 'openbookqa', header: 'OBQA', labels: answers },
];

/** All sets, or those that are named. Throws for a name that none has. */
export function chosenSets(names: readonly string[] | undefined): readonly CommonsenseSet[] {
  if (names === undefined) return commonsenseSets;
  const known = commonsenseSets.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw unknownSet(unknown, nearestNames(unknown, known));
  return commonsenseSets.filter(({ name }) => names.includes(name));
}

/** The label that occurs first, wherever it stands; empty where none does. */
export function firstLabel(text: string, { labels }: Pick<CommonsenseSet, 'labels'>): string {
  return text.match(new RegExp(labels.join('|')))?.[0] ?? '';
}
