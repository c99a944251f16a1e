import { expect, it } from 'vitest';
import { exampleRun } from '../../test/example-run.ts';
import { firstRunJunit, firstRunMarkdown, numbersOf } from './first-run.ts';

const run = exampleRun('first', { row: { value: 1 / 3 } });

it('has a row a metric, with six digits', () => {
  const { columns, rows } = numbersOf(run);
  expect(columns).toEqual(['Model', 'Interventions', 'Task', 'Metric', 'Value', 'Correct', 'Items']);
  expect(rows).toEqual([
    ['toy', 'Original', 'piqa', 'acc', 0.333333, 30, 40],
    // Four of every seven are right: 5 · 4 + 4 of forty.
    ['toy', 'Original', 'lambada_openai', 'acc', 0.333333, 24, 40],
    ['toy', 'Original', 'lambada_openai', 'perplexity', 0.333333, null, 40],
    ['toy', 'Original', 'wikitext2', 'perplexity', 0.333333, null, 40],
  ]);
});

it('is a table with advice in Markdown', () => {
  const lines = firstRunMarkdown(run, 'Keep it.').split('\n');
  expect(lines.slice(0, 7)).toEqual([
    '## Linchpin: no baseline',
    '',
    'Keep it.',
    '',
    '| Model | Interventions | Task | Metric | Value | Correct | Items |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    '| toy | Original | piqa | acc | 0.333333 | 30 | 40 |',
  ]);
  expect(lines.at(-2)).toBe('| toy | Original | wikitext2 | perplexity | 0.333333 |  | 40 |');
});

it('is a passing test a part in JUnit XML', () => {
  const xml = firstRunJunit(run);
  expect(xml).toContain('<testsuites name="linchpin" tests="3" failures="0">');
  expect(xml).toContain(`acc: ${1 / 3}\nperplexity: ${1 / 3}</system-out>`);
});
