/**
 * Greedy texts against transformers 5.23.0 (`generate` without sampling, float32, no cache): ids, text and margins. The
 * smallest margin between the two best logits there is 0.0048, far above what kernels that add in another order change.
 */
import { generate, greedy, likeliest } from '@linchpin/generation';
import { folderTexts, laySteps, loadTokenizer, openDecoder, readEndIds } from '@linchpin/models';
import { createStepModel } from '@linchpin/runtime';
import { describeShared, readSharedJson, sharedPath } from '@linchpin/testing';
import { expect, it } from 'vitest';

interface Reference {
  readonly new_tokens: number;
  readonly items: readonly {
    readonly prompt: string;
    readonly prompt_ids: readonly number[];
    readonly new_ids: readonly number[];
    readonly stopped_at_eos: boolean;
    readonly text: string;
    readonly margins: readonly number[];
  }[];
}

/** As of all logits; margins are printed with six digits. */
const tolerance = 2e-4;

for (const name of ['mini', 'stories260K', 'tinystories-656k']) {
  const folder = `models/${name}`;
  describeShared(`text of ${name}`, [`golden/generation/${name}.json`, folder], () => {
    it('is what transformers writes, with keys and values kept', async () => {
      const reference = readSharedJson(`golden/generation/${name}.json`) as Reference;
      const decoder = await openDecoder(sharedPath(folder));
      const tokenizer = await loadTokenizer(folderTexts(sharedPath(folder)));
      const endIds = await readEndIds(decoder.checkpoint);
      const steps = await laySteps(decoder);
      expect(steps.cache).toHaveLength(2 * decoder.config.layers);
      const model = await createStepModel(steps);
      expect(reference.items.length).toBeGreaterThan(0);
      for (const item of reference.items) {
        expect(tokenizer.encodeWithSpecialTokens(item.prompt)).toEqual(item.prompt_ids);
        const ids: number[] = [];
        let isEnded = false;
        const options = { choose: greedy, maxTokens: reference.new_tokens, endIds };
        for await (const { id, isEnd, logits } of generate(model, item.prompt_ids, options)) {
          const [best, second] = likeliest(logits, 2);
          const margin = logits[best!.id]! - logits[second!.id]!;
          expect(Math.abs(margin - item.margins[ids.length]!)).toBeLessThan(tolerance);
          ids.push(id);
          isEnded = isEnd;
        }
        expect(ids).toEqual(item.new_ids);
        expect(isEnded).toBe(item.stopped_at_eos);
        expect(tokenizer.decode(ids, { skipSpecialTokens: true })).toBe(item.text);
      }
      await model.release();
    });
  });
}
