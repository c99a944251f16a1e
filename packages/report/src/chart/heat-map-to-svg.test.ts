import { DOMParser } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { heatMapToSvg } from './heat-map-to-svg.ts';

const svg = new DOMParser().parseFromString(
  heatMapToSvg({
    title: 'What is <chosen>',
    rowLabel: 'layer',
    rows: ['0', '1'],
    columns: ['q_proj', 'v_proj'],
    values: [
      [0, 0.25],
      [null, 0.75],
    ],
  }),
  'image/svg+xml',
).documentElement as unknown as Element;

describe('heatMapToSvg', () => {
  it('says what it is and shows', () => {
    expect(svg.getAttribute('role')).toBe('img');
    expect(svg.querySelector('title')?.textContent).toBe('What is <chosen>');
    expect(svg.querySelector('desc')?.textContent).toContain('q_proj –, v_proj 100 % in all');
  });

  it('has a cell for every share, the strongest for the largest, and its number in it', () => {
    const strengths = [...svg.querySelectorAll('rect[fill-opacity]')].map((cell) => cell.getAttribute('fill-opacity'));
    expect(strengths).toEqual(['0', '0.25', '0.75']);
    const texts = [...svg.querySelectorAll('text')].map(({ textContent }) => textContent);
    for (const text of ['q_proj', 'v_proj', '0', '1', 'layer', '–', '25 %', '75 %']) expect(texts).toContain(text);
  });
});
