import { expect, it } from 'vitest';
import { cpu } from './cpu.ts';

const settings = { device: 'cpu', engine: 'any', threads: 1, castWeights: 'once' } as const;
const unpacked = (graph: Parameters<typeof cpu.sessionOptions>[0], packs?: true): unknown => {
  const { extra } = cpu.sessionOptions(graph, packs === undefined ? settings : { ...settings, packs });
  return (extra?.['session'] as Readonly<Record<string, unknown>> | undefined)?.['disable_prepacking'];
};

it('weights are packed in memory but for those of a training that is not to, and those of which no copy would fit', () => {
  const [weightFolder, gibibyte] = ['folder', 2 ** 30];
  expect(unpacked({})).toBeUndefined();
  expect(unpacked({ weightFolder, float32Bytes: 8 * gibibyte })).toBeUndefined();
  expect(unpacked({ weightFolder, float32Bytes: 26 * gibibyte })).toBe('1');
  expect(unpacked({ weightFolder, isTrained: true })).toBe('1');
  expect(unpacked({ weightFolder, isTrained: true }, true)).toBeUndefined();
});
