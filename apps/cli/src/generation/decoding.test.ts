import { expect, it } from 'vitest';
import { decodingOf } from './decoding.ts';

it('is greedy unless draws are asked for', () => {
  expect(decodingOf({})).toMatchObject({ settings: { decoding: 'greedy' }, inWords: 'greedy' });
  expect(decodingOf({ topK: 3 }).settings).toEqual({ decoding: 'sampled', temperature: 1, topK: 3, seed: 0 });
  expect(decodingOf({ temperature: 0.7, topP: 0.9, seed: 4 }).inWords).toBe(
    'drawn at temperature 0.7, top-p 0.9, seed 4',
  );
});

it('draws the same for every text', () => {
  const decoding = decodingOf({ temperature: 2, seed: 1 });
  const logits = new Float32Array(100);
  const draws = (): number[] => {
    const choose = decoding.start();
    return Array.from({ length: 10 }, () => choose(logits));
  };
  expect(draws()).toEqual(draws());
});

it('refuses a seed without draws, and settings outside their ranges', () => {
  expect(() => decodingOf({ seed: 1 })).toThrow(expect.objectContaining({ code: 'cli/seed-unused' }));
  expect(() => decodingOf({ topP: 0 })).toThrow(expect.objectContaining({ code: 'generation/setting-out-of-range' }));
});
