import { expect, it } from 'vitest';
import type { GeneratedText } from '@linchpin/generation';
import { nextTokenPanels } from './next-token-panels.ts';

const text = (prompt: string, label: string, nextTokens: GeneratedText['nextTokens']): GeneratedText => ({
  prompt,
  label,
  nextTokens,
  interventions: [],
  text: '',
  ids: [],
  stopped: 'end',
});

it('puts the tokens of all models on one axis, and tells tokens of one text apart', () => {
  const [panel, other, ...more] = nextTokenPanels([
    text('a', 'Original', [
      { id: 7, token: ' cold', probability: 0.5 },
      { id: 3, token: 'x', probability: 0.25 },
    ]),
    text('b', 'Original', [{ id: 1, token: '\n', probability: 1 }]),
    text('a', 'Pruned', [
      { id: 4, token: 'x', probability: 0.5 },
      { id: 7, token: ' cold', probability: 0.125 },
    ]),
  ]);
  expect(more).toEqual([]);
  expect(panel).toMatchObject({
    title: '"a"',
    x: { names: ['" cold"', '"x"', '"x"'] },
    series: [
      {
        label: 'Original',
        points: [
          { x: 0, y: 50 },
          { x: 1, y: 25 },
        ],
      },
      {
        label: 'Pruned',
        points: [
          { x: 0, y: 12.5 },
          { x: 2, y: 50 },
        ],
      },
    ],
  });
  expect(other).toMatchObject({ title: '"b"', x: { names: [String.raw`"\n"`] } });
});
