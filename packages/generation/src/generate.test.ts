import type { StepModel } from '@linchpin/plugin-api';
import { toyDistribution } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { greedy } from './choose-token.ts';
import { generate, type GenerateOptions, type StopReason } from './generate.ts';

const vocabularySize = 13;

/** What follows a sequence is a hash of it; `fed` tells in which parts it came. */
function toyStepModel(contextLength: number): StepModel & { readonly fed: readonly (readonly number[])[] } {
  const fed: (readonly number[])[] = [];
  return {
    contextLength,
    vocabularySize,
    fed,
    begin() {
      const path: number[] = [];
      return {
        get length() {
          return path.length;
        },
        async feed(ids) {
          fed.push(ids);
          path.push(...ids);
          if (path.length > contextLength) throw new Error('the context is full');
          return Float32Array.from(toyDistribution(path, vocabularySize));
        },
      };
    },
    async release() {},
  };
}

async function written(
  model: StepModel,
  prompt: readonly number[],
  options: Partial<GenerateOptions> = {},
): Promise<{ ids: number[]; stopped: StopReason }> {
  const tokens = generate(model, prompt, { choose: greedy, maxTokens: 5, ...options });
  const ids: number[] = [];
  for (;;) {
    const { done, value } = await tokens.next();
    if (done === true) return { ids, stopped: value };
    ids.push(value.id);
  }
}

/** The likeliest continuation, from the definition. */
function expected(prompt: readonly number[], count: number): number[] {
  const path = [...prompt];
  for (let i = 0; i < count; i++) path.push(greedy(Float32Array.from(toyDistribution(path, vocabularySize))));
  return path.slice(prompt.length);
}

const prompt = [1, 2, 3];

describe('generate', () => {
  it('feeds the prompt, then every token alone, and stops at the most tokens', async () => {
    const model = toyStepModel(64);
    const { ids, stopped } = await written(model, prompt);
    expect({ ids, stopped }).toEqual({ ids: expected(prompt, 5), stopped: 'max-tokens' });
    expect(model.fed).toEqual([prompt, ...ids.slice(0, 4).map((id) => [id])]);
    expect(await written(model, prompt, { maxTokens: 0 })).toEqual({ ids: [], stopped: 'max-tokens' });
  });

  it('stops behind the first id that ends a text, which it gives', async () => {
    const all = expected(prompt, 5);
    const end = all[2]!;
    const ids = all.slice(0, all.indexOf(end) + 1);
    expect(await written(toyStepModel(64), prompt, { endIds: [end] })).toEqual({ ids, stopped: 'end' });
  });

  it('fills the context, and gives the token behind it', async () => {
    expect(await written(toyStepModel(5), prompt)).toEqual({ ids: expected(prompt, 3), stopped: 'context' });
    expect(await written(toyStepModel(3), prompt)).toEqual({ ids: expected(prompt, 1), stopped: 'context' });
  });

  it('says how likely each token is, whatever chose it', async () => {
    const likely = toyDistribution(prompt, vocabularySize);
    for await (const { id, probability } of generate(toyStepModel(9), prompt, { choose: () => 4, maxTokens: 1 })) {
      expect(id).toBe(4);
      expect(probability).toBeCloseTo(Math.exp(likely[4]!), 6);
    }
  });

  it('ends between two tokens when it is told to', async () => {
    const model = toyStepModel(64);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(written(model, prompt, { signal })).rejects.toThrow('enough');
    expect(model.fed).toEqual([]);
  });

  it.each([
    ['nothing', [], 'generation/empty-prompt'],
    ['a prompt longer than the context', [1, 1, 1, 1], 'generation/prompt-too-long'],
    ['an id that the model does not have', [13], 'generation/id-out-of-range'],
    ['an id that is no id', [-1], 'generation/id-out-of-range'],
  ])('refuses %s', async (_, ids, code) => {
    await expect(written(toyStepModel(3), ids)).rejects.toMatchObject({ code });
  });
});
