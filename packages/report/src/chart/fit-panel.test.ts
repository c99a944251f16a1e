import { describe, expect, it } from 'vitest';
import type { FigurePanel } from '../figure-data.ts';
import { fitPanel } from './fit-panel.ts';

const panel: FigurePanel = {
  x: { label: '', names: ['the', 'of'] },
  y: { label: 'Probability' },
  series: [{ label: 'Original', points: [{ x: 1, y: 0.5 }] }],
};

describe('fitPanel', () => {
  it('puts names below each other where they have no room beside each other', () => {
    expect(fitPanel(panel, 28)).toBe(panel);
    expect(fitPanel(panel, 27)).toEqual({
      x: panel.y,
      y: panel.x,
      series: [{ label: 'Original', points: [{ x: 0.5, y: 1 }] }],
    });
  });
});
