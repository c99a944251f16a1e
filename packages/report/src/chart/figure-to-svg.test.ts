import { DOMParser } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { exampleFigure, hostile } from '../../test/example-artifacts.ts';
import type { FigureData } from '../figure-data.ts';
import { figureToSvg } from './figure-to-svg.ts';

function parse(figure: FigureData, width?: number): Element {
  const svg = figureToSvg(figure, width === undefined ? {} : { width });
  return new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement as unknown as Element;
}

/** A figure whose x axis has names. */
const named: FigureData = {
  number: 11,
  title: 'Tokens',
  panels: [
    {
      x: { label: 'Probability' },
      y: { label: '', names: ['the', '<b>', 'of'] },
      series: [{ label: 'Original', points: [0, 1, 2].map((y) => ({ x: 0.1 * y, y })) }],
    },
  ],
};

describe('figureToSvg', () => {
  const svg = parse(exampleFigure.figure);

  it('says what it is and shows', () => {
    expect(svg.getAttribute('role')).toBe('img');
    expect(svg.querySelector('title')?.textContent).toBe('Figure 6: Sweep');
    const description = svg.querySelector('desc')?.textContent;
    expect(description).toContain('Perplexity (logarithmic) against Factor.');
    expect(description).toContain('Ours: 2 points, 1 more without a place on the axes, from 7 to 700.');
  });

  it('draws a symbol for every point that has a place, and a broken line for printed numbers', () => {
    const drawn = [...svg.querySelectorAll('g.dot')];
    // Those of the legend come first.
    expect(drawn.map((group) => group.children.length)).toEqual([1, 1, 2, 1]);
    expect(svg.querySelectorAll('g[stroke-dasharray]').length).toBeGreaterThan(0);
  });

  it('does not draw a line across a gap', () => {
    const lines = [...svg.querySelectorAll('g.line path')].map((path) => path.getAttribute('d') ?? '');
    expect(lines.some((path) => path.split('M').length === 3)).toBe(true);
  });

  it('takes colours from around it and loads nothing', () => {
    const text = figureToSvg(exampleFigure.figure);
    expect(text).toContain('currentColor');
    expect(text).toContain('prefers-color-scheme:dark');
    expect(text).not.toMatch(/url\(|href=|<script|<img/);
  });

  it('escapes text', () => {
    expect([...svg.querySelectorAll('text')].map((text) => text.textContent)).toContain(hostile);
    expect(svg.querySelector('img')).toBeNull();
  });

  it('writes names at their ticks', () => {
    const texts = [...parse(named).querySelectorAll('text')].map((text) => text.textContent);
    expect(texts).toEqual(expect.arrayContaining(['the', '<b>', 'of']));
  });

  it('puts panels beside each other where there is room', () => {
    const two = { ...named, panels: [named.panels[0]!, named.panels[0]!] };
    const height = (width: number): number => Number(parse(two, width).getAttribute('height'));
    expect(height(400)).toBeGreaterThan(1.8 * height(900));
  });

  it('draws axes where nothing can be drawn on them', () => {
    const empty = { ...exampleFigure.figure, panels: [{ ...exampleFigure.figure.panels[0]!, series: [] }] };
    expect(figureToSvg(empty)).toContain('<svg');
  });
});
