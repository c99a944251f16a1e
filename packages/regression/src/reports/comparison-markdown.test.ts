import { expect, it } from 'vitest';
import { exampleRun, loseItems } from '../../test/example-run.ts';
import { compareRuns } from '../compare-runs.ts';
import { comparisonMarkdown } from './comparison-markdown.ts';

const score = loseItems(8);

it('has a row a metric, and folds away the items that flipped', () => {
  const text = comparisonMarkdown(compareRuns(exampleRun('old'), exampleRun('new', { score })));
  expect(text).toContain('## Linchpin: regression\n');
  expect(text).toContain('\n| ✗ | toy · Original · piqa | acc | 0.75 | 0.55 | regression |\n');
  expect(text).toContain('\n### toy · Original · piqa: regression\n');
  expect(text).toContain('<summary>8 items flipped</summary>\n\n```text\nitem 1: wrong now, right before\n');
});

it('keeps Markdown as it is, whatever is in names and texts', () => {
  const [before, after] = [{}, { score }].map((options) => {
    const run = exampleRun('run', { ...options, row: { label: 'a|b *c*' } });
    return { ...run, parts: run.parts.map((part) => ({ ...part, items: part.items.map(quoted) })) };
  });
  const text = comparisonMarkdown(compareRuns(before!, after!));
  expect(text).toContain(String.raw`| toy · a\|b \*c\* · piqa |`);
  // The texts hold three backticks: the fence around them must be longer.
  expect(text).toContain('\n````text\n');
});

type Item = ReturnType<typeof exampleRun>['parts'][number]['items'][number];

function quoted(item: Item): Item {
  return { ...item, requests: item.requests.map((request) => ({ ...request, context: 'What is ```?' })) };
}
