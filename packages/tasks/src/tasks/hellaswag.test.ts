import { testTask } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { hellaswag } from './hellaswag.ts';

const row = {
  ind: 450,
  activity_label: 'Building a snowman',
  ctx_a: 'The boy rolls a big ball of snow.',
  ctx_b: 'next he',
  ctx: 'The boy rolls a big ball of snow. next he',
  endings: ['covers the floor.', 'puts a smaller ball on top.', 'finds the hole.', 'rolls a ball.'],
  label: '1',
};
const processed = { activity_label: row.activity_label, ctx: row.ctx, endings: row.endings, label: '1' };

testTask(
  hellaswag,
  [row, { ...row, label: 3 }, processed],
  [
    { field: 'activity_label', row: { ...row, activity_label: null } },
    { field: 'ctx_b', row: { ...row, ctx_b: null } },
    { field: 'endings', row: { ...row, endings: 'none' } },
    { field: 'endings.2', row: { ...row, endings: ['a', 'b', 3, 'd'] } },
    { field: 'label', row: { ...row, label: '' } },
    { field: 'label', row: { ...row, label: '4' } },
    { field: 'label', row: { ...row, label: 0.5 } },
    { field: 'ctx_a', row: { activity_label: 'A', endings: row.endings, label: '1' } },
    { field: 'ctx', row: { ...processed, ctx: 5 } },
    { field: 'label', row: { ...processed, label: '-1' } },
  ],
);

function ask(fields: object): unknown {
  return hellaswag.toQuestion(hellaswag.parseRow({ ...row, ...fields }));
}

describe('hellaswag', () => {
  it('joins label and context, and capitalizes its second part', () => {
    expect(ask({})).toEqual({
      kind: 'multiple-choice',
      context: 'Building a snowman: The boy rolls a big ball of snow. Next he',
      choices: row.endings,
      answer: 1,
    });
    expect(ask({ ctx_b: 'then Anna Smith' })).toMatchObject({
      context: 'Building a snowman: The boy rolls a big ball of snow. Then anna smith',
    });
  });

  it('leaves no space for an empty second part', () => {
    expect(ask({ ctx_b: '' })).toMatchObject({ context: 'Building a snowman: The boy rolls a big ball of snow.' });
  });

  it('strips before it removes marks, not afterwards', () => {
    expect(ask({ ctx_a: '[header] How to sleep [title] Lie down. [step]', ctx_b: '' })).toMatchObject({
      context: 'Building a snowman: How to sleep. Lie down. ',
    });
    expect(ask({ endings: ['[substeps] Close an eye.', ' b ', 'c', 'd'] })).toMatchObject({
      choices: [' Close an eye.', 'b', 'c', 'd'],
    });
  });

  it('removes the shortest bracketed texts of one line, with all but newlines inside', () => {
    expect(ask({ endings: ['a [b] c [d] e', '[a\nb]', '[a\u2028\rb]c', '[d', '[]e'] })).toMatchObject({
      choices: ['a c e', '[a\nb]', 'c', '[d', 'e'],
    });
  });

  it('halves runs of spaces in a single pass', () => {
    expect(ask({ endings: ['a   b', 'a    b', 'a  b', 'a b'] })).toMatchObject({
      choices: ['a  b', 'a  b', 'a b', 'a b'],
    });
  });

  it('only joins a row that was processed before, and calls it a variant', () => {
    const parsed = hellaswag.parseRow({ ...processed, ctx: 'A [b]  c', endings: [' [d]  e', 'f'] });
    expect(hellaswag.toQuestion(parsed)).toMatchObject({
      context: 'Building a snowman: A [b]  c',
      choices: [' [d]  e', 'f'],
    });
    expect(hellaswag.variantOf?.(parsed)).toBe('processed');
    expect(hellaswag.variantOf?.(hellaswag.parseRow(row))).toBeUndefined();
  });
});
