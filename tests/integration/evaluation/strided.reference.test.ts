/**
 * Windows that overlap beside those of transformers 5.23.0 on stories260K (golden/strided.py): predictions one by one, their
 * sums within 2e-5 nats a token, which is what float32 in another order of summation is allowed everywhere.
 */
import { readFile } from 'node:fs/promises';
import { miniFolder } from '@linchpin/datasets';
import { createLanguageModel } from '@linchpin/evaluator';
import { layCheckpoint, loadTokenizer, openDecoder } from '@linchpin/models';
import { stridedPerplexity, type StridedWindow } from '@linchpin/perplexity';
import { createExecutor, plainSession } from '@linchpin/runtime';
import { describeShared, sharedPath } from '@linchpin/testing';
import { expect, it } from 'vitest';

const perToken = 2e-5;
const checkpoint = 'models/stories260K';

interface Golden {
  readonly characters: number;
  readonly tokens: number;
  readonly cases: readonly {
    readonly window: number;
    readonly stride: number;
    readonly windows: readonly (readonly [predictions: number, nll: number])[];
  }[];
}

describeShared('perplexity by windows that overlap', [checkpoint], () => {
  it('is that of transformers, window by window', { timeout: 60_000 }, async () => {
    const golden = JSON.parse(await readFile(new URL('golden/strided.json', import.meta.url), 'utf8')) as Golden;
    const text = (await readFile(`${miniFolder}/wikitext.test.txt`, 'utf8')).slice(0, golden.characters);
    const decoder = await openDecoder(sharedPath(checkpoint));
    const { vocabularySize, contextLength } = decoder.config;
    const tokenizer = await loadTokenizer(decoder.checkpoint, { vocabularySize });
    const executor = await createExecutor(await layCheckpoint(decoder), plainSession({ threads: 1 }));
    for (const { window, stride, windows } of golden.cases) {
      const scored: StridedWindow[] = [];
      const onWindow = (score: StridedWindow): void => void scored.push(score);
      const model = createLanguageModel(executor);
      await stridedPerplexity(model, [text], { tokenizer, contextLength, window, stride, onWindow });
      expect(scored.map(({ predictions }) => predictions)).toEqual(windows.map(([predictions]) => predictions));
      scored.forEach(({ predictions, nllSum }, index) =>
        expect(Math.abs(nllSum - windows[index]![1])).toBeLessThan(perToken * predictions),
      );
    }
    await executor.release();
  });
});
