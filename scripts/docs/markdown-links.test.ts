import { expect, it } from 'vitest';
import { readAnchors, readLinks } from './markdown-links.ts';

it('reads links, pictures and references, and none in code', () => {
  const markdown = [
    'A [link](a.md#b) and a ![picture](c.svg "title"), with [`code`](d.ts).',
    '',
    '```md',
    '[no link](no.md)',
    '```',
    'Nor is `[this](no.md)` one.',
    '[e]: f.md',
  ].join('\n');
  expect(readLinks(markdown)).toEqual([
    { line: 1, target: 'a.md#b' },
    { line: 1, target: 'c.svg' },
    { line: 1, target: 'd.ts' },
    { line: 7, target: 'f.md' },
  ]);
});

it.each([
  ['## Requests that disagree: `unresolved`', 'requests-that-disagree-unresolved'],
  ["# LLaMA-7B's Table 1, by arithmetic", 'llama-7bs-table-1-by-arithmetic'],
  ['### `acc_norm` of [a task](task.md)', 'acc_norm-of-a-task'],
  ['## 2. Get the data', '2-get-the-data'],
])('gives %s the anchor that GitHub gives it', (heading, anchor) => {
  expect(readAnchors(`${heading}\n`)).toEqual([anchor]);
});

it('numbers anchors that are there already, and leaves comments in code alone', () => {
  expect(readAnchors('# A\n\n## A\n\n```sh\n# no heading\n```\n\n## A\n')).toEqual(['a', 'a-1', 'a-2']);
});
