/** What is exported to ONNX writes in onnxruntime-genai the ids that it writes here. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { exportModel } from '@linchpin/exporting';
import { openHarness } from '@linchpin/harness';
import { temporaryFolder } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';

const root = temporaryFolder();
const prompts = ['The boy who lived in the', 'What did the mouse do? The mouse'];
const newTokens = 16;

const python = process.env['LINCHPIN_GENAI_PYTHON'];
const why = python === undefined ? ' (skipped: LINCHPIN_GENAI_PYTHON names no Python with onnxruntime-genai)' : '';

describe.skipIf(python === undefined)(`onnxruntime-genai${why}`, { timeout: 300_000 }, () => {
  // It opens the type that the folder names first.
  it.each([
    ['fp32', []],
    ['fp16', []],
    ['q8', [{ name: 'quantize-blocks', settings: { bits: 8 } }]],
    ['q4', [{ name: 'quantize-blocks', settings: { bits: 4 } }]],
  ] as const)('writes the same ids in %s', async (dtype, quantizing) => {
    await using harness = await openHarness({ threads: 1, encodedFolder: join(root, 'encoded') });
    const mini = await harness.open('mini');
    const folder = join(root, dtype);
    await exportModel(harness, mini, { format: 'onnx', out: folder, dtypes: [dtype] });
    const script = [join(import.meta.dirname, 'greedy_ids.py'), folder, String(newTokens), JSON.stringify(prompts)];
    const { stdout } = await promisify(execFile)(python!, script);
    const theirs = JSON.parse(stdout) as { readonly prompt: number[]; readonly ids: number[] }[];
    expect(theirs.map(({ prompt }) => prompt)).toEqual(
      prompts.map((each) => mini.tokenizer.encodeWithSpecialTokens(each)),
    );
    const chain = await harness.chain(mini, quantizing);
    const { texts } = await harness.generate(mini, { prompts, chains: [chain], maxTokens: newTokens });
    expect(theirs.map(({ ids }) => ids)).toEqual(texts.map(({ ids }) => ids));
    expect(new Set(theirs.flatMap(({ ids }) => ids)).size).toBeGreaterThan(8);
  });
});
