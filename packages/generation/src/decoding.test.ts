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
    return Array.from({ length: 10 }, () => choose(logits, []));
  };
  expect(draws()).toEqual(draws());
});

it('refuses a seed without draws, and settings outside their ranges', () => {
  expect(() => decodingOf({ seed: 1 })).toThrow(expect.objectContaining({ code: 'generation/seed-unused' }));
  expect(() => decodingOf({ topP: 0 })).toThrow(expect.objectContaining({ code: 'generation/setting-out-of-range' }));
});

it('searches with beams, and counts repetitions', () => {
  expect(decodingOf({ beams: 4, repetitionPenalty: 1.1 })).toMatchObject({
    search: { beams: 4, repetitionPenalty: 1.1 },
    settings: { decoding: 'beams', beams: 4, repetitionPenalty: 1.1 },
    inWords: 'searched with 4 beams, repetition penalty 1.1',
  });
  const penalized = decodingOf({ repetitionPenalty: 2 });
  expect(penalized.start()(Float32Array.of(1, 1.5), [1])).toBe(0);
  expect(penalized).toMatchObject({ settings: { decoding: 'greedy', repetitionPenalty: 2 } });
  expect(penalized).not.toHaveProperty('search');
  expect(() => decodingOf({ beams: 2, temperature: 1 })).toThrow(
    expect.objectContaining({ code: 'generation/beams-drawn' }),
  );
});
