/**
 * The same model gives the same bits; another limit of batches gives the same within the tolerance that
 * docs/determinism.md states, where what was measured stands, too.
 */
import { join } from 'node:path';
import { createLanguageModel } from '@linchpin/evaluator';
import { folderData, openTaskData } from '@linchpin/harness';
import { folderTexts, layCheckpoint, loadTokenizer, openDecoder } from '@linchpin/models';
import type { TokenScore } from '@linchpin/plugin-api';
import { createExecutor } from '@linchpin/runtime';
import { findTask } from '@linchpin/tasks';
import { repositoryRoot, temporaryFolder, writeRandomLlama } from '@linchpin/testing';
import { expect, it } from 'vitest';

const root = temporaryFolder();
const mini = join(repositoryRoot, 'models/mini');

/** Nats a scored token; the largest difference that was seen is a third of it. */
const tolerance = 2e-5;

/** A model with the proportions of one of 135 million parameters (SmolLM), and fewer layers. */
async function wideModel(): Promise<string> {
  const folder = join(root, 'wide');
  const heads = { hidden: 576, heads: 9, keyValueHeads: 3, intermediate: 1536 };
  const rest = { vocabulary: 4096, contextLength: 512, dtype: 'BF16', tied: true, seed: 1, spread: 0.06 } as const;
  await writeRandomLlama(folder, { layers: 2, ...heads, ...rest });
  return folder;
}

/** The scores of some requests at a limit of batches. */
type Scores = (batchTokens: number) => Promise<TokenScore[]>;

async function scoring(folder: string): Promise<Scores> {
  const tokenizer = await loadTokenizer(folderTexts(mini), { vocabularySize: 4096 });
  const options = { data: folderData(join(repositoryRoot, 'datasets/mini')), limit: 12, keepsRequests: true };
  const data = await openTaskData(findTask('piqa'), options);
  const groups = (await Array.fromAsync(data.encoded({ tokenizer, bos: 'always' }))).map(({ tokens }) => tokens);
  const executor = await createExecutor(await layCheckpoint(await openDecoder(folder)));
  return async (batchTokens) => {
    const results = await Array.fromAsync(createLanguageModel(executor, { batchTokens }).score(groups));
    return results.flat().map((result) => ('score' in result ? result.score : expect.fail(result.unscorable)));
  };
}

it.each([
  ['the embedded model', () => Promise.resolve(mini)],
  ['a wider one', wideModel],
])('gives %s the same within the tolerance, whatever the limit of batches', { timeout: 60_000 }, async (_, model) => {
  const scores = await scoring(await model());
  const whole = await scores(2048);
  expect(await scores(2048)).toEqual(whole);
  for (const batchTokens of [1, 64, 300]) {
    for (const [index, { logLikelihood, tokenLogProbabilities }] of (await scores(batchTokens)).entries()) {
      const difference = Math.abs(logLikelihood - whole[index]!.logLikelihood);
      expect(difference).toBeLessThan(tolerance * tokenLogProbabilities.length);
    }
  }
});
