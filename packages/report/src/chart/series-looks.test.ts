import { describe, expect, it } from 'vitest';
import { seriesLooks } from './series-looks.ts';

describe('seriesLooks', () => {
  it('tells series apart by colour and symbol', () => {
    const looks = [...seriesLooks(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((label) => ({ label }))).values()];
    expect(new Set(looks.map(({ color }) => color)).size).toBe(7);
    expect(new Set(looks.map(({ symbol }) => symbol)).size).toBe(7);
  });

  it('gives printed numbers the colour of ours', () => {
    const looks = seriesLooks([{ label: 'RTN' }, { label: 'Ours' }, { label: 'RTN (published)', published: true }]);
    expect(looks.get('RTN (published)')).toEqual({ ...looks.get('RTN'), isPublished: true });
    expect(looks.get('Ours')?.color).not.toBe(looks.get('RTN')?.color);
  });
});
