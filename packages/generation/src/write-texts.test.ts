import { toyBranchingModel, toyDistribution } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { greedy, repeating } from './choose-token.ts';
import { withPenalty } from './repetition-penalty.ts';
import { type WriteOptions, writeTexts, type WrittenText } from './write-texts.ts';

const vocabularySize = 13;
const prompt = [1, 2, 3];

async function written(
  prompts: readonly (readonly number[])[],
  options: Partial<WriteOptions> = {},
  model: ReturnType<typeof toyBranchingModel> = toyBranchingModel(),
): Promise<WrittenText[]> {
  const texts: WrittenText[] = [];
  for await (const text of writeTexts(model, prompts, { beams: 3, maxTokens: 4, ...options })) texts.push(text);
  return texts;
}

/** Every continuation of a length with its score, the best first. */
function allContinuations(length: number): { ids: number[]; score: number }[] {
  let all: { ids: number[]; score: number }[] = [{ ids: [], score: 0 }];
  for (let step = 0; step < length; step++) {
    all = all.flatMap(({ ids, score }) =>
      Array.from(toyDistribution([...prompt, ...ids], vocabularySize), (logProbability, id) => ({
        ids: [...ids, id],
        score: score + logProbability,
      })),
    );
  }
  return all.toSorted((a, b) => b.score - a.score);
}

describe('a search with beams', () => {
  it('finds the likeliest texts where there are enough beams for all beginnings', async () => {
    const [text] = await written([prompt], { beams: vocabularySize, maxTokens: 2 });
    const expected = allContinuations(2).slice(0, vocabularySize);
    expect(text!.hypotheses!.map(({ ids }) => ids)).toEqual(expected.map(({ ids }) => ids));
    text!.hypotheses!.forEach(({ score }, rank) => expect(score).toBeCloseTo(expected[rank]!.score / 2, 5));
    expect(text).toMatchObject({ index: 0, ids: expected[0]!.ids, stopped: 'max-tokens' });
  });

  it('feeds the prompt once, and then a token a beam', async () => {
    const model = toyBranchingModel();
    await written([prompt], { beams: 3, maxTokens: 4 }, model);
    expect(model.runs).toEqual([1, 3, 3, 3]);
  });

  it('ends with the id that ends a text', async () => {
    const endIds = [...Array(vocabularySize).keys()].filter((id) => id % 2 === 0);
    const [text] = await written([prompt], { endIds, maxTokens: 30 });
    expect(text!.stopped).toBe('end');
    for (const { ids } of text!.hypotheses!) expect(ids.findIndex((id) => endIds.includes(id))).toBe(ids.length - 1);
    const scores = text!.hypotheses!.map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  });

  it('fills the context, and gives the token behind it', async () => {
    const [text] = await written([prompt], { maxTokens: 9 }, toyBranchingModel({ contextLength: 5 }));
    expect(text).toMatchObject({ ids: { length: 3 }, stopped: 'context' });
    const [full] = await written([prompt], { maxTokens: 3 }, toyBranchingModel({ contextLength: 5 }));
    expect(full).toMatchObject({ ids: text!.ids, stopped: 'max-tokens' });
  });
});

describe('many texts', () => {
  const prompts = Array.from({ length: 7 }, (_, index) =>
    Array.from({ length: 1 + index }, (__, at) => (index + at) % 13),
  );
  const options = { endIds: [4, 7], maxTokens: 12, repetitionPenalty: 1.2 };

  it.each([1, 3])('are the same with %i beams, however many are written at once', async (beams) => {
    const byIndex = (texts: readonly WrittenText[]): WrittenText[] => texts.toSorted((a, b) => a.index - b.index);
    const alone = byIndex(await written(prompts, { ...options, beams, together: 1 }));
    expect(alone.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    for (const together of [2, 7, 20])
      expect(byIndex(await written(prompts, { ...options, beams, together }))).toEqual(alone);
  });

  it('are greedy with one beam, the penalty being one of logits', async () => {
    const [text] = await written([prompt], { beams: 1, maxTokens: 5, repetitionPenalty: 1.5 });
    const ids = [...prompt];
    for (let step = 0; step < 5; step++)
      ids.push(repeating(greedy, 1.5)(Float32Array.from(toyDistribution(ids, vocabularySize)), ids));
    expect(text!.ids).toEqual(ids.slice(3));
    expect(text).not.toHaveProperty('hypotheses');
  });

  it('end between two runs when they are told to', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(written([prompt], { signal })).rejects.toThrow('enough');
  });

  it.each([
    [{ beams: 0 }, prompt, 'generation/setting-out-of-range'],
    [{ beams: 2.5 }, prompt, 'generation/setting-out-of-range'],
    [{ repetitionPenalty: 0 }, prompt, 'generation/setting-out-of-range'],
    [{ lengthPenalty: NaN }, prompt, 'generation/setting-out-of-range'],
    [{}, [], 'generation/empty-prompt'],
    [{}, Array(65).fill(1), 'generation/prompt-too-long'],
  ])('refuse %o behind %o', async (given, ids, code) => {
    await expect(written([ids], given)).rejects.toMatchObject({ code });
  });
});

describe('a repetition penalty', () => {
  it('makes ids that are there less likely, whatever the sign of their logits', () => {
    const logits = Float32Array.of(2, -2, 0, 1);
    expect([...withPenalty(logits, 2, [0, 1, 2, 0])]).toEqual([1, -4, 0, 1]);
    expect([...logits]).toEqual([2, -2, 0, 1]);
    expect(withPenalty(logits, 1, [0])).toBe(logits);
  });
});
