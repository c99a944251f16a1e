import { expect, it } from 'vitest';
import { KnownBlocks } from './known-blocks.ts';

it('knows a block by all of its origins', () => {
  const [a, b, c] = [{}, {}, {}];
  const key = Buffer.from('key');
  const blocks = new KnownBlocks();
  blocks.add([a, b], key);
  expect(blocks.keyOf([a, b])).toBe(key);
  for (const origins of [[a], [a, c], [b, a], [a, b, c], [c], []]) expect(blocks.keyOf(origins)).toBeUndefined();
});
