import type { BlockSize } from '@linchpin/plugin-quantize-weights';
import { describe, expect, it } from 'vitest';
import type { FinishedTable } from '../tables/paper-table.ts';
import { blockSizeCurves, drawCurves, measured, rowLabel, unquantized } from './block-size-curves.ts';

/** Every row has its position as the value of every column. */
function finished(blocks: readonly BlockSize[]): FinishedTable {
  const quantized = blocks.flatMap((block) => blockSizeCurves.map(({ label }) => rowLabel(label, block)));
  const rows = [unquantized, ...quantized].map((label, index) => ({
    label,
    values: measured.columns.map(() => index),
    published: undefined,
    changedWeights: 0,
  }));
  return { rows };
}

function drawn(blocks: readonly BlockSize[], hubId: string | undefined): ReturnType<typeof drawCurves> {
  return drawCurves(finished(blocks), { blocks, title: 'toy', opened: { name: 'toy', hubId } });
}

describe('drawCurves', () => {
  it('puts the printed numbers beside ours where the paper has them, as curves of their own', () => {
    const { data, records } = drawn([64, 512 ** 2], 'huggyllama/Llama-7B');
    const [average, ...perplexities] = data.panels;
    expect(average!.series.filter(({ published }) => published)).toEqual([
      { label: 'RTN, published', points: [{ x: 512 ** 2, y: 50.51 }], published: true },
      { label: 'Ours, published', points: [{ x: 512 ** 2, y: 57.85 }], published: true },
    ]);
    expect(perplexities.flatMap(({ series }) => series).filter(({ published }) => published)).toEqual([]);
    expect(records.rows).toContainEqual(['Ours', '512x512', 'AVG', 5, 57.85]);
    expect(records.rows).toContainEqual(['Ours', '8x8', 'AVG', 2, null]);
  });

  it('draws the unquantized model as a level line, and lists it once', () => {
    const { data, table } = drawn([64, 256], undefined);
    expect(data.panels[0]!.series[0]).toEqual({
      label: unquantized,
      points: [
        { x: 64, y: 0 },
        { x: 256, y: 0 },
      ],
    });
    expect(table!.rows.map(([curve, block]) => [curve, block])).toEqual([
      [unquantized, null],
      ...blockSizeCurves.flatMap(({ label }) => ['8x8', '16x16'].map((block) => [label, block])),
    ]);
  });

  it('names blocks that have no one size', () => {
    const { data } = drawn([64, 'channel'], undefined);
    expect(data.panels[0]!.x).toEqual({ label: 'block', names: ['8x8', 'channel'] });
    expect(data.panels[0]!.series[1]!.points.map(({ x }) => x)).toEqual([0, 1]);
  });
});
