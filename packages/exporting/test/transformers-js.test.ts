/** What is exported to ONNX writes in transformers.js the ids that it writes here. */
import { join } from 'node:path';
import { exportModel } from '@linchpin/exporting';
import { type Harness, openHarness, type OpenedModel } from '@linchpin/harness';
import type { Intervention } from '@linchpin/plugin-api';
import { temporaryFolder } from '@linchpin/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = temporaryFolder();
const prompts = ['The boy who lived in the', 'What did the mouse do? The mouse'];
const newTokens = 16;
const amplified = { name: 'amplify', settings: { factor: 0.9 } };
/** The same without a number of the run, which no product in blocks takes: an export makes one part of the weights. */
const scaled: Intervention = {
  name: 'scaled',
  version: 1,
  settings: null,
  edit: (model) => model.weight('model.layers.1.mlp.down_proj.weight').scale(100, 300, Math.fround(0.9)),
};

/** Undefined where the library is not installed, on platforms that it has no binaries for. */
const transformers = await import('@huggingface/transformers').catch(() => undefined);
const title = transformers === undefined ? 'transformers.js (skipped: it is not installed)' : 'transformers.js';

describe.skipIf(transformers === undefined)(title, () => {
  const folder = join(root, 'mini');
  let harness: Harness;
  let mini: OpenedModel;
  beforeAll(async () => {
    harness = await openHarness({ threads: 1, encodedFolder: join(root, 'encoded') });
    mini = await harness.open('mini');
    await exportModel(harness, mini, {
      format: 'onnx',
      out: folder,
      dtypes: ['fp32', 'fp16', 'q8', 'q4'],
      interventions: [amplified],
    });
  }, 120_000);
  afterAll(async () => void (await harness.close()));

  it.each([
    ['fp32', []],
    ['fp16', []],
    ['q8', [{ name: 'quantize-blocks', settings: { bits: 8 } }]],
    ['q4', [{ name: 'quantize-blocks', settings: { bits: 4 } }]],
  ] as const)('writes the same ids in %s', async (dtype, quantizing) => {
    // As it is found: what the folder lacked would be asked of the hub, which a path is refused by.
    const { AutoModelForCausalLM, AutoTokenizer } = transformers!;
    const tokenizer = await AutoTokenizer.from_pretrained(folder);
    const model = await AutoModelForCausalLM.from_pretrained(folder, { dtype });
    const theirs: number[][] = [];
    for (const prompt of prompts) {
      const inputs = tokenizer(prompt);
      const ids = await model.generate({ ...inputs, max_new_tokens: newTokens, do_sample: false });
      const all = (ids as { tolist(): bigint[][] }).tolist()[0]!.map(Number);
      theirs.push(all.slice(inputs.input_ids.dims.at(-1)));
    }
    await model.dispose();
    const chain = await harness.chain(mini, [scaled, ...quantizing]);
    const { texts } = await harness.generate(mini, { prompts, chains: [chain], maxTokens: newTokens });
    expect(theirs).toEqual(texts.map(({ ids }) => ids));
    expect(new Set(theirs.flat()).size).toBeGreaterThan(8);
  });
});
