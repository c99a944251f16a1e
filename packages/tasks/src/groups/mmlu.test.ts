import { testTask } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { groupsOf, tasksOf } from '../task-group.ts';
import { mmlu } from './mmlu.ts';

const row = { question: ' Which bone?\n', choices: ['tibia', 'radius', 'femur', 'skull'], answer: 2 };
const anatomy = tasksOf(mmlu).find(({ name }) => name === 'mmlu_anatomy')!;

testTask(
  anatomy,
  [row],
  [
    { field: 'choices', row: { ...row, choices: ['tibia'] } },
    { field: 'answer', row: { ...row, answer: 4 } },
  ],
);

describe('mmlu', () => {
  it('has 57 subjects in four groups, of the sizes that lm-evaluation-harness has', () => {
    const sizes = groupsOf(mmlu).map((group) => [group.name, tasksOf(group).length]);
    expect(Object.fromEntries(sizes)).toEqual({
      mmlu: 57,
      mmlu_stem: 19,
      mmlu_other: 13,
      mmlu_social_sciences: 12,
      mmlu_humanities: 13,
    });
  });

  it('lists the choices and asks for a letter', () => {
    expect(anatomy.toQuestion(anatomy.parseRow(row))).toEqual({
      kind: 'multiple-choice',
      context: 'Which bone?\nA. tibia\nB. radius\nC. femur\nD. skull\nAnswer:',
      choices: ['A', 'B', 'C', 'D'],
      answer: 2,
    });
  });
});
