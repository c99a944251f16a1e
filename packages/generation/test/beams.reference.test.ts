/** Beams, penalties and ends of texts against `generate` of transformers 5.23.0; golden/beams.py makes what it gives. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { laySteps, openDecoder } from '@linchpin/models';
import { createStepModel } from '@linchpin/runtime';
import { describeShared, repositoryRoot, sharedPath } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { writeTexts, type WrittenText } from '@linchpin/generation';

interface Golden {
  readonly items: readonly {
    readonly prompt_ids: readonly number[];
    readonly beams: number;
    readonly repetition_penalty: number;
    readonly max_tokens: number;
    readonly end_ids: readonly number[];
    readonly early_stopping: boolean | 'never';
    readonly length_penalty: number;
    /** Of every hypothesis, the best first. */
    readonly ids: readonly (readonly number[])[];
    readonly scores: readonly number[];
  }[];
}

/**
 * Of the score, or absolute where that is below 1: sums of at most 40 log-probabilities in float32, whose logits are sums in
 * another order. 4.1e-6 was seen. No tie occurs: the ids are those of float64 too, which the script makes sure of.
 */
const tolerance = 1e-5;

async function expectGolden(name: string, folder: string): Promise<void> {
  const { items } = JSON.parse(
    readFileSync(join(import.meta.dirname, `../golden/beams-${name}.json`), 'utf8'),
  ) as Golden;
  expect(items.length).toBeGreaterThan(30);
  const model = await createStepModel(await laySteps(await openDecoder(folder)));
  for (const item of items) {
    const options = {
      beams: item.beams,
      repetitionPenalty: item.repetition_penalty,
      lengthPenalty: item.length_penalty,
      earlyStopping: item.early_stopping,
      maxTokens: item.max_tokens,
      endIds: item.end_ids,
    };
    const texts: WrittenText[] = [];
    for await (const text of writeTexts(model, [item.prompt_ids], options)) texts.push(text);
    const [text] = texts;
    expect(texts).toHaveLength(1);
    expect(text!.ids).toEqual(item.ids[0]);
    expect(text!.stopped).toBe(item.end_ids.includes(text!.ids.at(-1)!) ? 'end' : 'max-tokens');
    if (item.beams === 1) continue;
    expect(text!.hypotheses!.map(({ ids }) => ids)).toEqual(item.ids);
    text!.hypotheses!.forEach(({ score }, rank) => {
      const expected = item.scores[rank]!;
      expect(Math.abs(score - expected)).toBeLessThan(tolerance * Math.max(1, Math.abs(expected)));
    });
  }
  await model.release();
}

describe('beams of mini', () => {
  it('are those of transformers', () => expectGolden('mini', join(repositoryRoot, 'models/mini')));
});

for (const name of ['stories260K', 'tinystories-656k']) {
  describeShared(`beams of ${name}`, [`models/${name}`], () => {
    it('are those of transformers', () => expectGolden(name, sharedPath(`models/${name}`)));
  });
}
