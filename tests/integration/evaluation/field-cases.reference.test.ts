/** Checkpoints of forms that the hub has and model cards do not mention, with the log-likelihoods of the reference. */
import { join } from 'node:path';
import { silentReporter } from '@linchpin/execution';
import { openHarness } from '@linchpin/harness';
import type { BosRule } from '@linchpin/plugin-api';
import { describeShared, readSharedJson, sharedPath } from '@linchpin/testing';
import { expect, it } from 'vitest';

/** As lm-evaluation-harness 0.4.13 writes its requests, in float32. */
interface ExpectedRequest {
  readonly context: string;
  readonly continuation: string;
  readonly loglikelihood: number;
}

interface FieldCase {
  readonly model: string;
  readonly expected: string;
  readonly data?: string;
  readonly bos?: BosRule;
  /** Patterns of the warnings, in order; none when absent. */
  readonly warnings?: readonly RegExp[];
}

const cases: Readonly<Record<string, readonly FieldCase[]>> = {
  'tokens-only-in-tokenizer-config': [
    { model: 'model', expected: 'expected.json' },
    { model: 'model-bos', expected: 'expected-model-bos.json', bos: 'never' },
  ],
  'added-token-beyond-embedding': [
    {
      model: 'model',
      expected: 'expected.json',
      warnings: [/added tokens beyond the embedding.*"<image_soft_token>" \(320\)/],
    },
  ],
  'head-and-embedding-disagree-with-config': [
    { model: 'tied-equal-copy', expected: 'expected-tied-equal-copy.json' },
    {
      model: 'silent-and-no-head',
      expected: 'expected-tied-equal-copy.json',
      warnings: [/there is no lm_head\.weight/],
    },
    {
      // transformers 5.23.0, which keeps the head, gives the numbers of the same weights under a config that does not tie.
      model: 'tied-but-different',
      expected: '../json-as-python-writes-it/expected.json',
      warnings: [/lm_head\.weight differs from model\.embed_tokens\.weight; lm_head\.weight is used/],
    },
  ],
  'moe-config-field-aliases': [
    {
      model: 'qwen3_moe-as-transformers-5-saves',
      expected: 'expected-qwen3_moe-as-transformers-5-saves.json',
    },
  ],
  'names-without-model-prefix': [{ model: 'llama-tied', expected: 'expected-llama-tied.json' }],
  'llama-hidden-act': [{ model: 'llama-relu', expected: 'expected-llama-relu.json' }],
  'json-as-python-writes-it': [{ model: 'model', expected: 'expected.json' }],
};

async function score(folder: string, { model, data = 'data', bos }: FieldCase) {
  const warnings: string[] = [];
  const requests: (ExpectedRequest | undefined)[] = [];
  const harness = await openHarness({
    datasets: sharedPath(`cases/${folder}/${data}`),
    reporter: { ...silentReporter, remark: (text) => warnings.push(text) },
  });
  try {
    const { rows } = await harness.evaluate(await harness.open(sharedPath(`cases/${folder}/${model}`)), {
      tasks: ['piqa'],
      bos,
      onItem(item) {
        for (const { context, continuation, result } of item.requests)
          requests.push(
            'score' in result ? { context, continuation, loglikelihood: result.score.logLikelihood } : undefined,
          );
      },
    });
    return { requests, rows, warnings };
  } finally {
    await harness.close();
  }
}

for (const [folder, models] of Object.entries(cases)) {
  describeShared(folder, [`cases/${folder}`], () => {
    it.each(models)('$model gives the log-likelihoods of the reference', async (fieldCase) => {
      const { requests, warnings } = await score(folder, fieldCase);
      const expected = readSharedJson(join('cases', folder, fieldCase.expected)) as readonly ExpectedRequest[];
      expect(requests).toEqual(
        expected.map((each) => ({ ...each, loglikelihood: expect.closeTo(each.loglikelihood, 3) as number })),
      );
      const patterns = fieldCase.warnings ?? [];
      expect(warnings).toEqual(patterns.map((pattern) => expect.stringMatching(pattern) as string));
    });
  });
}
